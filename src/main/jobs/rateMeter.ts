export interface RateMeter {
  /** done per second and seconds left, null until they can be known. */
  measure(done: number, total: number | null): { rate: number | null; leftSeconds: number | null }
}

/** Rate over the last ten seconds, so that the time left follows what happens now and not how it began. */
export function createRateMeter(now: () => number, windowMs = 10_000): RateMeter {
  const samples: { at: number; done: number }[] = []
  return {
    measure(done, total) {
      const at = now()
      const newest = samples.at(-1)
      if (newest && at - newest.at < 50) newest.done = done
      else samples.push({ at, done })
      while (samples.length > 2 && samples[1]!.at < at - windowMs) samples.shift()
      const first = samples[0]!
      const seconds = (at - first.at) / 1000
      const rate = seconds >= 0.2 && done > first.done ? (done - first.done) / seconds : null
      const leftSeconds = rate !== null && total !== null ? Math.max(0, (total - done) / rate) : null
      return { rate, leftSeconds }
    },
  }
}
