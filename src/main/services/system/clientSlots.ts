import type { Connection } from '../service.ts'

/** Names of clients: the lowest free 'page-N', so that the undo history of a page is found again after a restart. */
export function createClientSlots(): { take(connection: Connection, preferred: string | null): string } {
  const holders = new Map<string, string>()
  const slots = new Map<string, string>()
  const firstFree = () => {
    for (let n = 1; ; n++) if (!holders.has(`page-${n}`)) return `page-${n}`
  }
  return {
    take(connection, preferred) {
      const held = slots.get(connection.id)
      if (held) return held
      const wanted = preferred !== null && /^page-[1-9]\d{0,2}$/.test(preferred) && !holders.has(preferred) ? preferred : null
      const slot = connection.shell === 'cli' ? 'cli' : (wanted ?? firstFree())
      if (connection.shell !== 'cli') holders.set(slot, connection.id)
      slots.set(connection.id, slot)
      connection.gone.addEventListener('abort', () => {
        slots.delete(connection.id)
        if (holders.get(slot) === connection.id) holders.delete(slot)
      })
      return slot
    },
  }
}
