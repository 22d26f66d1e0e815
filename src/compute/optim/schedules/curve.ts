/** Where a curve begins and ends (first unit after it), in steps or epochs counted from 0. */
export interface Span {
  readonly begin: number
  readonly end: number
}

/** The rate at time `t` (steps or epochs, counted from 0) of a schedule whose full rate is `base`; before and after its span it holds. */
export type Curve<S> = (t: number, base: number, schedule: S, span: Span) => number

/** How much of `length` units is over at `t`, 0 to 1; all of it where there is no length. */
export function share(t: number, begin: number, length: number): number {
  return length <= 0 ? 1 : Math.min(Math.max(t - begin, 0), length) / length
}

/** From `from` to `to` along half a cosine. */
export const cosineBetween = (from: number, to: number, done: number): number => to + ((from - to) * (1 + Math.cos(Math.PI * done))) / 2
