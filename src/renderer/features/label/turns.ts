/** Does what is asked one after the other. What waits behind one that fails is let go, and so is what is asked while `most` wait. */
export function createTurns(most: number): (work: () => Promise<void>) => Promise<void> {
  let last: Promise<void> = Promise.resolve()
  let waiting = 0
  let failures = 0
  return (work) => {
    if (waiting >= most) return Promise.resolve()
    waiting++
    const known = failures
    const mine = last
      .then(() => (failures === known ? work() : undefined))
      .catch((error: unknown) => {
        failures++
        throw error
      })
      .finally(() => waiting--)
    last = mine.catch(() => undefined)
    return mine
  }
}
