import { boundsWithin, unionBounds } from '../../../../shared/geometry/box.ts'
import { CancelledError } from '../../../../shared/errors.ts'
import { sideOf } from '../../../../shared/assist/viewWindow.ts'
import { shapeBounds } from '../../../../shared/geometry/shapes.ts'
import type { Bounds } from '../../../../shared/geometry/spaces.ts'
import type { AssistAnswer, AssistEvent, AssistPrompt, AssistWindow, PrepareEvent } from '../../../../shared/model/assist.ts'
import type { Id } from '../../../../shared/model/ids.ts'
import type { MaskShape } from '../../../../shared/model/shape.ts'
import type { Candidate, SegmentAnswer, Segmenter, SegmentPrompt } from '../../../canvas/engine/segmenter.ts'
import { boundsOf, correctsIn, joinedAround, partIn, promptIn } from './inWindow.ts'

/** What a model looks at: a picture, or a part of it (`window` null: all of it). */
export interface AssistLook {
  readonly itemId: Id
  readonly modelId?: Id
  readonly window: AssistWindow | null
  /** Another one where the same model sees pictures in another way: what was looked at before does not count. */
  readonly version?: string
}

/** What is waited for, and since when. */
export interface AssistProgress {
  readonly state: 'waiting' | 'encoding' | 'decoding'
  readonly sinceMs: number
  /** How long it took before; null: not known. */
  readonly expectedMs: number | null
}

export interface AssistPorts {
  /** What to look at so that all of an extent is seen, beside what the user sees; null: no picture is open. */
  readonly look: (extent: Bounds | null, before: AssistWindow | null) => AssistLook | null
  /** Whether a mask ends at an edge of the part that was looked at, and may go on beyond it. */
  readonly isCut: (mask: MaskShape, window: AssistWindow) => boolean
  /** More of the picture than this part; null: what is looked at is chosen. */
  readonly wider: (window: AssistWindow) => Pick<AssistLook, 'window'> | null
  readonly segment: (input: AssistLook & AssistPrompt, signal: AbortSignal) => Promise<AsyncIterable<AssistEvent>>
  readonly prepare: (look: AssistLook, signal: AbortSignal) => Promise<AsyncIterable<PrepareEvent>>
  /** To the tool. */
  readonly answer: (answer: SegmentAnswer) => void
  /** Why a question was not answered. */
  readonly failed: (error: unknown) => void
  /** Something that is shown is another now. */
  readonly changed: () => void
  readonly nowMs: () => number
  /** Runs something later; answers with how to think better of it. */
  readonly later: (ms: number, run: () => void) => () => void
}

interface Question {
  readonly ticket: number
  readonly prompt: SegmentPrompt
  readonly glance: boolean
}

type Found = Extract<SegmentAnswer, { kind: 'found' }>

interface Running extends Question {
  readonly stop: AbortController
}

interface Preparing {
  readonly key: string
  readonly stop: AbortController
  progress: AssistProgress | null
}

/** Time between two questions about what the pointer passes over. */
const glanceEveryMs = 90
/** What is answered sooner is not said to be waited for: that would draw the page several times while the model needs the processors. */
const unfeltMs = 120
/** Longer than this nobody waits for the rest of an object that has been found. */
const mostWiderMs = 3000
/** A model that answers slowly has this many times as long to itself between them: a click must seldom find it at work on one. */
const glanceRest = 3

const keyOf = ({ itemId, modelId, window, version }: AssistLook): string => [itemId, modelId, window, version].join(' ')

/** What the host is told of it. */
const placeOf = ({ itemId, modelId, window }: AssistLook): AssistLook => ({ itemId, ...(modelId === undefined ? {} : { modelId }), window })

function extentOf({ points, box, start }: SegmentPrompt): Bounds | null {
  const places = points.map(({ x, y }) => ({ minX: x, minY: y, maxX: x, maxY: y }))
  return unionBounds([...places, ...(box ? [box] : []), ...(start ? [shapeBounds(start)] : [])])
}

const isLarger = (a: AssistWindow | null, b: AssistWindow | null): boolean => b !== null && (a === null || sideOf(a) > sideOf(b))

/**
 * Asks the host one question at a time: the newest one that waits follows the one under way, so that clicks during encoding do not begin it anew. An
 * object under way is looked at through the window it began with, as long as all that is said of it lies in there, or closer where the view is.
 */
export class AssistSegmenter implements Segmenter {
  readonly #ports: AssistPorts
  #ticket = 0
  #running: Running | null = null
  #next: Question | null = null
  #glance: Question | null = null
  /** Ends the look at more of the picture, for what is found already. */
  #unwiden = (): void => undefined
  #unlater = (): void => undefined
  #glancedMs = -Infinity
  /** How long the last one took. */
  #glanceTookMs = 0
  /** What the object under way is looked at through. */
  #look: AssistLook | null = null
  /** What the object was found in; of an object in it, only a part may be looked at now (`#isPart`), around which candidates stay as they were. */
  #foundIn: AssistWindow | null = null
  #isPart = false
  /** Through what candidates were seen, for as long as anybody has them: what was taken back and brought back can be corrected too. */
  readonly #seenThrough = new WeakMap<Candidate, string>()
  #before: AssistWindow | null = null
  /** What can be asked about without waiting. */
  #readyKey: string | null = null
  #preparing: Preparing | null = null
  #progress: AssistProgress | null = null
  #last: AssistAnswer | null = null
  #trouble: unknown = null

  constructor(ports: AssistPorts) {
    this.#ports = ports
  }

  get ready(): boolean {
    const look = this.#ports.look(null, this.#before)
    return look !== null && this.#running?.glance !== false && this.#readyKey === keyOf(look)
  }

  /** What is waited for now, as soon as somebody feels it; null: nothing. */
  get progress(): AssistProgress | null {
    const asked = this.#progress
    const isFelt = asked && (asked.state === 'encoding' || this.#ports.nowMs() - asked.sinceMs >= unfeltMs)
    return isFelt ? asked : (this.#preparing?.progress ?? null)
  }
  /** What is looked at for the object under way, else what would be looked at now. */
  get look(): AssistLook | null {
    return this.#look ?? this.#ports.look(null, this.#before)
  }
  /** The last answer. */
  get last(): AssistAnswer | null {
    return this.#last
  }
  /** Why there is no answer, or why the picture could not be looked at; null: all is well. */
  get trouble(): unknown {
    return this.#trouble
  }

  ask(prompt: SegmentPrompt): number {
    this.#next = { ticket: ++this.#ticket, prompt, glance: false }
    this.#glance = null
    this.#trouble = null
    this.#unwiden()
    if (this.#running?.glance) this.#stop()
    if (!this.#progress) {
      this.#tell({ state: 'waiting', sinceMs: this.#ports.nowMs(), expectedMs: null })
      this.#ports.later(unfeltMs, () => this.#ports.changed())
    }
    this.#go()
    return this.#ticket
  }

  glance(prompt: SegmentPrompt): number {
    this.#glance = { ticket: ++this.#ticket, prompt, glance: true }
    this.#go()
    return this.#ticket
  }

  drop(): void {
    this.#stop()
    this.#unlater()
    this.#next = null
    this.#glance = null
    this.#look = null
    this.#foundIn = null
    this.#isPart = false
    this.#trouble = null
    this.#tell(null)
  }

  /** Another picture or model, or nobody wants answers any more. */
  forget(): void {
    this.drop()
    this.#preparing?.stop.abort()
    this.#preparing = null
    this.#readyKey = null
    this.#before = null
    this.#last = null
    this.#ports.changed()
  }

  /** Has what the user sees looked at, before the first question or a closer correction; what is looked at already is not again. */
  prepare(): void {
    const view = this.#ports.look(null, this.#before)
    const look = this.#isAlike(view) ? this.#closer() : view
    const key = look && keyOf(look)
    if (!look || key === this.#readyKey || key === this.#preparing?.key) return
    this.#preparing?.stop.abort()
    const mine: Preparing = { key: keyOf(look), stop: new AbortController(), progress: null }
    this.#preparing = mine
    void this.#prepare(look, mine)
  }

  async #prepare(look: AssistLook, mine: Preparing): Promise<void> {
    const sinceMs = this.#ports.nowMs()
    try {
      for await (const event of await this.#ports.prepare(placeOf(look), mine.stop.signal)) {
        if (this.#preparing !== mine) return
        if (event.type === 'ready') this.#looked(look)
        else mine.progress = { state: event.state, sinceMs, expectedMs: event.expectedMs }
        this.#ports.changed()
      }
    } catch (error) {
      if (this.#preparing === mine && !(error instanceof CancelledError)) this.#trouble = error
    } finally {
      if (this.#preparing === mine) {
        this.#preparing = null
        this.#ports.changed()
      }
    }
  }

  #looked(look: AssistLook): void {
    this.#readyKey = keyOf(look)
    this.#before = look.window
    this.#trouble = null
  }

  #go(): void {
    if (this.#running) return
    const question = this.#next ?? this.#dueGlance()
    if (!question) return
    if (question.glance) this.#glance = null
    else this.#next = null
    const look = this.#lookFor(question)
    if (!look) {
      queueMicrotask(() => this.#ports.answer({ kind: 'failed', ticket: question.ticket }))
      return
    }
    const running: Running = { ...question, stop: new AbortController() }
    this.#running = running
    void this.#run(look, running)
  }

  #dueGlance(): Question | null {
    if (!this.#glance) return null
    const dueMs = this.#glancedMs + Math.max(glanceEveryMs, (1 + glanceRest) * this.#glanceTookMs) - this.#ports.nowMs()
    if (dueMs <= 0) {
      this.#glancedMs = this.#ports.nowMs()
      return this.#glance
    }
    this.#unlater()
    this.#unlater = this.#ports.later(dueMs, () => this.#go())
    return null
  }

  #lookFor({ prompt, glance }: Question): AssistLook | null {
    const extent = extentOf(prompt)
    if (glance) return this.#ports.look(null, this.#before)
    const closer = this.#closer()
    const wasPart = this.#isPart
    this.#isPart = closer?.window ? correctsIn(prompt, closer.window) : false
    if (this.#isPart) return (this.#look = closer)
    const kept = wasPart ? this.#foundIn : (this.#look?.window ?? null)
    const now = this.#ports.look(extent, this.#look ? kept : this.#before)
    // The view is larger now, as whoever wants the rest of an object is told.
    const isOut =
      isLarger(now?.window ?? null, kept) && prompt.previous !== null && kept !== null && this.#ports.isCut(prompt.previous.mask, kept)
    const holds = !isOut && !wasPart && this.#look !== null && (kept === null || extent === null || boundsWithin(extent, boundsOf(kept)))
    return holds && this.#isAlike(now) ? this.#look : (this.#look = now)
  }

  #isAlike(look: AssistLook | null): boolean {
    const before = this.#look
    return !!before && !!look && before.modelId === look.modelId && before.version === look.version && before.itemId === look.itemId
  }

  /** The view, where it is at most half as large as what the object under way was found in; null: it is not, or nothing was found yet. */
  #closer(): AssistLook | null {
    const [from, under] = [this.#foundIn, this.#look]
    const now = from && under && !this.#running ? this.#ports.look(null, under.window) : null
    return from && now?.window && this.#isAlike(now) && 2 * sideOf(now.window) <= sideOf(from) ? now : null
  }

  async #run(look: AssistLook, running: Running): Promise<void> {
    const { ticket, prompt, glance } = running
    let answer: SegmentAnswer = { kind: 'failed', ticket }
    try {
      const event = await this.#hear(look, running, this.#questionOf(prompt, look), running.stop)
      if (event && !glance && !this.#isPart) this.#foundIn = event.window
      if (event) answer = this.#found(look, running, event)
      if (event && answer.kind === 'found' && !glance) answer = await this.#whole(look, running, event.window, answer)
    } catch (error) {
      if (this.#running === running && !(error instanceof CancelledError)) this.#fail(error, glance)
    }
    if (this.#running !== running) return
    this.#running = null
    if (glance) this.#glanceTookMs = this.#ports.nowMs() - this.#glancedMs
    if (!this.#next) {
      this.#tell(null)
      this.#ports.answer(answer)
    }
    this.#go()
  }

  /** Asks the host; null: nobody waits for that answer any more. */
  async #hear(
    look: AssistLook,
    running: Running,
    question: Omit<AssistPrompt, 'passing'>,
    stop: AbortController,
  ): Promise<AssistAnswer | null> {
    const { glance } = running
    const sinceMs = this.#progress?.sinceMs ?? this.#ports.nowMs()
    let answer: AssistAnswer | null = null
    for await (const event of await this.#ports.segment({ ...placeOf(look), ...question, passing: glance }, stop.signal)) {
      if (this.#running !== running) return null
      if (event.type === 'result') answer = event
      else if (!glance) {
        this.#tell({ state: event.state, sinceMs, expectedMs: event.expectedMs })
        // Looked at it is; what was asked meanwhile is all that anybody wants to know. Nor does anybody wait too long for more of what is found.
        if ((event.state === 'decoding' && this.#next) || (stop !== running.stop && (event.expectedMs ?? 0) > mostWiderMs)) stop.abort()
      }
    }
    return this.#running === running ? answer : null
  }

  /** An object that goes on where nobody looked is looked at once more, through a larger window; where that takes too long, it stays as it was found. */
  async #whole(look: AssistLook, running: Running, window: AssistWindow, found: Found): Promise<SegmentAnswer> {
    const [first] = found.candidates
    if (!first) return found
    const isCut = this.#ports.isCut(first.mask, window)
    const more = isCut && !this.#next && this.#running === running ? this.#ports.wider(window) : null
    if (!more) return found
    const wider = { ...look, ...more }
    const stop = new AbortController()
    const end = (): void => stop.abort()
    this.#unwiden = end
    running.stop.signal.addEventListener('abort', end)
    const unlater = this.#ports.later(mostWiderMs, end)
    try {
      const event = await this.#hear(wider, running, this.#questionOf({ ...running.prompt, previous: first }, wider), stop)
      if (!event || stop.signal.aborted || event.candidates.length === 0) return found
      this.#look = wider
      this.#isPart &&= wider.window !== null
      return this.#found(wider, running, event)
    } catch {
      // What was found first is an answer, whatever became of this one.
      return found
    } finally {
      unlater()
      if (this.#unwiden === end) this.#unwiden = () => undefined
    }
  }

  #fail(error: unknown, glance: boolean): void {
    // Nothing is asked in passing of what does not answer.
    this.#readyKey = null
    if (this.#next || glance) return
    this.#trouble = error
    this.#ports.failed(error)
  }

  #found(look: AssistLook, { ticket, glance, prompt: { previous } }: Question, event: AssistAnswer): Found {
    this.#looked(look)
    const part = this.#isPart ? look.window : null
    const candidates = part && previous ? joinedAround(event.candidates, previous.mask, part) : event.candidates
    if (!glance) {
      this.#last = event
      for (const candidate of candidates) this.#seenThrough.set(candidate, keyOf(look))
    }
    return { kind: 'found', ticket, modelId: event.modelId, modelName: event.modelName, candidates }
  }

  /**
   * A candidate that was seen by another model or through another window is handed on by its pixels. They go along with any other as well: the process that
   * knows its logits may have ended, and what the model goes on from must be what is on show.
   */
  #questionOf(prompt: SegmentPrompt, look: AssistLook): Omit<AssistPrompt, 'passing'> {
    const part = this.#isPart ? look.window : null
    const { points, box, start, previous } = part ? promptIn(prompt, part) : prompt
    const known = previous && (part ? partIn(previous.mask, part) : previous.mask)
    const moved = previous !== null && this.#seenThrough.get(previous) !== keyOf(look)
    return {
      points: points.map(({ x, y, positive }) => ({ x, y, positive })),
      box: box && [box.minX, box.minY, box.maxX, box.maxY],
      mask: moved ? known : start,
      previous: moved ? null : (previous?.token ?? null),
      previousMask: moved ? null : known,
    }
  }

  #stop(): void {
    this.#running?.stop.abort()
    this.#running = null
  }

  #tell(progress: AssistProgress | null): void {
    this.#progress = progress
    this.#ports.changed()
  }
}
