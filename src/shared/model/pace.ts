import { z } from 'zod'
import { isFinished, type ItemStatus } from './item.ts'

const paceSpanSchema = z.object({
  /** Pictures that became done or reviewed, and are so still. */
  finished: z.int(),
  /** Objects that were drawn and not undone. */
  shapes: z.int(),
  /** Time at work, pauses left out. */
  activeMs: z.number(),
})

/** How fast a dataset is labelled, told by its journal. */
export const paceSchema = z.object({
  today: paceSpanSchema,
  /** Since the last long break. */
  session: paceSpanSchema,
  /** Over the last hour at work; null: too little was done to say. */
  picturesPerHour: z.number().nullable(),
  shapesPerHour: z.number().nullable(),
  /** Pictures that are not finished, and how long they take at this pace. */
  remaining: z.int(),
  leftSeconds: z.number().nullable(),
})
export type Pace = z.infer<typeof paceSchema>
type PaceSpan = z.infer<typeof paceSpanSchema>

/** One entry of the journal: objects it made, pictures whose state it changed. */
export interface PaceEvent {
  readonly at: number
  readonly shapes: number
  readonly states: readonly { readonly id: string; readonly from: ItemStatus; readonly to: ItemStatus }[]
}

/** Longer without a change is a pause, and the work after it begins anew. */
export const pauseMs = 5 * 60_000
/** Longer than this and another session begins. */
export const breakMs = 45 * 60_000
const hourMs = 3_600_000
/** Less work than this says nothing about the pace. */
const enoughMs = 2 * 60_000

const worked = (gapMs: number): number => (gapMs <= pauseMs ? gapMs : 0)

/** What a run of events amounts to; `before` is the time of the event ahead of them, from which the first one was worked on. */
function spanOf(events: readonly PaceEvent[], before: number | null): PaceSpan {
  const finished = new Set<string>()
  let activeMs = 0
  let shapes = 0
  let last = before
  for (const event of events) {
    if (last !== null) activeMs += worked(event.at - last)
    last = event.at
    shapes += event.shapes
    for (const { id, from, to } of event.states) {
      if (isFinished(to) && !isFinished(from)) finished.add(id)
      if (!isFinished(to)) finished.delete(id)
    }
  }
  return { finished: finished.size, shapes, activeMs }
}

const from = (events: readonly PaceEvent[], first: number): PaceSpan => spanOf(events.slice(first), events[first - 1]?.at ?? null)

/** The events are in order of time; `remaining` counts the pictures that are not finished now. */
export function paceOf(events: readonly PaceEvent[], dayStart: number, now: number, remaining: number): Pace {
  const dayAt = events.findIndex(({ at }) => at >= dayStart)
  const today = dayAt < 0 ? spanOf([], null) : from(events, dayAt)
  let begin = events.length
  let next = now
  while (begin > 0 && next - events[begin - 1]!.at <= breakMs) next = events[--begin]!.at
  let recent = events.length
  let activeMs = 0
  while (recent > begin && activeMs < hourMs) {
    recent--
    activeMs += recent > 0 ? worked(events[recent]!.at - events[recent - 1]!.at) : 0
  }
  const window = from(events, recent)
  const perHour = (count: number): number | null => (window.activeMs >= enoughMs && count > 0 ? (count * hourMs) / window.activeMs : null)
  const picturesPerHour = perHour(window.finished)
  return {
    today,
    session: from(events, begin),
    picturesPerHour,
    shapesPerHour: perHour(window.shapes),
    remaining,
    leftSeconds: picturesPerHour === null ? null : (remaining / picturesPerHour) * 3_600,
  }
}
