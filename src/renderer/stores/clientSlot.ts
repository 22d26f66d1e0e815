const key = 'mw.client'

/** Storage that may be shut off: then nothing is kept beyond the life of the page. */
function within<T>(work: () => T): T | null {
  try {
    return work()
  } catch {
    return null
  }
}

/** The undo slot this tab had last; a tab that never had one asks for that of the tab that was opened last. */
export const keptSlot = (): string | null => within(() => sessionStorage.getItem(key)) ?? within(() => localStorage.getItem(key))

/** Each tab keeps its own: what all tabs share would hand the history of one to another. */
export function keepSlot(slot: string): void {
  within(() => sessionStorage.setItem(key, slot))
  within(() => localStorage.setItem(key, slot))
}
