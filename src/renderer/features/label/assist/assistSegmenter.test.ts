import { describe, expect, it } from 'vitest'
import { AppError, CancelledError } from '../../../../shared/errors.ts'
import { boundsWithin } from '../../../../shared/geometry/box.ts'
import type { Bounds } from '../../../../shared/geometry/spaces.ts'
import type { AssistAnswer, AssistEvent, AssistPrompt, PrepareEvent } from '../../../../shared/model/assist.ts'
import { maskArea, maskFromBits } from '../../../../shared/geometry/rle.ts'
import type { Candidate, SegmentAnswer, SegmentPrompt } from '../../../canvas/engine/segmenter.ts'
import { AssistSegmenter, type AssistLook } from './assistSegmenter.ts'

const settled = () => new Promise((resolve) => setTimeout(resolve))
const mask = maskFromBits(new Uint8Array(4).fill(1), { x: 10, y: 10, w: 2, h: 2 })
const prompt = (x: number, extra: Partial<SegmentPrompt> = {}): SegmentPrompt => ({
  points: [{ x, y: 5, positive: true }],
  box: null,
  start: null,
  previous: null,
  ...extra,
})

/** A stream whose other end the test holds. */
class Call<E> {
  readonly input: AssistLook & Partial<AssistPrompt>
  readonly signal: AbortSignal
  readonly #events: (E | Error | 'end')[] = []
  #wake = (): void => undefined

  constructor(input: AssistLook & Partial<AssistPrompt>, signal: AbortSignal) {
    this.input = input
    this.signal = signal
    signal.addEventListener('abort', () => this.#push(new CancelledError()))
  }

  #push(event: E | Error | 'end'): void {
    this.#events.push(event)
    this.#wake()
  }

  async send(...events: (E | Error | 'end')[]): Promise<void> {
    for (const event of events) this.#push(event)
    await settled()
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<E> {
    for (;;) {
      const event = this.#events.shift()
      if (event === undefined) await new Promise<void>((resolve) => (this.#wake = resolve))
      else if (event === 'end') return
      else if (event instanceof Error) throw event
      else yield event
    }
  }
}

/** The candidate of the last answer, as the tool has it. */
function candidateOf(answers: readonly SegmentAnswer[]): Candidate {
  const last = answers.at(-1)
  if (last?.kind !== 'found') throw new Error('nothing was found')
  return last.candidates[0]!
}

function rig() {
  const calls: Call<AssistEvent>[] = []
  const preparations: Call<PrepareEvent>[] = []
  const answers: SegmentAnswer[] = []
  const failures: unknown[] = []
  const pauses: (() => void)[] = []
  /** What the user sees; the model looks at it exactly. */
  const seen = { now: { minX: 0, minY: 0, maxX: 100, maxY: 100 } as Bounds, modelId: 'sam', version: 'a', nowMs: 1000, mayWiden: true }
  const segmenter = new AssistSegmenter({
    look(extent) {
      const whole = extent !== null && !boundsWithin(extent, seen.now)
      const { minX, minY, maxX, maxY } = seen.now
      return { itemId: 'item', modelId: seen.modelId, window: whole ? null : [minX, minY, maxX, maxY], version: seen.version }
    },
    isCut: ({ x, w }, [, , right]) => x + w >= right && right < 100,
    wider: ([left, top, right, bottom]) => (seen.mayWiden ? { window: 2 * right < 100 ? [left, top, 2 * right, 2 * bottom] : null } : null),
    segment(input, signal) {
      calls.push(new Call(input, signal))
      return Promise.resolve(calls.at(-1)!)
    },
    prepare(look, signal) {
      preparations.push(new Call(look, signal))
      return Promise.resolve(preparations.at(-1)!)
    },
    answer: (answer) => answers.push(answer),
    failed: (error) => failures.push(error),
    changed: () => undefined,
    nowMs: () => seen.nowMs,
    later: (_, run) => {
      pauses.push(run)
      return () => undefined
    },
  })
  const state = (name: 'waiting' | 'encoding' | 'decoding') => ({ type: 'state', state: name, expectedMs: 3000 }) as const
  const result = (token = 'a', found = mask, window: AssistAnswer['window'] = [0, 0, 100, 100]): AssistEvent => ({
    type: 'result',
    modelId: 'sam',
    modelName: 'SAM',
    window,
    candidates: [{ token, iou: 0.9, mask: found }],
    encoded: 'memory',
    encodeMs: 0,
    decodeMs: 20,
  })
  const ready: PrepareEvent = { type: 'ready', modelId: 'sam', window: [0, 0, 100, 100], encoded: 'now', encodeMs: 3000 }
  return { segmenter, calls, preparations, answers, failures, pauses, seen, state, result, ready }
}

describe('questions to the host', () => {
  it('are answered with their ticket, and what is waited for can be seen', async () => {
    const { segmenter, calls, answers, seen, state, result } = rig()
    const ticket = segmenter.ask(prompt(5))
    await settled()
    expect(calls[0]!.input).toMatchObject({ itemId: 'item', modelId: 'sam', window: [0, 0, 100, 100], points: [{ x: 5 }] })
    seen.nowMs = 1500
    await calls[0]!.send(state('encoding'))
    expect(segmenter.progress).toEqual({ state: 'encoding', sinceMs: 1000, expectedMs: 3000 })
    await calls[0]!.send(result(), 'end')
    expect(segmenter.progress).toBeNull()
    expect(answers).toMatchObject([{ kind: 'found', ticket, modelId: 'sam', candidates: [{ token: 'a' }] }])
    expect(segmenter.last).toMatchObject({ decodeMs: 20 })
  })

  it('go one at a time: a click during encoding waits for it, and only the newest is asked', async () => {
    const { segmenter, calls, answers, state, result } = rig()
    segmenter.ask(prompt(5))
    await settled()
    await calls[0]!.send(state('encoding'))
    segmenter.ask(prompt(6))
    const newest = segmenter.ask(prompt(7))
    expect([calls.length, calls[0]!.signal.aborted]).toEqual([1, false])
    await calls[0]!.send(state('decoding'))
    expect(calls.map(({ input }) => input.points![0]!.x)).toEqual([5, 7])
    await calls[1]!.send(result('b'), 'end')
    expect(answers).toMatchObject([{ kind: 'found', ticket: newest, candidates: [{ token: 'b' }] }])
  })

  it('are cancelled at once when nobody wants the answer, which then never comes', async () => {
    const { segmenter, calls, answers, failures, result } = rig()
    segmenter.ask(prompt(5))
    await settled()
    segmenter.drop()
    expect([calls[0]!.signal.aborted, segmenter.progress]).toEqual([true, null])
    await calls[0]!.send(result(), 'end')
    expect([answers, failures]).toEqual([[], []])
  })

  it('that fail say why and can be asked again', async () => {
    const { segmenter, calls, answers, failures, result } = rig()
    const gone = new AppError('rpc/unavailable', 'gone')
    segmenter.ask(prompt(5))
    await settled()
    await calls[0]!.send(gone)
    expect([failures, segmenter.trouble, segmenter.progress, answers.map(({ kind }) => kind)]).toEqual([[gone], gone, null, ['failed']])
    segmenter.ask(prompt(5))
    expect(segmenter.trouble).toBeNull()
    await settled()
    await calls[1]!.send(result(), 'end')
    expect(answers.at(-1)?.kind).toBe('found')
  })
})

describe('what a model looks at', () => {
  it('stays the same for one object, until something is said of what lies outside', async () => {
    const { segmenter, calls, answers, seen, result } = rig()
    seen.now = { minX: 0, minY: 0, maxX: 50, maxY: 50 }
    segmenter.ask(prompt(5))
    await settled()
    await calls[0]!.send(result('a'), 'end')
    seen.now = { minX: 2, minY: 0, maxX: 20, maxY: 20 }
    segmenter.ask(prompt(30, { previous: candidateOf(answers) }))
    await settled()
    // The pixels go along all the same, for a process that was started again and does not know it.
    expect(calls[1]!.input).toMatchObject({ window: [0, 0, 50, 50], previous: 'a', previousMask: mask, mask: null })
    await calls[1]!.send(result('b'), 'end')
    // Through another window the logits mean nothing: the pixels go along instead.
    segmenter.ask(prompt(80, { previous: candidateOf(answers) }))
    await settled()
    expect(calls[2]!.input).toMatchObject({ window: null, previous: null, previousMask: null, mask })
    segmenter.drop()
    segmenter.ask(prompt(5))
    expect(calls[3]!.input.window).toEqual([2, 0, 20, 20])
  })

  it('is known of a click that was taken back, too', async () => {
    const { segmenter, calls, answers, seen, result } = rig()
    segmenter.ask(prompt(5))
    await settled()
    await calls[0]!.send(result('a'), 'end')
    const first = candidateOf(answers)
    segmenter.ask(prompt(6, { previous: first }))
    segmenter.drop()
    segmenter.ask(prompt(7, { previous: first }))
    expect(calls.at(-1)!.input).toMatchObject({ previous: 'a', previousMask: mask })
    segmenter.drop()
    seen.now = { minX: 2, minY: 0, maxX: 20, maxY: 20 }
    segmenter.ask(prompt(8, { previous: first }))
    expect(calls.at(-1)!.input).toMatchObject({ window: [2, 0, 20, 20], previous: null, mask })
  })

  it('by another model begins from the pixels of the last candidate', async () => {
    const { segmenter, calls, answers, seen, result } = rig()
    segmenter.ask(prompt(5))
    await settled()
    await calls[0]!.send(result('a'), 'end')
    seen.modelId = 'other'
    segmenter.ask(prompt(6, { previous: candidateOf(answers) }))
    await settled()
    expect(calls[1]!.input).toMatchObject({ modelId: 'other', previous: null, mask })
  })

  it('is looked at before the first click, once, and again when the view is another', async () => {
    const { segmenter, preparations, seen, state, ready } = rig()
    segmenter.prepare()
    segmenter.prepare()
    await settled()
    await preparations[0]!.send(state('encoding'))
    expect([preparations.length, segmenter.ready, segmenter.progress?.state]).toEqual([1, false, 'encoding'])
    // A click that is taken back does not hide that the picture is still looked at.
    segmenter.ask(prompt(5))
    segmenter.drop()
    expect(segmenter.progress?.state).toBe('encoding')
    await preparations[0]!.send(ready, 'end')
    expect([segmenter.ready, segmenter.progress]).toEqual([true, null])
    segmenter.prepare()
    expect(preparations).toHaveLength(1)
    seen.now = { minX: 50, minY: 50, maxX: 60, maxY: 60 }
    expect(segmenter.ready).toBe(false)
    segmenter.prepare()
    seen.now = { minX: 0, minY: 0, maxX: 10, maxY: 10 }
    segmenter.prepare()
    expect(preparations.map(({ signal }) => signal.aborted)).toEqual([false, true, false])
  })

  it('is looked at again when the same model sees it in another way', async () => {
    const { segmenter, preparations, seen, state, ready } = rig()
    segmenter.prepare()
    await settled()
    await preparations[0]!.send(ready, 'end')
    expect(segmenter.ready).toBe(true)
    seen.version = 'overridden'
    expect(segmenter.ready).toBe(false)
    segmenter.prepare()
    await settled()
    await preparations[1]!.send(state('encoding'))
    expect(segmenter.progress?.state).toBe('encoding')
    await preparations[1]!.send(ready, 'end')
    expect(segmenter.ready).toBe(true)
  })

  it('says what is wrong when it cannot be looked at', async () => {
    const { segmenter, preparations, failures } = rig()
    segmenter.prepare()
    await settled()
    const error = new AppError('file/unreadable', 'no picture')
    await preparations[0]!.send(error)
    expect([segmenter.trouble, segmenter.progress, failures]).toEqual([error, null, []])
  })
})

describe('an object that ends at the edge of what was looked at', () => {
  const wide = maskFromBits(new Uint8Array(80).fill(1), { x: 10, y: 10, w: 40, h: 2 })
  /** A click through the left half, of which the object fills all up to the edge. */
  async function cut(view: Partial<ReturnType<typeof rig>['seen']> = {}) {
    const all = rig()
    Object.assign(all.seen, { now: { minX: 0, minY: 0, maxX: 20, maxY: 20 } }, view)
    const part = maskFromBits(new Uint8Array(20).fill(1), { x: 10, y: 10, w: 10, h: 2 })
    const ticket = all.segmenter.ask(prompt(12))
    await settled()
    await all.calls[0]!.send(all.result('cut', part, [0, 0, 20, 20]), 'end')
    return { ...all, part, ticket }
  }

  it('is looked at once more, twice as much of the picture, before it is shown; corrections go on from there', async () => {
    const { segmenter, calls, answers, part, ticket, result } = await cut()
    expect(answers).toEqual([])
    expect(calls[1]!.input).toMatchObject({ window: [0, 0, 40, 40], points: [{ x: 12 }], mask: part, previous: null })
    await calls[1]!.send(result('whole', wide, [0, 0, 40, 40]), 'end')
    // Once: what goes on beyond that as well is said.
    expect([calls.length, segmenter.look?.window]).toEqual([2, [0, 0, 40, 40]])
    expect(answers).toMatchObject([{ ticket, candidates: [{ token: 'whole' }] }])
    segmenter.ask(prompt(14, { previous: candidateOf(answers) }))
    expect(calls[2]!.input).toMatchObject({ window: [0, 0, 40, 40], previous: 'whole' })
  })

  it.each([
    ['takes too long', async (_call: Call<AssistEvent>, all: ReturnType<typeof rig>) => (all.pauses.at(-1)!(), settled())],
    ['would take too long', (call: Call<AssistEvent>) => call.send({ type: 'state', state: 'encoding', expectedMs: 9000 })],
    ['fails', (call: Call<AssistEvent>) => call.send(new AppError('rpc/unavailable', 'gone'))],
  ])('stays as it was found where that %s; zoomed out, a click looks at more', async (_, happens) => {
    const all = await cut()
    const { segmenter, calls, answers, failures, seen, part } = all
    await happens(calls[1]!, all)
    await settled()
    expect([answers, failures, segmenter.progress]).toMatchObject([[{ candidates: [{ token: 'cut' }] }], [], null])
    expect(segmenter.look?.window).toEqual([0, 0, 20, 20])
    seen.now = { minX: 0, minY: 0, maxX: 80, maxY: 80 }
    segmenter.ask(prompt(14, { previous: candidateOf(answers) }))
    expect(calls[2]!.input).toMatchObject({ window: [0, 0, 80, 80], mask: part, previous: null })
  })

  it('stays as it was found where what is looked at is chosen, and a new click does not wait for more of it', async () => {
    const chosen = await cut({ mayWiden: false })
    expect([chosen.calls.length, chosen.answers.length]).toEqual([1, 1])
    const { segmenter, calls, answers, result } = await cut()
    const newest = segmenter.ask(prompt(13))
    await settled()
    expect([calls[1]!.signal.aborted, calls[2]!.input.window]).toEqual([true, [0, 0, 20, 20]])
    await calls[2]!.send(result('b', mask, [0, 0, 20, 20]), 'end')
    expect(answers).toMatchObject([{ ticket: newest }])
  })
})

describe('a correction in a view that is much smaller than what the object was found in', () => {
  /** Ten pixels high, from x to its end. */
  const row = (x: number, end: number) => maskFromBits(new Uint8Array((end - x) * 10).fill(1), { x, y: 0, w: end - x, h: 10 })
  const extentX = (found: Candidate): number[] => [found.mask.x, found.mask.x + found.mask.w]
  async function corrected() {
    const all = rig()
    const { segmenter, calls, answers, seen, result } = all
    segmenter.ask(prompt(30))
    await settled()
    await calls[0]!.send(result('coarse', row(5, 50)), 'end')
    seen.now = { minX: 40, minY: 0, maxX: 70, maxY: 30 }
    segmenter.ask({ points: [...prompt(30).points, ...prompt(60).points], box: null, start: null, previous: candidateOf(answers) })
    await settled()
    return all
  }

  it('looks there; in there the answer counts, outside what was there before', async () => {
    const { segmenter, calls, answers, seen, result } = await corrected()
    expect(calls[1]!.input).toMatchObject({ window: [40, 0, 70, 30], points: [{ x: 60 }], previous: null, mask: row(40, 50) })
    expect(segmenter.look?.window).toEqual([40, 0, 70, 30])
    await calls[1]!.send(result('fine', row(40, 62), [40, 0, 70, 30]), 'end')
    expect(extentX(candidateOf(answers))).toEqual([5, 62])
    // The next one goes on from there.
    segmenter.ask(prompt(65, { previous: candidateOf(answers) }))
    await settled()
    expect(calls[2]!.input).toMatchObject({ window: [40, 0, 70, 30], previous: 'fine', previousMask: row(40, 62), mask: null })
    await calls[2]!.send(result('finer', row(45, 66), [40, 0, 70, 30]), 'end')
    expect([maskArea(candidateOf(answers).mask), extentX(candidateOf(answers))]).toEqual([(35 + 21) * 10, [5, 66]])
    // Seen as a whole again, all of it is looked at.
    seen.now = { minX: 0, minY: 0, maxX: 100, maxY: 100 }
    const last = candidateOf(answers)
    segmenter.ask(prompt(50, { previous: last }))
    expect(calls[3]!.input).toMatchObject({ window: [0, 0, 100, 100], previous: null, mask: last.mask })
  })

  it('goes on as before where the click lies elsewhere, the view is hardly smaller, or something else is begun', async () => {
    const { segmenter, calls, answers, seen, result } = await corrected()
    await calls[1]!.send(result('fine', row(40, 62), [40, 0, 70, 30]), 'end')
    const before = candidateOf(answers)
    segmenter.ask(prompt(20, { previous: before }))
    await settled()
    expect(calls[2]!.input).toMatchObject({ window: null, mask: before.mask })
    await calls[2]!.send(result(), 'end')
    segmenter.drop()
    seen.now = { minX: 0, minY: 0, maxX: 100, maxY: 100 }
    segmenter.ask(prompt(5))
    await settled()
    await calls[3]!.send(result(), 'end')
    seen.now = { minX: 0, minY: 0, maxX: 60, maxY: 60 }
    segmenter.ask(prompt(6, { previous: candidateOf(answers) }))
    await settled()
    expect(calls[4]!.input).toMatchObject({ window: [0, 0, 100, 100], previous: 'a' })
  })

  it('finds the view looked at already when it rested there', async () => {
    const { segmenter, calls, answers, preparations, seen, result } = rig()
    segmenter.ask(prompt(30))
    segmenter.prepare()
    await settled()
    await calls[0]!.send(result('coarse', row(5, 50)), 'end')
    segmenter.prepare()
    expect([preparations.length, answers.length]).toEqual([0, 1])
    seen.now = { minX: 40, minY: 0, maxX: 70, maxY: 30 }
    segmenter.prepare()
    expect(preparations.map(({ input }) => input.window)).toEqual([[40, 0, 70, 30]])
  })
})

it('what is answered at once is never said to be waited for; what is not, is soon', async () => {
  const { segmenter, calls, seen, pauses, state, result } = rig()
  segmenter.ask(prompt(5))
  await settled()
  await calls[0]!.send(state('decoding'))
  expect(segmenter.progress).toBeNull()
  await calls[0]!.send(result(), 'end')
  segmenter.ask(prompt(6))
  await settled()
  await calls[1]!.send(state('decoding'))
  seen.nowMs += 120
  // Whoever shows it is told to look again.
  expect(pauses).toHaveLength(2)
  expect(segmenter.progress).toMatchObject({ state: 'decoding' })
})

describe('what the pointer passes over', () => {
  it('is asked for now and then, of the newest place only', async () => {
    const { segmenter, calls, answers, seen, pauses, result } = rig()
    segmenter.glance(prompt(1))
    await settled()
    segmenter.glance(prompt(2))
    await calls[0]!.send(result(), 'end')
    const newest = segmenter.glance(prompt(3))
    expect([calls.length, pauses.length, segmenter.progress]).toEqual([1, 2, null])
    seen.nowMs += 90
    pauses.at(-1)!()
    await settled()
    await calls[1]!.send(result(), 'end')
    expect(calls.map(({ input }) => input.points![0]!.x)).toEqual([1, 3])
    expect(answers.at(-1)).toMatchObject({ kind: 'found', ticket: newest })
  })

  it('leaves a slow model alone most of the time, so that a click seldom finds it at work', async () => {
    const { segmenter, calls, seen, pauses, result } = rig()
    segmenter.glance(prompt(1))
    await settled()
    seen.nowMs += 100
    await calls[0]!.send(result(), 'end')
    segmenter.glance(prompt(2))
    for (const [passedMs, asked] of [
      [299, 1],
      [1, 2],
    ]) {
      seen.nowMs += passedMs!
      pauses.at(-1)!()
      expect(calls.length).toBe(asked)
    }
  })

  it('gives way to a click', async () => {
    const { segmenter, calls, answers, result } = rig()
    segmenter.glance(prompt(1))
    await settled()
    const ticket = segmenter.ask(prompt(9))
    await settled()
    await calls[0]!.send(result('late'), 'end')
    await calls[1]!.send(result('click'), 'end')
    expect(calls[0]!.signal.aborted).toBe(true)
    expect(calls.map(({ input }) => input.passing)).toEqual([true, false])
    expect(answers).toMatchObject([{ ticket, candidates: [{ token: 'click' }] }])
  })

  it('fails in silence, and nothing is asked in passing until the picture was looked at again', async () => {
    const { segmenter, calls, answers, failures, preparations, ready } = rig()
    segmenter.prepare()
    await settled()
    await preparations[0]!.send(ready, 'end')
    segmenter.glance(prompt(1))
    await settled()
    await calls[0]!.send(new AppError('rpc/unavailable', 'gone'))
    expect([failures, segmenter.ready, answers.map(({ kind }) => kind)]).toEqual([[], false, ['failed']])
  })
})
