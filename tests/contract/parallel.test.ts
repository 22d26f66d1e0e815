import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encode } from 'fast-png'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createLogger } from '../../src/main/log.ts'
import { createSupervisor, type Supervisor } from '../../src/main/jobs/supervisor.ts'
import { createMeetingPlace } from '../../src/main/services/runs/replicas.ts'
import { startTrainGroup } from '../../src/main/services/runs/trainGroup.ts'
import type { TrainEvent } from '../../src/shared/api/compute/contract.ts'
import type { MetricPoint } from '../../src/shared/model/run.ts'
import { createSampler } from '../../src/compute/data/sampler.ts'
import { readCheckpoint } from '../../src/compute/train/checkpointFiles.ts'
import { asFloat32 } from '../../src/compute/weights/safetensors.ts'
import { readEvents, startComputeChild } from '../support/computeChild.ts'
import { forkEntry } from '../support/entries.ts'
import { makeTinyRun } from '../support/tinyRun.ts'

const runId = '019358a0-0000-7000-8000-0000000000fe'
let root: string
let supervisor: Supervisor
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'mw-parallel-'))
  supervisor = createSupervisor({ spawnChild: forkEntry, pidFolder: join(root, 'pids'), log: createLogger('test', 'silent') })
})
afterEach(async () => {
  await supervisor.close(0)
  await rm(root, { recursive: true, force: true })
})

/** Trains a folder with so many processes; `onEvent` sees what the first of them says. */
async function train(
  folder: string,
  size: number,
  {
    attempt = 1,
    stopAfterStep = Infinity,
    onEvent,
  }: { attempt?: number; stopAfterStep?: number; onEvent?: (event: TrainEvent) => void } = {},
): Promise<TrainEvent[]> {
  const group = startTrainGroup(supervisor, { size, memoryLimitBytes: 8e9 })
  const seen: TrainEvent[] = []
  for await (const event of group.train({ runId, runFolder: folder, attempt })) {
    seen.push(event)
    onEvent?.(event)
    if (event.type === 'metrics' && event.points.some(({ step }) => step >= stopAfterStep)) group.stop(runId)
  }
  return seen
}

type Values = ReadonlyMap<string, Float32Array>

/** Everything in the last checkpoint of a run: weights, their average, moments, running statistics. */
async function lastState(folder: string): Promise<Values> {
  const index = JSON.parse(await readFile(join(folder, 'checkpoints', 'index.json'), 'utf8')) as { entries: { name: string }[] }
  const { model, optimizer, average } = await readCheckpoint(join(folder, 'checkpoints', index.entries.at(-1)!.name))
  const named = (prefix: string, tensors: typeof model | undefined) =>
    [...(tensors ?? [])].map(([name, tensor]): [string, Float32Array] => [`${prefix}${name}`, asFloat32(tensor).slice()])
  return new Map([...named('', model), ...named('average.', average), ...named('optimizer.', optimizer)])
}

/** The largest relative L2 distance of two tensors of the same name. */
function distance(a: Values, b: Values): number {
  expect([...b.keys()]).toEqual([...a.keys()])
  return Math.max(
    ...[...a].map(([name, x]) => {
      const y = b.get(name)!
      const norm = (of: (i: number) => number) => Math.sqrt(x.reduce((sum, _, i) => sum + of(i) ** 2, 0))
      return (
        norm((i) => x[i]! - y[i]!) /
        Math.max(
          norm((i) => x[i]!),
          1e-6,
        )
      )
    }),
  )
}

const losses = (events: readonly TrainEvent[], name = 'loss'): number[] =>
  events
    .flatMap((event) => (event.type === 'metrics' ? event.points : []))
    .flatMap((point: MetricPoint) => (point.name === name && point.split === 'train' ? [point.value] : []))

const lastStatus = (events: readonly TrainEvent[]) => events.findLast((event) => event.type === 'state')?.status

const largest = (a: readonly number[], b: readonly number[]): number => {
  expect(b).toHaveLength(a.length)
  return Math.max(...a.map((value, i) => Math.abs(value - b[i]!) / Math.abs(value)))
}

/** Everything that could tell one process from several: masks, augmentation with a partner, accumulation, clipping, an average, void pixels. */
const hard = {
  model: { headNorm: 'group', dropPath: 0.3, dropout: 0.2 },
  data: {
    batchSize: 4,
    train: [
      { type: 'RandomResize', scale: [256, 64], ratio: [0.5, 2] },
      { type: 'RandomCrop', size: [64, 64], catMaxRatio: 0.75 },
      { type: 'RandomFlip', prob: 0.5 },
      { type: 'PhotoMetricDistortion' },
      { type: 'Pad', size: [64, 64] },
      { type: 'CutMix', prob: 0.5 },
    ],
    sampler: { type: 'balanced' },
  },
  optimizer: { lr: 0.002, accumulate: 2, clipNorm: 0.5 },
  ema: { enabled: true, momentum: 0.1 },
  loss: [{ type: 'crossEntropy' }, { type: 'dice', weight: 0.5 }, { type: 'sigmoidFocal', weight: 0.3 }],
  loop: { steps: 14, validateEvery: { unit: 'step', every: 14 } },
}

interface Trained {
  events: readonly TrainEvent[]
  losses: number[]
  dice: number[]
  norms: number[]
  state: Values
}

async function trainHard(device: { processes: number; batchParts?: number }): Promise<Trained> {
  const folder = join(root, `hard ${device.processes} ${device.batchParts ?? 1}`)
  await makeTinyRun(folder, { pictures: 10, config: { ...hard, device } })
  const events = await train(folder, device.processes)
  return {
    events,
    losses: losses(events),
    dice: losses(events, 'loss.dice'),
    norms: losses(events, 'gradNorm'),
    state: await lastState(folder),
  }
}

/** The same with so many processes and without a stop, trained once for all tests. */
const whole = new Map<number, Promise<Trained>>()
function trainWhole(processes: number): Promise<Trained> {
  const trained = whole.get(processes) ?? trainHard({ processes })
  whole.set(processes, trained)
  return trained
}

const pidsOf = (): number[] => supervisor.running.map(({ pid }) => pid)
const isDone = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return false
  } catch {
    return true
  }
}

/** Kills one process of a training as soon as a step is done; answers with how the training ended. */
async function killAt(folder: string, rank: number, step: number): Promise<{ error: unknown; pids: number[]; seconds: number }> {
  let pids: number[] = []
  let at = 0
  const error = await train(folder, 2, {
    onEvent: (event) => {
      if (at > 0 || event.type !== 'metrics' || event.points[0]!.step < step) return
      pids = pidsOf()
      at = performance.now()
      process.kill(pids[rank]!, 'SIGKILL')
    },
  }).catch((reason: unknown) => reason)
  return { error, pids, seconds: (performance.now() - at) / 1000 }
}

describe('training with several processes', () => {
  it('gives the losses and weights of one process with the same global batch', async () => {
    const one = await trainWhole(1)
    const others = [await trainWhole(2), await trainHard({ processes: 2, batchParts: 2 }), await trainHard({ processes: 1, batchParts: 4 })]
    expect(one.losses).toHaveLength(14)
    expect(new Set(one.losses).size).toBe(14)
    for (const other of others) {
      expect(largest(one.losses, other.losses)).toBeLessThan(1e-5)
      expect(largest(one.dice, other.dice)).toBeLessThan(1e-5)
      expect(largest(one.norms, other.norms)).toBeLessThan(1e-4)
      expect(distance(one.state, other.state)).toBeLessThan(1e-5)
    }
  })

  it('tells the pictures per second and the memory of all processes together', async () => {
    const last: Record<string, number>[] = []
    for (const size of [1, 2]) {
      const points = (await trainWhole(size)).events.flatMap((event) => (event.type === 'metrics' ? event.points : []))
      last.push(Object.fromEntries(points.filter(({ split }) => split === 'system').map(({ name, value }) => [name, value])))
      const seconds = points.filter(({ name, split }) => name === 'imagesPerSecond' && split === 'system')
      expect(seconds.length).toBeGreaterThan(0)
      expect(seconds.every(({ value }) => value > 0)).toBe(true)
    }
    expect(last[1]!['memoryMb']! / last[0]!['memoryMb']!).toBeGreaterThan(1.5)
  })

  it('is the same to the last bit when it is done again, and after a stop, with batch norm and several workers too', async () => {
    const config = {
      data: { batchSize: 4, workers: 2 },
      model: { dropPath: 0.2 },
      ema: { enabled: true, momentum: 0.1 },
      device: { processes: 2 },
      loop: { steps: 12, validateEvery: { unit: 'step', every: 6 } },
    }
    const [once, parts] = [join(root, 'once'), join(root, 'parts')]
    for (const folder of [once, parts]) await makeTinyRun(folder, { config })
    const curve = losses(await train(once, 2))
    // Done again in two parts: other processes, the same bits in every step before the stop and after it.
    const first = await train(parts, 2, { stopAfterStep: 5 })
    expect(lastStatus(first)).toBe('stopped')
    const rest = await train(parts, 2, { attempt: 2 })
    expect([...losses(first), ...losses(rest)]).toEqual(curve)
    expect(distance(await lastState(once), await lastState(parts))).toBe(0)
  })

  it.each([
    [2, 1],
    [1, 2],
  ])('goes on from %i processes with %i on the same curve', async (before, after) => {
    const { losses: curve, state } = await trainWhole(before)
    const parts = join(root, 'parts')
    await makeTinyRun(parts, { pictures: 10, config: { ...hard, device: { processes: before } } })
    const first = losses(await train(parts, before, { stopAfterStep: 5 }))
    expect(first.length).toBeLessThan(14)
    await makeTinyRun(parts, { pictures: 10, config: { ...hard, device: { processes: after } } })
    const rest = losses(await train(parts, after, { attempt: 2 }))
    expect(largest(curve, [...first, ...rest])).toBeLessThan(1e-5)
    expect(distance(state, await lastState(parts))).toBeLessThan(1e-5)
  })

  it.each([0, 1])('ends within seconds when process %i of 2 is killed, says which, and can go on', async (rank) => {
    const config = { data: { batchSize: 4 }, device: { processes: 2 }, loop: { steps: 400, validateEvery: { unit: 'step', every: 400 } } }
    await makeTinyRun(root, { config })
    const { error, pids, seconds } = await killAt(root, rank, 7)
    expect(error).toMatchObject({ code: 'process/gone', data: { rank: rank + 1, size: 2, reason: 'it was ended by SIGKILL' } })
    expect((error as Error).message).toContain(`process ${rank + 1} of 2`)
    expect(seconds).toBeLessThan(15)
    expect(pids).toHaveLength(2)
    expect(pids.every(isDone)).toBe(true)
    expect(supervisor.running).toEqual([])
    expect((await lastState(root)).size).toBeGreaterThan(0)
    // Where it was killed depends on the machine: what goes on stops at its first step.
    const rest = await train(root, 2, { attempt: 2, stopAfterStep: 1 })
    expect(lastStatus(rest)).toBe('stopped')
    expect(await readFile(join(root, 'log.txt'), 'utf8')).toMatch(/resumed from step-\d+-a1/)
  })

  it('when its host disappears, all processes end with a checkpoint of the last step', async () => {
    const config = { data: { batchSize: 4 }, device: { processes: 2 }, loop: { steps: 4000, validateEvery: { unit: 'step', every: 4000 } } }
    await makeTinyRun(root, { config: { ...config, checkpoint: { every: { unit: 'step', every: 4000 } } } })
    const place = await createMeetingPlace(2)
    const children = place.replicas.map(() => startComputeChild())
    try {
      const [first, second] = children.map(({ client }, rank) =>
        client.train({ runId, runFolder: root, attempt: 1, replica: place.replicas[rank] }),
      )
      const drained = second!.then((events) => readEvents(events)).catch((error: unknown) => error)
      const told = readEvents(await first!).catch((error: unknown) => error)
      await until(async () => /step \d\d/.test(await readFile(join(root, 'log.txt'), 'utf8').catch(() => '')))
      expect(await Promise.all(children.map((child) => child.leave()))).toEqual([0, 0])
      await Promise.all([drained, told])
    } finally {
      for (const { child } of children) child.kill('SIGKILL')
      await place.clear()
    }
    const { entries } = JSON.parse(await readFile(join(root, 'checkpoints', 'index.json'), 'utf8')) as { entries: { name: string }[] }
    const { state } = await readCheckpoint(join(root, 'checkpoints', entries.at(-1)!.name))
    expect(state.step).toBeGreaterThanOrEqual(10)
  })

  it('a process that is killed before all have met is told, not taken for a stop', async () => {
    await makeTinyRun(root, { config: { data: { batchSize: 3 }, device: { processes: 3 }, loop: { steps: 400 } } })
    const training = train(root, 3).catch((reason: unknown) => reason)
    const pids = pidsOf()
    // The third is late; the second knocks and is killed while the first still waits.
    process.kill(pids[2]!, 'SIGSTOP')
    await new Promise((resolve) => setTimeout(resolve, 3_000))
    process.kill(pids[1]!, 'SIGKILL')
    process.kill(pids[2]!, 'SIGCONT')
    expect(await training).toMatchObject({ code: 'process/gone', data: { rank: 2, size: 3, reason: 'it was ended by SIGKILL' } })
    expect(supervisor.running).toEqual([])
  })

  describe('with another folder for temporary files', () => {
    const before = process.env['TMPDIR']
    afterEach(() => {
      if (before === undefined) delete process.env['TMPDIR']
      else process.env['TMPDIR'] = before
    })

    it('whose path is longer than a socket may have, processes meet', async () => {
      const long = join(root, 'x'.repeat(60), 'y'.repeat(60))
      await mkdir(long, { recursive: true })
      await makeTinyRun(root, { config: { data: { batchSize: 4 }, device: { processes: 2 }, loop: { steps: 2 } } })
      process.env['TMPDIR'] = long
      expect(lastStatus(await train(root, 2))).toBe('finished')
    })

    it('that is not there, the training fails with a sentence and leaves no process', async () => {
      await makeTinyRun(root, { config: { data: { batchSize: 4 }, device: { processes: 2 }, loop: { steps: 2 } } })
      process.env['TMPDIR'] = join(root, 'gone')
      await expect(train(root, 2)).rejects.toMatchObject({ code: 'disk/failed' })
      expect(supervisor.running).toEqual([])
    })
  })

  it('a class that only the pictures of the second process show is no class that was never seen', async () => {
    const data = { batchSize: 2, train: [{ type: 'RandomFlip', prob: 0.5 }] }
    const config = { data, device: { processes: 2 }, hooks: [{ type: 'health' }], loop: { steps: 8 } }
    const { items } = await makeTinyRun(root, { config })
    const [shown] = createSampler({ groups: [{ count: 8 }], batchSize: 1, seed: 3, rank: 1, worldSize: 2 }).batch(0).positions
    for (const [i, { labelPath }] of items.entries()) {
      const only = (index: number) => Uint8Array.from({ length: 64 * 64 }, (_, at) => (at % 2) * index)
      await writeFile(labelPath, encode({ width: 64, height: 64, channels: 1, depth: 8, data: only(i === shown ? 2 : 0) }))
    }
    const found = (await train(root, 2)).flatMap((event) => (event.type === 'finding' ? [event.finding] : []))
    const never = found.find(({ key }) => key === 'classNeverSeen')
    // 'disc' is in no picture, 'bar' in one of the second process.
    expect(never?.data).toEqual({ classes: 'disc' })
  })

  it('an error of the data of one process ends all with its sentence', async () => {
    await makeTinyRun(root, { config: { data: { batchSize: 4 }, device: { processes: 2 }, loop: { steps: 400 } } })
    await writeFile(join(root, 'data', '5.png'), 'no picture')
    const error = await train(root, 2).catch((reason: unknown) => reason)
    expect(error).toMatchObject({ code: expect.stringMatching(/^file\//) as string, data: { size: 2 } })
    expect((error as Error).message).toMatch(/^process [12] of 2: .*5\.png/)
    expect(supervisor.running).toEqual([])
  })
})

async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 50))
}
