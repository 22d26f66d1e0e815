const key = 'mw.client'
const lockOf = (slot: string): string => `${key}.${slot}`

/** Storage that may be shut off: then nothing is kept beyond the life of the page. */
function within<T>(work: () => T): T | null {
  try {
    return work()
  } catch {
    return null
  }
}

/** Whether a tab of this browser has the slot, also one whose link is down; where a browser cannot tell, no. */
async function lives(slot: string): Promise<boolean> {
  try {
    const { held = [] } = await navigator.locks.query()
    return held.some(({ name }) => name === lockOf(slot))
  } catch {
    return false
  }
}

/** The undo slot this tab had last; a tab that never had one asks for that of the tab that was opened last, if that one is closed. */
export async function keptSlot(): Promise<string | null> {
  const own = within(() => sessionStorage.getItem(key))
  if (own !== null) return own
  const last = within(() => localStorage.getItem(key))
  return last === null || (await lives(last)) ? null : last
}

let release = (): void => undefined

/** Each tab keeps its own: what all tabs share would hand the history of one to another. */
export function keepSlot(slot: string): void {
  within(() => sessionStorage.setItem(key, slot))
  within(() => localStorage.setItem(key, slot))
  release()
  const { promise, resolve } = Promise.withResolvers<void>()
  release = resolve
  // It ends with the tab, however that ends. Shared, so that nobody waits for it.
  void within(() => navigator.locks.request(lockOf(slot), { mode: 'shared' }, () => promise))?.catch(() => undefined)
}
