import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readCheckpoint, writeCheckpoint } from '../../src/compute/train/checkpointFiles.ts'
import { openCheckpoint } from '../../src/compute/train/checkpointModel.ts'
import { CheckpointStore } from '../../src/compute/train/checkpointStore.ts'
import { evaluateSource } from '../../src/compute/train/evaluateSource.ts'
import { TrainRun } from '../../src/compute/train/trainRun.ts'
import { trainEventSchema } from '../../src/shared/api/compute/contract.ts'
import type { TrainEvent } from '../../src/shared/api/compute/contract.ts'
import type { MetricPoint } from '../../src/shared/model/run.ts'
import { AppError } from '../../src/shared/errors.ts'
import { asFloat32 } from '../../src/compute/weights/safetensors.ts'
import { readEvents, startComputeChild } from '../support/computeChild.ts'
import type { ComputeChild } from '../support/computeChild.ts'
import { makeTinyRun } from '../support/tinyRun.ts'

const runId = '019358a0-0000-7000-8000-0000000000ff'
const children: ComputeChild[] = []
let root: string
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'mw-train-'))
})
afterEach(async () => {
  for (const { child } of children.splice(0)) child.kill('SIGKILL')
  await rm(root, { recursive: true, force: true })
})

function start(env?: Record<string, string>): ComputeChild {
  const started = startComputeChild(env)
  children.push(started)
  return started
}

/** Trains in this process until the end, or until a step is done. */
async function train(folder: string, attempt: number, stopAfterStep?: number): Promise<TrainEvent[]> {
  const run = new TrainRun({ runId, runFolder: folder, attempt })
  const seen: TrainEvent[] = []
  for await (const event of run.events) {
    seen.push(event)
    if (event.type === 'metrics' && event.points.some((point) => point.step === stopAfterStep)) run.stop()
  }
  return seen
}

interface LogLine {
  type: string
  attempt: number
  wall: number
  points?: MetricPoint[]
}

async function readLog(folder: string): Promise<LogLine[]> {
  const text = await readFile(join(folder, 'log.jsonl'), 'utf8')
  return text.split('\n').flatMap((line) => {
    try {
      return [JSON.parse(line) as LogLine]
    } catch {
      return []
    }
  })
}

/** The loss per step that counts: of a step done twice, the later attempt. */
async function lossCurve(folder: string): Promise<Map<number, number>> {
  const curve = new Map<number, number>()
  for (const { points } of await readLog(folder))
    for (const point of points ?? []) if (point.name === 'loss') curve.set(point.step, point.value)
  return curve
}

/** Validation scores as 'step name value'. */
async function scores(folder: string): Promise<string[]> {
  return (await readLog(folder)).flatMap(({ points }) =>
    (points ?? []).filter((p) => p.split === 'val').map((p) => `${p.step} ${p.name} ${p.value}`),
  )
}

async function lastWeights(folder: string): Promise<Record<string, string>> {
  const index = JSON.parse(await readFile(join(folder, 'checkpoints', 'index.json'), 'utf8')) as { entries: { name: string }[] }
  const last = join(folder, 'checkpoints', index.entries.at(-1)!.name)
  const { files } = JSON.parse(await readFile(join(last, 'manifest.json'), 'utf8')) as { files: Record<string, { sha256: string }> }
  return { model: files['model.safetensors']!.sha256, optimizer: files['optimizer.safetensors']!.sha256 }
}

/** Reads on in the background after the event: leaving the stream would end the training. */
async function readUntil(events: AsyncIterable<TrainEvent>, reached: (event: TrainEvent) => boolean): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    readEvents(events, (event) => {
      if (reached(event)) resolve()
      return false
    }).then(() => reject(new Error('the training ended before')), reject)
  })
}

const statesOf = (events: readonly TrainEvent[]) => events.flatMap((event) => (event.type === 'state' ? [event.status] : []))

describe('a training in its folder', () => {
  it('says what it does, stores everything, and keeps last, best and periodic checkpoints', async () => {
    await makeTinyRun(root)
    const events = await train(root, 1)
    for (const event of events) expect(trainEventSchema.safeParse(event).success).toBe(true)
    expect(statesOf(events)[0]).toBe('preparing')
    expect(statesOf(events)).toEqual(expect.arrayContaining(['running', 'validating', 'saving']))
    expect(statesOf(events).at(-1)).toBe('finished')
    const points = events.flatMap((event) => (event.type === 'metrics' ? event.points : []))
    expect(points.filter((p) => p.name === 'loss').map((p) => p.step)).toEqual(Array.from({ length: 12 }, (_, i) => i + 1))
    expect(points.filter((p) => p.name === 'mIoU').map((p) => [p.step, p.split])).toEqual([
      [6, 'val'],
      [12, 'val'],
    ])
    // The stream is conflated, the log is not: both must hold the same points.
    const logged = (await readLog(root)).flatMap((line) => line.points ?? [])
    expect(logged).toEqual(points)
    const table = events.findLast((event) => event.type === 'classTable')!
    expect(table.table.rows.map((row) => row.name)).toEqual(['background', 'disc', 'bar'])
    const text = await readFile(join(root, 'log.txt'), 'utf8')
    expect(text).toContain(
      'hooks, in order: timer, metrics, text log, tensorboard, validation, best mIoU, health, samples of 4 pictures, checkpoint, system',
    )
    expect(text).toContain('batch norm statistics')
    const kept = (await readdir(join(root, 'checkpoints'))).filter((name) => name.startsWith('step-'))
    expect(kept).toContain('step-00000012-a1')
    expect(kept.length).toBeLessThanOrEqual(4)
  })

  it.each([0, 1])('goes on to the last bit after a stop, with %i workers', async (workers) => {
    const config = { data: { workers } }
    const [whole, parts] = [join(root, 'whole'), join(root, 'parts')]
    await makeTinyRun(whole, { config })
    await makeTinyRun(parts, { config })
    await train(whole, 1)
    const first = await train(parts, 1, 5)
    expect(statesOf(first).at(-1)).toBe('stopped')
    const stoppedAt = Math.max(...(await lossCurve(parts)).keys())
    expect(stoppedAt).toBeGreaterThanOrEqual(5)
    expect(stoppedAt).toBeLessThan(12)
    const second = await train(parts, 2)
    expect(statesOf(second).at(-1)).toBe('finished')
    const points = second.flatMap((e) => (e.type === 'metrics' ? e.points : []))
    expect(points.every((p) => p.attempt === 2)).toBe(true)
    expect(points.filter((p) => p.name === 'loss').map((p) => p.step)).toEqual(
      Array.from({ length: 12 - stoppedAt }, (_, i) => stoppedAt + 1 + i),
    )
    // A validation that the stop cut short is made up for: both curves of scores are whole.
    expect(await scores(parts)).toEqual(await scores(whole))
    const [a, b] = [await lossCurve(whole), await lossCurve(parts)]
    expect([...b]).toEqual([...a])
    expect(b.size).toBe(12)
    expect(await lastWeights(parts)).toEqual(await lastWeights(whole))
  })

  it('means over several steps, gradients of several batches: a stop between two points changes neither', async () => {
    const config = { loop: { steps: 13, logEvery: 5 }, optimizer: { accumulate: 3 }, checkpoint: { every: { unit: 'step', every: 100 } } }
    const [whole, parts] = [join(root, 'whole'), join(root, 'parts')]
    await makeTinyRun(whole, { config })
    await makeTinyRun(parts, { config })
    await train(whole, 1)
    await train(parts, 1, 5)
    await train(parts, 2)
    const curve = await lossCurve(whole)
    expect([...curve.keys()]).toEqual([5, 10, 13])
    expect([...(await lossCurve(parts))]).toEqual([...curve])
    expect(await lastWeights(parts)).toEqual(await lastWeights(whole))
  })

  it('counts the validations of an early stop over a resume', async () => {
    const every = (n: number) => ({ unit: 'step', every: n })
    const config = {
      loop: { steps: 40, validateEvery: every(2) },
      checkpoint: { every: every(2), keep: 20 },
      hooks: [{ type: 'earlyStop', monitor: 'mIoU', patience: 3, minDelta: 1 }],
    }
    await makeTinyRun(root, { config })
    expect(statesOf(await train(root, 1)).at(-1)).toBe('finished')
    const names = (await readdir(join(root, 'checkpoints'))).filter((name) => name.startsWith('step-')).sort()
    expect(names.at(-1)).toBe('step-00000008-a1')
    // As a SIGKILL right after the checkpoint of step 6 would have left it.
    await rm(join(root, 'checkpoints', names.at(-1)!), { recursive: true })
    await train(root, 2)
    const again = (await readdir(join(root, 'checkpoints'))).filter((name) => name.endsWith('-a2'))
    expect(again).toEqual(['step-00000008-a2'])
  })

  it('gives the same curve with any number of workers, and another with another seed', async () => {
    const curves: number[][] = []
    for (const [name, config] of [
      ['a', { data: { workers: 0 } }],
      ['b', { data: { workers: 2 } }],
      ['c', { seed: 4 }],
    ] as const) {
      const folder = join(root, name)
      await makeTinyRun(folder, { config: { ...config, loop: { steps: 5 } } })
      await train(folder, 1)
      curves.push([...(await lossCurve(folder)).values()])
    }
    expect(curves[1]).toEqual(curves[0])
    expect(curves[2]).not.toEqual(curves[0])
  })

  it('validates and opens checkpoints with the averaged weights, through a resume to the last bit', async () => {
    const config = { ema: { enabled: true, momentum: 0.2 }, loop: { steps: 20, validateEvery: { unit: 'step', every: 20 } } }
    const [whole, parts] = [join(root, 'whole'), join(root, 'parts')]
    for (const folder of [whole, parts]) await makeTinyRun(folder, { config })
    await train(whole, 1)
    await train(parts, 1, 2)
    await train(parts, 2)
    const averages = async (folder: string) => {
      const opened = await openCheckpoint(folder, 'last', 1)
      try {
        expect(opened).toMatchObject({ averaged: true, state: { step: 20, updates: 20, lossScale: null } })
        return opened.weights('decode_head.linear_pred.weight')
      } finally {
        await opened.dispose()
      }
    }
    expect(await averages(parts)).toEqual(await averages(whole))
    expect(await lastWeights(parts)).toEqual(await lastWeights(whole))
    const last = await new CheckpointStore(join(whole, 'checkpoints')).load('last')
    expect(await averages(whole)).not.toEqual(asFloat32(last.model.get('decode_head.linear_pred.weight')!))
    // The score in the log is that of the averages.
    const { mIoU } = await evaluateSource({ kind: 'checkpoint', runFolder: whole, checkpoint: 'last' }, ['val'], { threads: 1 })
    expect((await scores(whole)).some((line) => line.includes(String(mIoU)))).toBe(true)
  })

  it('prints what every parameter rule caught, and reports one that caught nothing', async () => {
    const rules = [
      { match: 'norm', decayMult: 0 },
      { match: 'pos_block', decayMult: 0 },
    ]
    await makeTinyRun(root, { config: { optimizer: { rules, freeze: ['patch_embed1'] }, loop: { steps: 1 } } })
    const events = await train(root, 1)
    const lines = events.flatMap((event) => (event.type === 'log' ? event.line : []))
    expect(lines.find((line) => line.startsWith('parameters norm:'))).toMatch(/: \d+ tensors, \d+ values, lr x 1, decay x 0$/)
    expect(lines).toContain('parameters pos_block: 0 tensors, 0 values, lr x 1, decay x 0 (matches nothing)')
    expect(lines.find((line) => line.startsWith('parameters patch_embed1:'))).toMatch(/: 4 tensors, \d+ values, frozen$/)
    const findings = events.flatMap((event) => (event.type === 'finding' ? event.finding : []))
    expect(findings).toEqual([{ key: 'ruleMatchesNothing', severity: 'warning', step: 0, data: { rules: 'pos_block' } }])
  })

  it('accumulates gradients over micro-batches', async () => {
    await makeTinyRun(root, { config: { optimizer: { accumulate: 2, clipNorm: 1 }, loop: { steps: 4 } } })
    const events = await train(root, 1)
    const points = events.flatMap((event) => (event.type === 'metrics' ? event.points : []))
    expect(points.filter((p) => p.name === 'gradNorm')).toHaveLength(4)
    expect(points.find((p) => p.step === 4)?.epoch).toBe(2)
  })

  it('draws every loss of a list by itself, and warns of its traps', async () => {
    const loss = [
      { type: 'crossEntropy', classWeights: 'balanced', weight: 0.01 },
      { type: 'dice', weight: 2, name: 'overlap' },
    ]
    await makeTinyRun(root, { config: { loss, loop: { steps: 3 }, optimizer: { accumulate: 2 } } })
    const events = await train(root, 1)
    const points = events.flatMap((event) => (event.type === 'metrics' ? event.points : []))
    const at = (step: number, name: string): number => points.find((p) => p.step === step && p.name === name)!.value
    for (const step of [1, 2, 3])
      expect(at(step, 'loss')).toBeCloseTo(0.01 * at(step, 'loss.crossEntropy') + 2 * at(step, 'loss.overlap'), 5)
    expect(at(1, 'relativeLoss')).toBeGreaterThan(0.5)
    expect(at(1, 'relativeLoss')).toBeLessThan(2)
    const findings = events.flatMap((event) => (event.type === 'finding' ? [event.finding] : []))
    expect(findings).toContainEqual(expect.objectContaining({ key: 'lossDrowned', severity: 'warning' }))
    const text = await readFile(join(root, 'log.txt'), 'utf8')
    expect(text).toContain('balanced class weights: background')
    expect(text).toContain('loss dice x 2: {"name":"overlap","form":"perClass"')
  })

  it('ends with run/diverged when the loss is no number, and saves nothing of it', async () => {
    // Long enough that the stop arrives before the end, and without a validation in between.
    await makeTinyRun(root, { config: { loop: { steps: 400, validateEvery: { unit: 'step', every: 400 } } } })
    await train(root, 1, 3)
    const store = join(root, 'checkpoints')
    const last = (await readdir(store))
      .filter((name) => name.startsWith('step-'))
      .sort()
      .at(-1)!
    const { state, model, optimizer } = await readCheckpoint(join(store, last))
    const tensors = (from: typeof model, change: (name: string, values: Float32Array) => Float32Array) =>
      [...from].map(([name, tensor]) => ({ name, dtype: 'F32' as const, shape: tensor.shape, data: change(name, asFloat32(tensor)) }))
    const poison = (name: string, values: Float32Array) => (name === 'decode_head.linear_pred.weight' ? values.fill(Number.NaN) : values)
    await rm(join(store, last), { recursive: true })
    await writeCheckpoint(join(store, last), { state, model: tensors(model, poison), optimizer: tensors(optimizer, (_, values) => values) })
    await expect(train(root, 2)).rejects.toMatchObject({ code: 'run/diverged', data: { step: state.step + 1 } })
    expect((await readdir(store)).filter((name) => name.endsWith('-a2'))).toEqual([])
  })

  it('refuses what cannot be trained, with a code', async () => {
    const codeOf = async (folder: string, attempt = 1) =>
      train(folder, attempt).then(
        () => 'none',
        (error: unknown) => (error instanceof AppError ? error.code : String(error)),
      )
    await makeTinyRun(root, { config: { data: { trainSplits: ['nothing'] } } })
    expect(await codeOf(root)).toBe('run/no-training-items')
    await writeFile(join(root, 'config.json'), '{"modle":{}}')
    expect(await codeOf(root)).toBe('config/unknown-key')
    await writeFile(join(root, 'config.json'), '{')
    expect(await codeOf(root)).toBe('file/unreadable')
    expect(await codeOf(join(root, 'absent'))).toBe('file/not-found')
    await makeTinyRun(root, { config: { loop: { steps: 2 } } })
    await train(root, 1)
    await makeTinyRun(root, { config: { loop: { steps: 2 }, optimizer: { lr: 0.1 } } })
    expect(await codeOf(root, 2)).toBe('run/not-resumable')
    expect(await readFile(join(root, 'log.txt'), 'utf8')).toContain('failed: run/not-resumable')
  })

  it('uses the checkpoint before a damaged one, and says so', async () => {
    await makeTinyRun(root, { config: { loop: { steps: 6 } } })
    await train(root, 1)
    await writeFile(join(root, 'checkpoints', 'step-00000006-a1', 'optimizer.safetensors'), 'rubbish')
    const events = await train(root, 2)
    const lines = events.flatMap((event) => (event.type === 'log' ? [event.line] : []))
    expect(lines.some((line) => /step-00000006-a1 cannot be used/.test(line))).toBe(true)
    expect(lines).toContain('resumed from step-00000003-a1')
    expect(statesOf(events).at(-1)).toBe('finished')
  })

  it('names the picture that cannot be read', async () => {
    const snapshot = await makeTinyRun(root)
    await writeFile(snapshot.items[3]!.imagePath, 'no picture')
    await expect(train(root, 1)).rejects.toMatchObject({ code: 'file/unreadable', data: { file: snapshot.items[3]!.imagePath } })
  })
})

describe('a training in its own process', () => {
  const long = { loop: { steps: 400, validateEvery: { unit: 'step', every: 50 } }, checkpoint: { every: { unit: 'step', every: 4 } } }

  it('streams over the port, stops within a step, refuses a second one, and resumes', async () => {
    await makeTinyRun(root, { config: long })
    const { client, leave } = start()
    const events = await client.train({ runId, runFolder: root, attempt: 1 })
    const seen: TrainEvent[] = []
    let askedAt = 0
    for await (const event of events) {
      seen.push(event)
      if (event.type !== 'metrics' || askedAt > 0) continue
      await expect(client.train({ runId, runFolder: root, attempt: 1 }).then(async (second) => readEvents(second))).rejects.toMatchObject({
        code: 'run/busy',
      })
      askedAt = Math.max(...(await lossCurve(root)).keys())
      await client.stop({ runId })
    }
    expect(statesOf(seen).at(-1)).toBe('stopped')
    expect(Math.max(...(await lossCurve(root)).keys()) - askedAt).toBeLessThanOrEqual(3)
    await expect(client.stop({ runId })).rejects.toMatchObject({ code: 'run/not-found' })
    const again = await client.train({ runId, runFolder: root, attempt: 2 })
    const resumed = await readEvents(again, (event) => event.type === 'log' && event.line.startsWith('resumed from'))
    expect(resumed.at(-1)?.type).toBe('log')
    expect(await leave()).toBe(0)
  })

  it('finishes the step, writes a checkpoint and exits when its host disappears', async () => {
    await makeTinyRun(root, {
      config: {
        ...long,
        checkpoint: { every: { unit: 'step', every: 10_000 } },
        loop: { ...long.loop, validateEvery: { unit: 'step', every: 10_000 } },
      },
    })
    const { client, leave } = start()
    const events = await client.train({ runId, runFolder: root, attempt: 1 })
    await readEvents(events, (event) => event.type === 'metrics' && event.points.some((p) => p.step >= 3))
    expect(await leave()).toBe(0)
    const done = Math.max(...(await lossCurve(root)).keys())
    const names = (await readdir(join(root, 'checkpoints'))).filter((name) => name.startsWith('step-'))
    expect(names).toContain(`step-${String(done).padStart(8, '0')}-a1`)
  })

  it('leaves a run that resumes, wherever SIGKILL falls, and the curve is that of a run never killed', async () => {
    const config = {
      loop: { steps: 30, validateEvery: { unit: 'step', every: 7 } },
      checkpoint: { every: { unit: 'step', every: 2 }, keep: 1 },
      data: { workers: 1 },
    }
    const [whole, killed] = [join(root, 'whole'), join(root, 'killed')]
    await makeTinyRun(whole, { config })
    await makeTinyRun(killed, { config })
    await train(whole, 1)
    let attempt = 0
    // From before the first checkpoint on; the delay puts the kill anywhere between two steps, a validation or the writing of a checkpoint.
    const moments: { step: number; delayMs: number }[] = [
      { step: -1, delayMs: 0 },
      { step: 0, delayMs: 15 },
      ...[3, 13, 22].map((step) => ({ step, delayMs: Math.random() * 80 })),
    ]
    for (const { step, delayMs } of moments) {
      const { client, kill } = start()
      const events = await client.train({ runId, runFolder: killed, attempt: ++attempt })
      const reached = (event: TrainEvent) =>
        event.type === 'metrics'
          ? event.points.some((p) => p.step >= step)
          : event.type === 'state' && event.status === 'running'
            ? step === 0
            : step < 0
      await readUntil(events, reached)
      await new Promise((resolve) => setTimeout(resolve, delayMs))
      await kill('SIGKILL')
    }
    const end = await train(killed, ++attempt)
    expect(statesOf(end).at(-1)).toBe('finished')
    expect([...(await lossCurve(killed))].sort(([a], [b]) => a - b)).toEqual([...(await lossCurve(whole))])
    expect(await lastWeights(killed)).toEqual(await lastWeights(whole))
    expect((await readdir(join(killed, 'checkpoints'))).filter((name) => name.startsWith('.'))).toEqual([])
  })
})
