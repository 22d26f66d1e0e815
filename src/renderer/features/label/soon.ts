/** How long the last picture stays on show while the next one is not there yet. */
const holdMs = 100

/** What is being loaded, if it is there within moments: then the last picture gives way to it without a gap. */
export const soon = <T>(loading: Promise<T>): Promise<T | null> =>
  Promise.race([loading.catch(() => null), new Promise<null>((resolve) => setTimeout(() => resolve(null), holdMs))])
