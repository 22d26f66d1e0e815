import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { encode } from 'fast-png'
import sharp from 'sharp'
import { createLoader } from '../src/compute/data/loader.ts'
import { NORMALIZATION } from '../src/compute/data/normalize.ts'
import type { TrainSpec } from '../src/compute/data/plan.ts'
import { defaultTrainTransforms } from '../src/compute/data/transforms/pipeline.ts'
import { createTrainStep } from '../src/compute/train/createStep.ts'
import { modelOf, threadsOf } from '../src/compute/train/setup.ts'
import { counterRng } from '../src/shared/counterRng.ts'
import type { SnapshotItem } from '../src/shared/model/snapshot.ts'
import { requireTrainConfig } from '../src/shared/model/trainConfigParse.ts'
import { lineChild } from './lineChild.ts'

const [width, height] = [500, 375]

/** Pictures of the size of VOC: smooth colours with grain, sixteen blocks of classes. */
async function makeItems(folder: string, count: number): Promise<SnapshotItem[]> {
  const items: SnapshotItem[] = []
  for (let n = 0; n < count; n++) {
    const rng = counterRng(0, 'bench', n)
    const image = Uint8Array.from({ length: width * height * 3 }, (_, i) => 128 + 90 * Math.sin(i / (700 + 90 * n)) + rng.int(30))
    const data = Uint8Array.from({ length: width * height }, (_, i) => (((i % width) >> 7) + 4 * Math.floor(i / width / 94)) % 21)
    const [imagePath, labelPath] = [join(folder, `${n}.jpg`), join(folder, `${n}.png`)]
    await sharp(image, { raw: { width, height, channels: 3 } })
      .jpeg({ quality: 92 })
      .toFile(imagePath)
    await writeFile(labelPath, encode({ width, height, data, channels: 1, depth: 8 }))
    items.push({ id: `${n}`, name: `${n}`, imagePath, labelPath, width, height, split: ['train'] })
  }
  return items
}

const batchSize = 4
const python = '/usr/bin/python3'
const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!

interface Turn {
  seconds: number
  /** Processor time of all threads. */
  cpuSeconds: number
}

function specOf(items: readonly SnapshotItem[], size: number): TrainSpec {
  const cropSize = [size, size] as const
  const sources = [{ items, transforms: defaultTrainTransforms(cropSize) }]
  return { mode: 'train', sources, normalization: NORMALIZATION, batchSize, seed: 0, cropSize }
}

/** Pictures per second of a core, ours and PyTorch's DataLoader with Pillow in turns; the ratio is the median over the rounds. */
async function rates(items: readonly SnapshotItem[], size: number, pictures: number, rounds: number, torch: boolean) {
  const loader = createLoader({ spec: specOf(items, size), workers: 0 })
  const theirs = torch && existsSync(python) ? lineChild(python, ['bench/torch/data_pipeline.py']) : null
  const paths = items.map(({ imagePath, labelPath }) => [imagePath, labelPath])
  const versions = await theirs?.ask<{ torch: string; pillow: string }>({ do: 'load', items: paths, size, batch: batchSize })
  const ours = async (count: number): Promise<Turn> => {
    const started = performance.now()
    const before = process.cpuUsage()
    for (let n = 0; n < count; n += batchSize) await loader.next()
    const { user, system } = process.cpuUsage(before)
    return { seconds: (performance.now() - started) / 1000, cpuSeconds: (user + system) / 1e6 }
  }
  const nothing: Turn = { seconds: Number.NaN, cpuSeconds: Number.NaN }
  const theirTurn = async (count: number) => (await theirs?.ask<Turn>({ do: 'images', count })) ?? nothing
  // The first batches pay for compilation.
  await ours(4 * batchSize)
  await theirTurn(2 * batchSize)
  const turns: { ours: Turn; theirs: Turn }[] = []
  for (let round = 0; round < rounds; round++) turns.push({ ours: await ours(pictures), theirs: await theirTurn(pictures) })
  await loader.close()
  await theirs?.close()
  const perCpuSecond = (whose: 'ours' | 'theirs') => pictures / median(turns.map((turn) => turn[whose].cpuSeconds))
  const torchSide = versions && {
    ...versions,
    imagesPerCpuSecond: perCpuSecond('theirs'),
    /** Above 1: ours is faster. By processor time, all threads counted, which other work on the machine disturbs little; and by the clock. */
    ratio: median(turns.map((turn) => turn.theirs.cpuSeconds / turn.ours.cpuSeconds)),
    wallRatio: median(turns.map((turn) => turn.theirs.seconds / turn.ours.seconds)),
  }
  return { imagesPerCpuSecond: perCpuSecond('ours'), ...(torchSide ? { torch: torchSide } : {}) }
}

/** Step time with the pipeline running beside it over step time with the batch at hand, in turns. */
async function liveOverCached(
  items: readonly SnapshotItem[],
  { size, workers, rounds }: { size: number; workers: number; rounds: number },
) {
  const json = { data: { batchSize, cropSize: [size, size] }, device: { provider: 'cpu' } }
  const config = requireTrainConfig(json)
  const step = await createTrainStep({
    model: modelOf(config, 21, undefined),
    batch: batchSize,
    height: size,
    width: size,
    optimizer: config.optimizer,
    ema: config.ema,
    precision: 'fp32',
    seed: 0,
    provider: 'cpu',
    threads: threadsOf(config),
  })
  const loader = createLoader({ spec: specOf(items, size), workers })
  const perTurn = 6
  try {
    const first = (await loader.next())!
    const kept = { image: first.images.slice(), labels: first.labels.slice() }
    const time = async (next: () => Promise<{ image: Float32Array; labels: Int32Array }>, steps: number) => {
      const started = performance.now()
      for (let n = 0; n < steps; n++) await step.run([await next()], 1e-5)
      return (performance.now() - started) / steps
    }
    const cached = () => Promise.resolve(kept)
    const live = async () => {
      const { images, labels } = (await loader.next())!
      return { image: images, labels }
    }
    await time(cached, 2)
    const turns: { cached: number; live: number }[] = []
    for (let round = 0; round < rounds; round++) {
      const still = await time(cached, perTurn)
      // What the workers made meanwhile is used up first, so that every timed step waits for real work.
      for (let n = 0; n < 3; n++) await loader.next()
      turns.push({ cached: still, live: await time(live, perTurn) })
    }
    const ratio = median(turns.map((turn) => turn.live / turn.cached))
    return { cachedMs: median(turns.map((turn) => turn.cached)), liveMs: median(turns.map((turn) => turn.live)), ratio }
  } finally {
    await loader.close()
    await step.dispose()
  }
}

/** Measures the input pipeline: the rate of one core against PyTorch's, and what it costs a training step. */
export async function dataPipelineBench(argv: string[]): Promise<void> {
  const { values } = parseArgs({
    args: argv,
    options: {
      size: { type: 'string', default: '512' },
      'step-size': { type: 'string', default: '256' },
      workers: { type: 'string', default: '1' },
      pictures: { type: 'string', default: '32' },
      rounds: { type: 'string', default: '7' },
      torch: { type: 'boolean', default: true },
      step: { type: 'boolean', default: true },
      json: { type: 'boolean', default: false },
    },
    allowNegative: true,
  })
  const [size, workers, pictures, rounds] = [Number(values.size), Number(values.workers), Number(values.pictures), Number(values.rounds)]
  sharp.concurrency(1)
  const folder = mkdtempSync(join(tmpdir(), 'mw-bench-'))
  try {
    const items = await makeItems(folder, 16)
    const perCore = await rates(items, size, pictures, rounds, values.torch)
    const stepSize = Number(values['step-size'])
    const step = values.step ? await liveOverCached(items, { size: stepSize, workers, rounds }) : null
    const { torch } = perCore
    const lines = [
      `${width}x${height} to ${size}x${size}: ${perCore.imagesPerCpuSecond.toFixed(1)} pictures per second of one core`,
      ...(torch
        ? [
            `PyTorch ${torch.torch} with Pillow ${torch.pillow}: ${torch.imagesPerCpuSecond.toFixed(1)}; ours / theirs ${torch.ratio.toFixed(2)} (by the clock ${torch.wallRatio.toFixed(2)})`,
          ]
        : []),
      ...(step
        ? [
            `step of ${batchSize} x ${stepSize}: ${step.cachedMs.toFixed(0)} ms cached, ${step.liveMs.toFixed(0)} ms live; live / cached ${step.ratio.toFixed(2)}`,
          ]
        : []),
    ]
    process.stdout.write(values.json ? `${JSON.stringify({ size, workers, rounds, ...perCore, step })}\n` : `${lines.join('\n')}\n`)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
