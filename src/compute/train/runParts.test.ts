import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { trainEventSchema } from '../../shared/api/compute/contract.ts'
import type { TrainEvent } from '../../shared/api/compute/contract.ts'
import { EventChannel } from './eventChannel.ts'
import { RunLog } from './runLog.ts'
import { epochAt, isDue, isValidationDue, makeTimetable, validationsAfter } from '../../shared/model/timetable.ts'

const metrics = (step: number): TrainEvent => ({
  type: 'metrics',
  points: [{ attempt: 1, step, epoch: 0, split: 'train', name: 'loss', value: 1, wall: 1 }],
})
const line = (text: string): TrainEvent => ({ type: 'log', line: text })

describe('EventChannel', () => {
  it('joins metrics that wait, keeps every point and the order of the rest', async () => {
    const channel = new EventChannel(5)
    for (let step = 1; step <= 100; step++) channel.push(metrics(step))
    channel.push(line('a'))
    channel.push(line('b'))
    channel.end()
    const events: TrainEvent[] = []
    for await (const event of channel) events.push(event)
    expect(events.flatMap((e) => (e.type === 'metrics' ? e.points.map((p) => p.step) : []))).toEqual(
      Array.from({ length: 100 }, (_, i) => i + 1),
    )
    expect(events.map((e) => e.type)).toEqual(['metrics', 'log', 'log'])
  })
  it('lets metrics out at most once per interval while the loop runs', async () => {
    const channel = new EventChannel(40)
    const seen: TrainEvent[] = []
    const reader = (async () => {
      for await (const event of channel) seen.push(event)
    })()
    const until = performance.now() + 200
    for (let step = 1; performance.now() < until; step++) {
      channel.push(metrics(step))
      await new Promise((resolve) => setTimeout(resolve, 2))
    }
    channel.end()
    await reader
    expect(seen.length).toBeGreaterThanOrEqual(3)
    expect(seen.length).toBeLessThanOrEqual(7)
  })
  it('ends with the failure after what came before it', async () => {
    const channel = new EventChannel()
    channel.push(line('before'))
    channel.fail(new Error('broken'))
    const seen: TrainEvent[] = []
    await expect(
      (async () => {
        for await (const event of channel) seen.push(event)
      })(),
    ).rejects.toThrow('broken')
    expect(seen).toEqual([line('before')])
  })
})

describe('RunLog', () => {
  it('appends events that parse again, and closes a torn line', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'mw-log-'))
    const first = new RunLog(folder, 1)
    first.write(line('one'))
    first.close()
    await appendFile(join(folder, 'log.jsonl'), '{"type":"log","li')
    const second = new RunLog(folder, 2)
    second.write(metrics(3))
    second.sync()
    second.close()
    const lines = (await readFile(join(folder, 'log.jsonl'), 'utf8')).trimEnd().split('\n')
    expect(lines).toHaveLength(3)
    expect(trainEventSchema.parse(JSON.parse(lines[0]!))).toEqual(line('one'))
    expect(JSON.parse(lines[2]!)).toMatchObject({ type: 'metrics', attempt: 2, wall: expect.any(Number) as number })
    expect(await readFile(join(folder, 'log.txt'), 'utf8')).toMatch(/^\S+ {2}one\n$/)
    await rm(folder, { recursive: true })
  })
})

describe('timetable', () => {
  it('counts steps by epochs or takes them as given', () => {
    expect(makeTimetable(10, 4, 1, { epochs: 2, steps: null })).toEqual({ stepsPerEpoch: 3, totalSteps: 6, totalEpochs: 2 })
    expect(makeTimetable(10, 4, 2, { epochs: 2, steps: null }).stepsPerEpoch).toBe(2)
    expect(makeTimetable(3, 8, 1, { epochs: 2, steps: 5 })).toEqual({ stepsPerEpoch: 1, totalSteps: 5, totalEpochs: 5 })
  })
  it('knows when something is due, and that the last step always counts', () => {
    const table = makeTimetable(12, 4, 1, { epochs: 3, steps: 8 })
    const due = (unit: 'epoch' | 'step', every: number) =>
      Array.from({ length: 9 }, (_, step) => step).filter((step) => isDue(table, { unit, every }, step))
    expect(due('epoch', 1)).toEqual([3, 6, 8])
    expect(due('step', 4)).toEqual([4, 8])
    expect(due('epoch', 10)).toEqual([8])
    expect(epochAt(table, 6)).toBe(2)
  })
  it.each([
    ['epoch', 4, [{ from: 6, every: 1 }], [8, 12, 14, 16, 18, 20]],
    ['step', 5, [], [5, 10, 15, 20]],
    [
      'step',
      8,
      [
        { from: 10, every: 4 },
        { from: 17, every: 1 },
      ],
      [8, 12, 16, 17, 18, 19, 20],
    ],
    ['epoch', 1, [{ from: 4, every: 5 }], [2, 4, 6, 10, 20]],
    ['epoch', 3, [{ from: 50, every: 1 }], [6, 12, 18, 20]],
  ] as const)('validates per %s every %i, later %j', (unit, every, later, expected) => {
    const table = makeTimetable(8, 4, 1, { epochs: 10, steps: null })
    const loop = { validateEvery: { unit, every }, validateLater: [...later] }
    const steps = Array.from({ length: table.totalSteps + 1 }, (_, step) => step)
    const due = steps.filter((step) => isValidationDue(table, loop, step))
    expect(due).toEqual(expected)
    for (const step of steps) expect(validationsAfter(table, loop, step)).toBe(due.filter((each) => each > step).length)
  })
})
