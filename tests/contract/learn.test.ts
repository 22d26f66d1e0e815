import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { TrainRun } from '../../src/compute/train/trainRun.ts'
import { readEvents } from '../support/computeChild.ts'
import { makeTinyRun } from '../support/tinyRun.ts'

it('a network must learn: a tiny SegFormer overfits eight pictures', async () => {
  const root = await mkdtemp(join(tmpdir(), 'mw-learn-'))
  try {
    const data = { batchSize: 8, valSplits: ['train'], train: [{ type: 'RandomFlip', prob: 0 }], val: [{ type: 'ResizeToMultiple' }] }
    const loop = { steps: 180, validateEvery: { unit: 'step', every: 180 } }
    await makeTinyRun(root, {
      config: {
        data,
        loop,
        model: { dropPath: 0, dropout: 0 },
        optimizer: { lr: 0.01 },
        schedule: { warmup: { length: 20 } },
        checkpoint: { every: { unit: 'step', every: 180 } },
      },
    })
    const events = await readEvents(new TrainRun({ runId: 'learn', runFolder: root, attempt: 1 }).events)
    const primary = events.findLast((event) => event.type === 'primary')
    const losses = events.flatMap((event) => (event.type === 'metrics' ? event.points : [])).filter((point) => point.name === 'loss')
    expect(losses[0]!.value).toBeGreaterThan(0.8)
    expect(losses.at(-1)!.value).toBeLessThan(0.1)
    expect(primary?.best).toBeGreaterThan(0.93)
  } finally {
    await rm(root, { recursive: true, force: true })
  }
})
