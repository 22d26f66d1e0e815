import { shallowRef } from 'vue'
import type { Id } from '../../../../shared/model/ids.ts'
import type { Item, ItemStatus } from '../../../../shared/model/item.ts'
import type { PictureChange } from '../../../../shared/model/pictureChange.ts'
import { t } from '../../../i18n/i18n.ts'
import type { Editing } from '../editing.ts'
import type { Described, Teller } from '../tellers.ts'

interface ShownItemPorts {
  readonly editing: () => Pick<Editing, 'describe' | 'queue'>
  /** Whose name stands under a change of state. */
  readonly who: () => string
  /** For the live region. */
  readonly say: (text: string) => void
}

/** A picture as the host keeps it once this was said of it. */
function withSaid(item: Item, change: PictureChange, who: string): Item {
  switch (change.kind) {
    case 'tags':
      return { ...item, tags: [...new Set([...item.tags.filter((tag) => !change.remove.includes(tag)), ...change.add])] }
    case 'instructions':
      return { ...item, instructions: change.instructions }
    case 'status':
      return { ...item, status: change.status, statusBy: who, statusAt: Date.now(), statusNote: change.note }
  }
}

export type ShownItem = ReturnType<typeof createShownItem>

/** The open picture: as the host told of it, and on top of that what was said of it here and is still on its way. */
export function createShownItem({ editing, who, say }: ShownItemPorts) {
  const item = shallowRef<Item | null>(null)
  let told: Item | null = null

  /** What is on its way became more, or less. */
  function show(): void {
    let next = told
    for (const { picture } of told ? editing().queue.pendingFor(told.id) : []) if (next && picture) next = withSaid(next, picture, who())
    item.value = next
  }

  /** The host told of it; null: no picture is open. */
  function tell(next: Item | null): void {
    told = next
    show()
  }

  /** It is on disk, and the host will tell of it. */
  function saved(itemId: Id, change: PictureChange | undefined): void {
    if (told?.id === itemId && change) told = withSaid(told, change, who())
  }

  /** With what is on show: where others changed that meanwhile, it is not overwritten. */
  function withSeen(itemId: Id, change: PictureChange): PictureChange {
    const seen = item.value
    if (seen?.id !== itemId || change.kind === 'tags' || change.seen) return change
    if (change.kind === 'instructions') return { ...change, seen: seen.instructions }
    return { ...change, seen: { status: seen.status, note: seen.statusNote } }
  }

  async function put(itemId: Id, change: PictureChange, by?: Teller) {
    const end = editing().describe(itemId, withSeen(itemId, change), by)
    show()
    return await end
  }

  /** Says something about a picture as a whole, see Editing.describe; undone in its turn, like a gesture. False: refused. */
  const describe = async (itemId: Id, change: PictureChange, by?: Teller): Promise<boolean> => (await put(itemId, change, by)) !== 'refused'

  async function setStatus(status: ItemStatus, note = '', by?: Teller): Promise<Described> {
    const current = item.value
    if (!current) return 'refused'
    if (current.status === status && note === '') return 'saved'
    const end = await put(current.id, { kind: 'status', status, note }, by)
    if (end === 'saved') say(t(`datasets.statuses.${status}`))
    return end
  }

  return { item, show, tell, saved, describe, setStatus }
}
