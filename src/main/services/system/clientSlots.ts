import type { Connection } from '../service.ts'

/** How long a slot waits for the page that lost its connection, before a page that has none may get it. */
const reservedMs = 10 * 60_000

interface Holder {
  /** Null: it is gone, and may come back. */
  readonly connectionId: string | null
  readonly secret: string | null
  readonly until: number
}

interface ClientSlots {
  /** `preferred`: the one the page had last; `secret`: what only this page knows. */
  take(connection: Connection, preferred: string | null, secret?: string | null): string
}

/** Names of clients: the lowest free 'page-N', so that the undo history of a page is found again after a restart. */
export function createClientSlots(now: () => number = Date.now): ClientSlots {
  const holders = new Map<string, Holder>()
  const slots = new Map<string, string>()
  const isFree = (slot: string): boolean => {
    const holder = holders.get(slot)
    return !holder || (holder.connectionId === null && holder.until < now())
  }
  const firstFree = (): string => {
    for (let n = 1; ; n++) if (isFree(`page-${n}`)) return `page-${n}`
  }
  /** Who names a slot that nobody has at the moment had it once; one that is held goes to its own page only. */
  const mayHave = (slot: string, secret: string | null): boolean => {
    const holder = holders.get(slot)
    return !holder || holder.connectionId === null || (secret !== null && holder.secret === secret)
  }
  return {
    take(connection, preferred, secret = null) {
      const held = slots.get(connection.id)
      if (held) return held
      const wanted = preferred !== null && /^page-[1-9]\d{0,2}$/.test(preferred) && mayHave(preferred, secret) ? preferred : null
      const slot = connection.shell === 'cli' ? 'cli' : (wanted ?? firstFree())
      if (connection.shell !== 'cli') holders.set(slot, { connectionId: connection.id, secret, until: Infinity })
      slots.set(connection.id, slot)
      connection.gone.addEventListener('abort', () => {
        slots.delete(connection.id)
        if (holders.get(slot)?.connectionId !== connection.id) return
        if (secret === null) holders.delete(slot)
        else holders.set(slot, { connectionId: null, secret, until: now() + reservedMs })
      })
      return slot
    },
  }
}
