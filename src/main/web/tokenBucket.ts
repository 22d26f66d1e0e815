/** `burst` at once, `perSecond` on average. */
export function createTokenBucket(burst: number, perSecond: number, now: () => number = () => performance.now()): { take(): boolean } {
  let level = burst
  let at = now()
  return {
    take() {
      const later = now()
      level = Math.min(burst, level + ((later - at) / 1000) * perSecond)
      at = later
      if (level < 1) return false
      level--
      return true
    },
  }
}
