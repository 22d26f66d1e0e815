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
  /** What the picture is called; null: not known. */
  readonly itemName: string | null
  /** See Project.key. */
  readonly projectKey: string | null
  readonly commands: readonly string[]
  /** What the user wrote: none of it is lost with the refusal. */
  readonly words: readonly string[]
  readonly error: WireError
}

/** Changes that wait until their project is open again; null: none was open, so they go nowhere. */
export interface AwayChanges {
  readonly projectKey: string | null
  readonly name: string
  /** Where its folder was; null: not known. */
  readonly path: string | null
  /** The open project is the same one in another folder: moved, or a copy. */
  readonly isCopyOpen: boolean
  readonly commands: readonly string[]
}

/** Questions between two versions that can be settled in their project only, which is not open. */
export interface AwayQuestions {
  readonly projectKey: string | null
  readonly name: string
  readonly path: string | null
  /** The names of the pictures, as far as they are known. */
  readonly pictures: readonly string[]
  readonly count: number
}

/** A refused change, what waits for a project, or this window's versions in the questions of a project. */
export type Dropped = { readonly change: Id } | { readonly project: string | null } | { readonly questions: string | null }

/** What the user may say about changes that do not go on by themselves. */
interface Settling {
  /** Puts a refused change on its way again. */
  again(id: Id): void
  /** What waits for the open project in another folder goes on in the open one. */
  moveHere(projectKey: string): void
  drop(what: Dropped): void
}

/** What the status bar says about saving: the page that writes reports here, and only what the host has acknowledged counts as saved. */
export const useSaveState = defineStore('saveState', () => {
  const pending = ref(0)
  const savedAt = ref<number | null>(null)
  /** What is pending cannot be sent now, e.g. because the link is down; it is kept and tried again. */
  const blocked = ref(false)
  /** Versions of objects that wait for a choice of the user. */
  const asked = ref(0)
  /** Those of them that belong to projects which are not open. */
  const askedAway = shallowRef<readonly AwayQuestions[]>([])
  /** The disk or the database takes nothing: pages are read-only until it does. */
  const trouble = shallowRef<SaveTrouble | null>(null)
  const refused = shallowRef<readonly RefusedChange[]>([])
  const away = shallowRef<readonly AwayChanges[]>([])
  let tryAgain = (): void => undefined
  let settling: Settling = { again: () => undefined, moveHere: () => undefined, drop: () => undefined }

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
    askedAway,
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
    moveHere: (projectKey: string) => settling.moveHere(projectKey),
    drop: (what: Dropped) => settling.drop(what),
  }
})
