import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import type { WireError } from '../../shared/errors.ts'
import type { Id } from '../../shared/model/ids.ts'

/** Why nothing can be written now, and the commands that wait for that. */
export interface SaveTrouble {
  readonly error: WireError
  readonly waiting: readonly string[]
}

/** A change that the host refused, with what built on it: it stays in this window until the user tries it again or gives it up. */
export interface RefusedChange {
  readonly id: Id
  readonly itemId: Id
  readonly projectId: Id | null
  readonly commands: readonly string[]
  readonly error: WireError
}

/** Changes that wait until their project is open again; null: none was open, so they go nowhere. */
export interface AwayChanges {
  readonly projectId: Id | null
  readonly name: string
  readonly commands: readonly string[]
}

/** What the user may say about changes that do not go on by themselves. */
interface Settling {
  /** Puts a refused change on its way again. */
  again(id: Id): void
  /** Gives up a refused change, or what waits for a project. */
  drop(what: { readonly change: Id } | { readonly project: Id | null }): void
}

/** What the status bar says about saving: the page that writes reports here, and only what the host has acknowledged counts as saved. */
export const useSaveState = defineStore('saveState', () => {
  const pending = ref(0)
  const savedAt = ref<number | null>(null)
  /** What is pending cannot be sent now, e.g. because the link is down; it is kept and tried again. */
  const blocked = ref(false)
  /** Versions of objects that wait for a choice of the user. */
  const asked = ref(0)
  /** The disk or the database takes nothing: pages are read-only until it does. */
  const trouble = shallowRef<SaveTrouble | null>(null)
  const refused = shallowRef<readonly RefusedChange[]>([])
  const away = shallowRef<readonly AwayChanges[]>([])
  let tryAgain = (): void => undefined
  let settling: Settling = { again: () => undefined, drop: () => undefined }

  function begin(): void {
    pending.value++
  }
  function saved(atMs: number): void {
    pending.value = Math.max(0, pending.value - 1)
    savedAt.value = atMs
    blocked.value = false
    trouble.value = null
  }
  /** It is no longer on its way: what it wanted is there already, or is asked about, or was refused and is kept. */
  function yielded(): void {
    pending.value = Math.max(0, pending.value - 1)
  }
  /** How many changes would be lost with this window. */
  const unsaved = computed(() => {
    const aside = [...refused.value, ...away.value].reduce((sum, { commands }) => sum + commands.length, 0)
    return pending.value + asked.value + aside
  })
  const state = computed<'idle' | 'saving' | 'saved' | 'unsaved'>(() => {
    if (pending.value > 0) return blocked.value ? 'unsaved' : 'saving'
    if (unsaved.value > 0) return 'unsaved'
    return savedAt.value === null ? 'idle' : 'saved'
  })
  return {
    pending,
    savedAt,
    blocked,
    trouble,
    asked,
    refused,
    away,
    unsaved,
    state,
    begin,
    saved,
    yielded,
    /** Who saves says how to try it at once. */
    onRetry: (retry: () => void) => void (tryAgain = retry),
    retry: () => tryAgain(),
    /** Who saves says how the user settles what does not go on by itself. */
    onSettle: (by: Settling) => void (settling = by),
    again: (id: Id) => settling.again(id),
    drop: (what: Parameters<Settling['drop']>[0]) => settling.drop(what),
  }
})
