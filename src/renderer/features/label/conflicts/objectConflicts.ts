import { computed, shallowRef } from 'vue'
import type { PageClient } from '../../../../shared/api/page/contract.ts'
import type { Id } from '../../../../shared/model/ids.ts'
import type { Gesture } from '../../../canvas/engine/actions.ts'
import type { Editor } from '../../../canvas/engine/editor.ts'
import { sameHome, type Home } from '../../../stores/home.ts'
import type { Settle, Waiting } from '../commitQueue.ts'
import { resolve, settleConflicts, type Choice, type Conflict } from './conflicts.ts'

interface Ports {
  /** The project that is open now. */
  readonly home: () => Home | null
  readonly editor: () => Editor
  /** What is stored of a picture, in the project it was changed in. Errors: project/none-open. */
  readonly read: (entry: Waiting) => Promise<Awaited<ReturnType<PageClient['annotations']['list']>>>
  readonly newId: () => Id
  readonly changed: () => void
}

/** Objects changed here and elsewhere: the user says which version stays. This window's are kept until then, also while another project is open. */
export function createObjectConflicts({ home, editor, read, newId, changed }: Ports) {
  const all = shallowRef<readonly Conflict[]>([])
  /** Those of the open project: only there they can be settled. */
  const list = computed(() => all.value.filter((one) => sameHome(one.home, home())))
  function put(next: readonly Conflict[]): void {
    all.value = next
    changed()
  }

  /** What is stored where somebody was quicker; the objects in question wait for the user, everything else goes on. */
  async function look(entry: Waiting): Promise<Settle> {
    const { itemId } = entry
    const stored = await read(entry)
    return (pending, expectedRev) => {
      const found = settleConflicts(stored.annotations, pending, expectedRev)
      if (itemId === editor().itemId && sameHome(entry.home, home())) {
        editor().retain(found.rest)
        editor().refresh(stored.itemRev, stored.annotations)
      }
      const again = new Set(found.conflicts.map(({ id }) => id))
      put([...all.value.filter((one) => !again.has(one.id) || !sameHome(one.home, entry.home)), ...found.conflicts])
      return found.rest
    }
  }

  /** Carries out a choice for some objects of the open image, as one gesture. */
  function settle(ids: readonly Id[], choice: Choice): void {
    const chosen = list.value.filter(({ id, itemId }) => itemId === editor().itemId && ids.includes(id))
    if (!editor().mayChange()) return
    const edits = chosen.flatMap((conflict) => resolve(conflict, choice, editor().records.get(conflict.id) ?? null, newId))
    // Refused: the question stays open, and this window's version with it.
    if (editor().commit('resolve' satisfies Gesture, edits)) put(all.value.filter((conflict) => !chosen.includes(conflict)))
  }

  return { all, list, look, settle, drop: (gone: (home: Home | null) => boolean) => put(all.value.filter((one) => !gone(one.home))) }
}
