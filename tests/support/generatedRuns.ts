import { mkdir } from 'node:fs/promises'
import { openProjectStore } from '../../src/main/db/openStore.ts'
import type { ProjectStore } from '../../src/main/db/store.ts'
import { newId } from '../../src/main/newId.ts'
import { counterRng } from '../../src/shared/counterRng.ts'
import type { MetricPoint } from '../../src/shared/model/run.ts'

export const databaseEntry = new URL('../../src/main/entry.database.ts', import.meta.url)

export interface GeneratedRuns {
  readonly runs: number
  /** Steps of each run; its loss has a point for every one. */
  readonly steps: number
  readonly onProgress?: (done: number, total: number) => void
}

const batchPoints = 10_000
const began = Date.UTC(2026, 9, 1)
const variants = ['b0', 'b1', 'b2', 'b3'] as const

/**
 * A new project whose runs look like trainings: noisy losses that fall, a rate that warms up and decays, scores that rise, what the machine did.
 * Everything goes through the store as a training's own points do; the same seed makes the same curves.
 */
export async function generateRuns(folder: string, { runs, steps, onProgress }: GeneratedRuns): Promise<void> {
  await mkdir(folder, { recursive: true })
  const store = await openProjectStore({ folder, entry: databaseEntry, host: { socket: null }, create: { name: 'Generated runs' } })
  try {
    const datasetId = await addDataset(store)
    for (let n = 0; n < runs; n++) {
      await addRun(store, datasetId, n, steps)
      onProgress?.(n + 1, runs)
    }
  } finally {
    await store.close()
  }
}

async function addDataset(store: ProjectStore): Promise<string> {
  const datasetId = newId()
  await store.call('datasets.begin', { id: datasetId, name: 'generated', rootPath: '/nowhere', batchId: newId() })
  await store.call('datasets.finish', {
    datasetId,
    dialect: { format: 'voc', vocOrigin: 1, classNamesFrom: 'labels.txt', voidIndex: 255, maskKind: 'none' },
    classes: [],
    splits: [],
    problems: [],
  })
  return datasetId
}

async function addRun(store: ProjectStore, datasetId: string, n: number, steps: number): Promise<void> {
  const rng = counterRng(17, 'run', n)
  const id = newId()
  const stepsPerEpoch = Math.max(1, Math.round(steps / 100))
  const lr = 10 ** rng.range(-4.5, -3)
  const name = `${variants[n % variants.length]!} lr ${lr.toExponential(1)}`
  const config = { optimizer: { lr }, seed: n }
  const shape = {
    taskId: 'semanticSegmentation',
    datasetId,
    snapshotHash: 'generated',
    totalSteps: steps,
    totalEpochs: steps / stepsPerEpoch,
  }
  await store.call('runs.create', { id, name, ...shape, config })
  const startedAt = began + n * 86_400_000
  await store.call('runs.startAttempt', { runId: id, fromStep: 0, at: startedAt })
  const speed = rng.range(120, 400)
  let points: MetricPoint[] = []
  let best = { best: 0, bestStep: 0, last: 0 }
  const course = { floor: rng.range(0.15, 0.5), rate: rng.range(3, 12), noise: rng.range(0.05, 0.25), top: rng.range(0.45, 0.8) }
  for (let step = 1; step <= steps; step++) {
    const at = step / steps
    const add = (split: string, curve: string, value: number) =>
      points.push({ attempt: 1, step, epoch: step / stepsPerEpoch, split, name: curve, value, wall: startedAt + step * speed })
    const fall = course.floor + (2.8 - course.floor) * Math.exp(-course.rate * at)
    add('train', 'loss', fall * (1 + course.noise * rng.normal()))
    if (step % 10 === 0) add('train', 'lr', lr * Math.min(1, step / (0.02 * steps)) * (1 - at) ** 0.9)
    if (step % 100 === 0) {
      add('system', 'imagesPerSecond', (8000 / speed) * (1 + 0.03 * rng.normal()))
      add('system', 'memoryMb', 1800 + 40 * n + 20 * at)
    }
    if (step % stepsPerEpoch === 0) {
      const score = Math.min(1, Math.max(0, course.top * (1 - Math.exp(-6 * at)) + 0.01 * rng.normal()))
      add('val', 'mIoU', score)
      add('val', 'mAcc', Math.min(1, score * 1.15))
      best = { last: score, ...(score > best.best ? { best: score, bestStep: step } : { best: best.best, bestStep: best.bestStep }) }
    }
    if (points.length >= batchPoints || step === steps) {
      await store.call('metrics.append', { runId: id, points })
      points = []
    }
  }
  const endedAt = startedAt + steps * speed
  const end = {
    status: 'finished',
    step: steps,
    epoch: shape.totalEpochs,
    device: 'cpu',
    startedAt,
    endedAt,
    tags: [variants[n % variants.length]!],
  } as const
  await store.call('runs.update', { runId: id, patch: { ...end, tags: [...end.tags], primary: { name: 'mIoU', ...best } } })
}
