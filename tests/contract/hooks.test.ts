import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { sampleSheetSchema } from '../../src/shared/model/sampleSheet.ts'
import { readCheckpointState } from '../../src/compute/train/checkpointFiles.ts'
import { CheckpointStore } from '../../src/compute/train/checkpointStore.ts'
import { processMemoryBytes } from '../../src/compute/train/system/processMemory.ts'
import { TrainRun } from '../../src/compute/train/trainRun.ts'
import type { TrainEvent } from '../../src/shared/api/compute/contract.ts'
import { makeTinyRun } from '../support/tinyRun.ts'

const runId = '019358a0-0000-7000-8000-0000000000ff'
let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mw-hooks-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

/** Trains in this process; answers with what was said and with the error that ended it, if any. */
async function train(attempt = 1, stopAtStep?: number): Promise<{ events: TrainEvent[]; error: unknown }> {
  const run = new TrainRun({ runId, runFolder: folder, attempt })
  const events: TrainEvent[] = []
  try {
    for await (const event of run.events) {
      events.push(event)
      if (event.type === 'metrics' && event.points.some((point) => point.step === stopAtStep)) run.stop()
    }
    return { events, error: null }
  } catch (error) {
    return { events, error }
  }
}
const findings = (events: TrainEvent[]) => events.flatMap((event) => (event.type === 'finding' ? [event.finding] : []))
const status = (events: TrainEvent[]) => events.flatMap((event) => (event.type === 'state' ? [event.status] : [])).at(-1)
const lastStep = (events: TrainEvent[]) =>
  Math.max(...events.flatMap((event) => (event.type === 'metrics' ? event.points.map((p) => p.step) : [0])))

describe('samples', () => {
  it('show the same pictures after every validation, and keep the first sheet and the newest', async () => {
    const loop = { steps: 15, validateEvery: { unit: 'step', every: 3 } }
    await makeTinyRun(folder, { config: { loop, hooks: [{ type: 'samples', count: 3, keep: 3 }] } })
    const { events, error } = await train()
    expect(error).toBeNull()
    const told = events.flatMap((event) => (event.type === 'samples' ? [event.sheet] : []))
    expect(told.map(({ step }) => step)).toEqual([3, 6, 9, 12, 15])
    expect(new Set(told.map(({ pictures }) => pictures.map(({ name }) => name).join())).size).toBe(1)
    expect((await readdir(join(folder, 'samples'))).sort()).toEqual(['step-00000003', 'step-00000012', 'step-00000015'])
    const newest = join(folder, 'samples', 'step-00000015')
    const sheet = sampleSheetSchema.parse(JSON.parse(await readFile(join(newest, 'sheet.json'), 'utf8')))
    expect(sheet.pictures).toHaveLength(3)
    const layer = async (name: string) =>
      sharp(join(newest, `0.${name}.png`))
        .ensureAlpha()
        .raw()
        .toBuffer({ resolveWithObject: true })
    const [truth, errors] = [await layer('truth'), await layer('errors')]
    expect([truth.info.width, truth.info.height]).toEqual([64, 64])
    // The first row of every picture is void: it is clear, and neither right nor wrong.
    expect([truth.data[3], errors.data[3]]).toEqual([0, 0])
    expect(truth.data[64 * 4 * 2 + 3]).toBeGreaterThan(0)
  })
})

describe('system', () => {
  it('tells throughput, memory and where the time goes, in the log and in the TensorBoard file', async () => {
    await makeTinyRun(folder, { config: { hooks: [{ type: 'tensorboard' }] } })
    const { events, error } = await train()
    expect(error).toBeNull()
    const points = events.flatMap((event) => (event.type === 'metrics' ? event.points.filter(({ split }) => split === 'system') : []))
    const last = Object.fromEntries(points.filter(({ step }) => step === 12).map(({ name, value }) => [name, value]))
    expect(Object.keys(last).sort()).toEqual(['computeShare', 'coresBusy', 'dataShare', 'imagesPerSecond', 'memoryMb', 'otherShare'])
    expect(last['computeShare']! + last['dataShare']! + last['otherShare']!).toBeCloseTo(1, 6)
    expect(last['computeShare']).toBeGreaterThan(0)
    expect(last['imagesPerSecond']).toBeGreaterThan(0)
    expect(last['memoryMb']).toBeGreaterThan(30)
    const log = (await readFile(join(folder, 'log.jsonl'), 'utf8')).split('\n').filter((line) => line.includes('"system"'))
    expect(log.length).toBeGreaterThan(0)
    const file = (await readdir(folder)).find((name) => name.endsWith('.tfevents'))!
    expect((await readFile(join(folder, file))).includes('system/imagesPerSecond')).toBe(true)
  })

  it.runIf(process.platform === 'linux')('counts the memory of the processes below', async () => {
    const before = processMemoryBytes()
    const child = spawn(process.execPath, [
      '-e',
      "const held = Buffer.alloc(200e6, 1); console.log('ready'); setInterval(() => held.length, 1000)",
    ])
    try {
      await once(child.stdout, 'data')
      expect(processMemoryBytes() - before).toBeGreaterThan(200e6)
    } finally {
      child.kill()
    }
  })
})

describe('early stop', () => {
  it('ends a run that no longer gains, with a checkpoint, as finished', async () => {
    const loop = { steps: 60, validateEvery: { unit: 'step', every: 2 } }
    // Nothing gains more than 1, so the second validation in a row without a gain is the third of all.
    await makeTinyRun(folder, { config: { loop, hooks: [{ type: 'earlyStop', monitor: 'mIoU', patience: 2, minDelta: 1 }] } })
    const { events, error } = await train()
    expect(error).toBeNull()
    expect(status(events)).toBe('finished')
    expect(lastStep(events)).toBe(6)
    const newest = (await new CheckpointStore(join(folder, 'checkpoints')).list()).at(-1)
    expect(newest?.step).toBe(6)
  })

  it('remembers over a resume how long it has waited', async () => {
    const loop = { steps: 60, validateEvery: { unit: 'step', every: 2 } }
    await makeTinyRun(folder, { config: { loop, hooks: [{ type: 'earlyStop', patience: 3, minDelta: 1 }] } })
    await train(1, 5)
    const newest = (await new CheckpointStore(join(folder, 'checkpoints')).list()).at(-1)!
    const state = await readCheckpointState(join(folder, 'checkpoints', newest.name))
    // The stop lands before or after the validation of step 6.
    const { waited } = state.hooks['early stop on mIoU'] as { waited: number }
    expect([1, 2]).toContain(waited)
    const { events } = await train(2)
    expect(lastStep(events)).toBe(8)
  })
})

describe('health', () => {
  const hooks = [{ type: 'health', window: 5 }]

  it('pauses a run whose rate is zero, keeps its checkpoint, and says why', async () => {
    const warmup = { type: 'constant', length: 50, factor: 0 }
    await makeTinyRun(folder, { config: { loop: { steps: 60 }, schedule: { warmup }, hooks } })
    const { error, events } = await train()
    expect(error).toMatchObject({ code: 'run/unhealthy', data: { finding: 'rateZero', step: 5 } })
    expect(findings(events)).toMatchObject([{ key: 'rateZero', severity: 'pause', step: 5 }])
    expect((await new CheckpointStore(join(folder, 'checkpoints')).list()).at(-1)?.step).toBe(5)
  })

  it('only warns when it may not pause', async () => {
    const schedule = { warmup: { type: 'constant', length: 10, factor: 0 } }
    await makeTinyRun(folder, { config: { schedule, hooks: [{ type: 'health', window: 5, pause: false }] } })
    const { error, events } = await train()
    expect(error).toBeNull()
    expect(findings(events)).toMatchObject([{ key: 'rateZero', severity: 'warning', step: 5 }])
  })

  it('names a class that no label of an epoch shows', async () => {
    const snapshot = await makeTinyRun(folder, { config: { loop: { steps: 12 }, hooks } })
    const withUnicorn = { ...snapshot, classes: [...snapshot.classes, { id: 'none', name: 'unicorn', color: '#123456' }] }
    await writeFile(join(folder, 'snapshot.json'), JSON.stringify(withUnicorn))
    const { events } = await train()
    expect(findings(events).find(({ key }) => key === 'classNeverSeen')).toMatchObject({ step: 4, data: { classes: 'unicorn' } })
  })
})

const python = '/usr/bin/python3'
const hasProtobuf = spawnSync(python, ['-c', 'import google.protobuf']).status === 0

describe('tensorboard', () => {
  it('writes one event file per attempt', async () => {
    await makeTinyRun(folder, { config: { hooks: [{ type: 'tensorboard' }] } })
    await train(1, 4)
    await train(2)
    const files = (await readdir(folder)).filter((name) => name.endsWith('.tfevents')).sort()
    expect(files).toEqual(['events.0001.tfevents', 'events.0002.tfevents'])
    expect((await stat(join(folder, files[0]!))).size).toBeGreaterThan(100)
  })

  it.skipIf(!hasProtobuf)('is read by an independent reader of the format: every curve, every sample, to the bit of a float', async () => {
    await makeTinyRun(folder, { config: { hooks: [{ type: 'samples', count: 2 }, { type: 'tensorboard' }] } })
    const { events } = await train()
    const oracle = fileURLToPath(new URL('../oracles/read_events.py', import.meta.url))
    interface Read {
      step: number
      version: string
      values: { tag: string; value: number; image?: [number, number, number] }[]
    }
    const read = execFileSync(python, [oracle, join(folder, 'events.0001.tfevents')], { encoding: 'utf8' })
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Read)
    expect(read[0]!.version).toBe('brain.Event:2')
    const theirs = read.flatMap(({ step, values }) => values.filter((v) => !v.image).map((v) => `${step} ${v.tag} ${v.value}`))
    const ours = events.flatMap((event) =>
      event.type === 'metrics' ? event.points.map((p) => `${p.step} ${p.split}/${p.name} ${Math.fround(p.value)}`) : [],
    )
    expect(theirs.sort()).toEqual(ours.sort())
    const images = read.flatMap(({ step, values }) => values.filter((v) => v.image).map((v) => `${step} ${v.image![0]}x${v.image![1]}`))
    expect(images).toEqual(['6 64x64', '6 64x64', '12 64x64', '12 64x64'])
  })
})
