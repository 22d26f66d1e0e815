import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encode } from 'fast-png'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SnapshotItem } from '../../shared/model/snapshot.ts'
import { createLoader } from './loader.ts'
import { NORMALIZATION } from './normalize.ts'
import type { LoaderSpec } from './plan.ts'
import { defaultTrainTransforms } from './transforms/pipeline.ts'

// The decoding threads are tested in tests/contract/dataLoader.test.ts; here batches are made in this thread.

let folder = ''
let item: SnapshotItem

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mw-loader-'))
  const [imagePath, labelPath] = [join(folder, 'a.png'), join(folder, 'a-label.png')]
  await sharp(Uint8Array.of(255, 0, 0, 0, 255, 0, 0, 0, 255, 9, 9, 9), { raw: { width: 2, height: 2, channels: 3 } })
    .png()
    .toFile(imagePath)
  await writeFile(labelPath, encode({ width: 2, height: 2, data: Uint8Array.of(0, 1, 2, 255), channels: 1, depth: 8 }))
  item = { id: 'a', name: 'a', imagePath, labelPath, width: 2, height: 2, split: ['train'] }
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const common = (): Pick<LoaderSpec, 'normalization' | 'batchSize' | 'seed'> => ({
  normalization: NORMALIZATION,
  batchSize: 1,
  seed: 0,
})

describe('inline loader', () => {
  it('gives normalised planes R, G, B and the class indices', async () => {
    const loader = createLoader({ spec: { ...common(), items: [item], mode: 'eval', transforms: [] }, workers: 0 })
    const batch = (await loader.next())!
    expect([batch.width, batch.height, batch.labelWidth, batch.labelHeight]).toEqual([2, 2, 2, 2])
    expect([...batch.labels]).toEqual([0, 1, 2, 255])
    const unit = (value: number, channel: 0 | 1 | 2): number => (value - NORMALIZATION.mean[channel]) / NORMALIZATION.std[channel]
    const expected = [255, 0, 0, 9]
      .map((v) => unit(v, 0))
      .concat(
        [0, 255, 0, 9].map((v) => unit(v, 1)),
        [0, 0, 255, 9].map((v) => unit(v, 2)),
      )
    for (const [i, v] of expected.entries()) expect(batch.images[i]).toBeCloseTo(v, 5)
    expect(await loader.next()).toBeNull()
  })

  it('refuses a list of transforms that does not end with the crop size', async () => {
    const loader = createLoader({
      spec: { ...common(), mode: 'train', cropSize: [4, 4], sources: [{ items: [item], transforms: [{ type: 'RandomFlip', prob: 0.5 }] }] },
      workers: 0,
    })
    await expect(loader.next()).rejects.toMatchObject({ code: 'config/invalid' })
  })

  it('refuses no items, and chance in validation', () => {
    const random = defaultTrainTransforms([32, 32])
    expect(() =>
      createLoader({ spec: { ...common(), mode: 'train', cropSize: [32, 32], sources: [{ items: [], transforms: random }] }, workers: 0 }),
    ).toThrow(expect.objectContaining({ code: 'run/no-training-items' }))
    expect(() => createLoader({ spec: { ...common(), items: [item], mode: 'eval', transforms: random }, workers: 0 })).toThrow(
      expect.objectContaining({ code: 'config/invalid' }),
    )
  })
})
