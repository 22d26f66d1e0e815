import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encode } from 'fast-png'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Transform } from '../../src/shared/model/train/transforms/table.ts'
import type { SnapshotItem } from '../../src/shared/model/snapshot.ts'
import { counterRng } from '../../src/compute/tensor/rng.ts'
import { createLoader, type Batch, type Loader } from '../../src/compute/data/loader.ts'
import { NORMALIZATION } from '../../src/compute/data/normalize.ts'
import type { EvalSpec, TrainSpec } from '../../src/compute/data/plan.ts'
import { defaultTrainTransforms, defaultValTransforms } from '../../src/compute/data/transforms/pipeline.ts'

let folder = ''
let items: SnapshotItem[] = []

async function makeItem(n: number, width: number, height: number): Promise<SnapshotItem> {
  const rng = counterRng(1, n)
  const [imagePath, labelPath] = [join(folder, `${n}.jpg`), join(folder, `${n}.png`)]
  const image = Uint8Array.from({ length: width * height * 3 }, () => rng.int(256))
  await sharp(image, { raw: { width, height, channels: 3 } })
    .jpeg()
    .toFile(imagePath)
  const data = Uint8Array.from({ length: width * height }, () => [0, 1, 2, 255][rng.int(4)]!)
  await writeFile(labelPath, encode({ width, height, data, channels: 1, depth: 8 }))
  return { id: `id-${n}`, name: `${n}`, imagePath, labelPath, width, height, split: ['train'] }
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mw-loader-'))
  items = await Promise.all(Array.from({ length: 7 }, (_, n) => makeItem(n, n === 3 ? 50 : 40, 36)))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const trainSpec = (over: Partial<TrainSpec> = {}): TrainSpec => ({
  mode: 'train',
  sources: [{ items, transforms: defaultTrainTransforms([32, 32]) }],
  normalization: NORMALIZATION,
  batchSize: 3,
  seed: 4,
  cropSize: [32, 32],
  ...over,
})
const evalSpec = (over: Partial<EvalSpec> = {}): EvalSpec => ({
  mode: 'eval',
  items,
  transforms: defaultValTransforms([32, 32]),
  normalization: NORMALIZATION,
  batchSize: 3,
  seed: 4,
  ...over,
})

const copy = (b: Batch): Batch => ({ ...b, images: b.images.slice(), labels: b.labels.slice() })

async function take(loader: Loader, count: number): Promise<Batch[]> {
  const batches: Batch[] = []
  try {
    for (let batch = await loader.next(); batch; batch = await loader.next()) {
      batches.push(copy(batch))
      if (batches.length === count) break
    }
  } finally {
    await loader.close()
  }
  return batches
}

describe('loader', () => {
  it('gives the same batches for any number of workers, and from any step', async () => {
    const inline = await take(createLoader({ spec: trainSpec(), workers: 0 }), 8)
    expect(inline.map((b) => b.epoch)).toEqual([0, 0, 0, 1, 1, 1, 2, 2])
    expect(inline[0]!.images.length).toBe(3 * 3 * 32 * 32)
    expect(new Set(inline.flatMap((b) => [...b.labels]))).toEqual(new Set([0, 1, 2, 255]))
    const [one, three, resumed] = await Promise.all([
      take(createLoader({ spec: trainSpec(), workers: 1, slots: 2 }), 8),
      take(createLoader({ spec: trainSpec(), workers: 3 }), 8),
      take(createLoader({ spec: trainSpec(), workers: 2, startBatch: 5 }), 3),
    ])
    expect(one).toEqual(inline)
    expect(three).toEqual(inline)
    expect(resumed).toEqual(inline.slice(5))
    const other = await take(createLoader({ spec: trainSpec({ seed: 5 }), workers: 0 }), 1)
    expect(other[0]!.images).not.toEqual(inline[0]!.images)
  })

  it('mixes sources and pictures the same way for any number of workers, and from any step', async () => {
    const crop: Transform = { type: 'RandomCrop', size: [32, 32], catMaxRatio: 1 }
    const mixing: Partial<TrainSpec> = {
      sources: [
        { items: items.slice(0, 4), transforms: [crop, { type: 'CutMix', prob: 0.7, alpha: 1 }] },
        { items: items.slice(4), transforms: [crop, { type: 'RandomFlip', prob: 0.5 }], weights: [1, 2, 1] },
      ],
      mix: { rates: [3, 1], samplesPerEpoch: 10 },
      calmFrom: 2,
    }
    for (const over of [mixing, { ...mixing, mix: null }]) {
      const inline = await take(createLoader({ spec: trainSpec(over), workers: 0 }), 10)
      // Ten draws, or 4 + 4 with the weights, in batches of three.
      expect(inline.map((b) => b.epoch)).toEqual(over.mix ? [0, 0, 0, 0, 1, 1, 1, 1, 2, 2] : [0, 0, 0, 1, 1, 1, 2, 2, 2, 3])
      const [two, resumed] = await Promise.all([
        take(createLoader({ spec: trainSpec(over), workers: 2 }), 10),
        take(createLoader({ spec: trainSpec(over), workers: 3, startBatch: 6 }), 4),
      ])
      expect(two).toEqual(inline)
      expect(resumed).toEqual(inline.slice(6))
    }
  })

  it('shows an item that comes up again in an epoch with other augmentation, and stops augmenting in the last epochs', async () => {
    const transforms: Transform[] = [
      { type: 'Resize', scale: [32, 32], keepRatio: false, multipleOf: 1 },
      { type: 'RandomFlip', prob: 0.5 },
      { type: 'PhotoMetricDistortion', brightnessDelta: 32, contrastRange: [0.5, 1.5], saturationRange: [0.5, 1.5], hueDelta: 18 },
    ]
    const one = { sources: [{ items: items.slice(0, 1), transforms, weights: [3] }], batchSize: 3 }
    const [batch] = await take(createLoader({ spec: trainSpec(one), workers: 0 }), 1)
    const third = batch!.images.length / 3
    const looks = [0, 1, 2].map((n) => batch!.images.slice(n * third, (n + 1) * third).join())
    expect(new Set(looks).size).toBe(3)
    const calm = await take(createLoader({ spec: trainSpec({ ...one, calmFrom: 1 }), workers: 1 }), 2)
    expect(calm[0]).toEqual(batch)
    const still = [0, 1, 2].map((n) => calm[1]!.images.slice(n * third, (n + 1) * third).join())
    expect(new Set(still).size).toBe(1)
  })

  it('evaluates every item once, in order, labels at their own size', async () => {
    const inline = await take(createLoader({ spec: evalSpec(), workers: 0 }), 99)
    expect(inline.map((b) => [...b.positions])).toEqual([[0, 1, 2], [3], [4, 5, 6]])
    expect(inline.map((b) => [b.width, b.height, b.labelWidth, b.labelHeight])).toEqual([
      [64, 32, 40, 36],
      [64, 32, 50, 36],
      [64, 32, 40, 36],
    ])
    expect(await take(createLoader({ spec: evalSpec(), workers: 2 }), 99)).toEqual(inline)
  })

  it('fills the ring while the consumer cannot turn its event loop', async () => {
    const loader = createLoader({ spec: trainSpec(), workers: 1, slots: 3 })
    try {
      await loader.next()
      const block = new Int32Array(new SharedArrayBuffer(4))
      Atomics.wait(block, 0, 0, 600)
      let turned = false
      setImmediate(() => (turned = true))
      await loader.next()
      await loader.next()
      expect(turned).toBe(false)
    } finally {
      await loader.close()
    }
  })

  it('names the file that fails and goes on with the next batch', async () => {
    const broken = join(folder, 'broken.jpg')
    await writeFile(broken, 'nothing')
    const list = items.map((item, n) => (n === 4 ? { ...item, imagePath: broken } : item))
    for (const workers of [0, 2]) {
      const loader = createLoader({ spec: evalSpec({ items: list }), workers })
      await loader.next()
      await loader.next()
      await expect(loader.next()).rejects.toMatchObject({ code: 'file/unreadable', data: { file: broken } })
      await loader.close()
    }
    const wrong = items.map((item) => ({ ...item, width: item.width + 1 }))
    const loader = createLoader({
      spec: trainSpec({ sources: [{ items: wrong, transforms: defaultTrainTransforms([32, 32]) }] }),
      workers: 1,
    })
    await expect(loader.next()).rejects.toMatchObject({ code: 'file/changed' })
    await loader.close()
  })

  it('closes while workers wait for a free slot and while a batch is awaited', async () => {
    const full = createLoader({ spec: trainSpec(), workers: 3, slots: 1 })
    await full.next()
    const started = performance.now()
    await full.close()
    const awaited = createLoader({ spec: trainSpec(), workers: 1 })
    const pending = awaited.next()
    await awaited.close()
    expect(await pending).toBeNull()
    expect(performance.now() - started).toBeLessThan(4000)
  })
})
