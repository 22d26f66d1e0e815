import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import type { WireError } from '../../shared/errors.ts'

/** Why nothing can be written now, and what waits for that, in the user's words. */
export interface SaveTrouble {
  readonly error: WireError
  readonly waiting: readonly string[]
}

/** What the status bar says about saving: the page that writes reports here, and only what the host has acknowledged counts as saved. */
export const useSaveState = defineStore('saveState', () => {
  const pending = ref(0)
  const savedAt = ref<number | null>(null)
  const failed = ref(false)
  /** What is pending cannot be sent now, e.g. because the link is down; it is kept and tried again. */
  const blocked = ref(false)
  /** Versions of objects that wait for a choice of the user. */
  const asked = ref(0)
  /** The disk or the database takes nothing: pages are read-only until it does. */
  const trouble = shallowRef<SaveTrouble | null>(null)
  let tryAgain = (): void => undefined

  function begin(): void {
    pending.value++
  }
  function saved(atMs: number): void {
    pending.value = Math.max(0, pending.value - 1)
    savedAt.value = atMs
    failed.value = false
    blocked.value = false
    trouble.value = null
  }
  function lost(): void {
    pending.value = Math.max(0, pending.value - 1)
    failed.value = true
  }
  /** It is no longer on its way: what it wanted is there already, or is asked about. */
  function yielded(): void {
    pending.value = Math.max(0, pending.value - 1)
  }
  const state = computed<'idle' | 'saving' | 'saved' | 'unsaved'>(() => {
    if (pending.value > 0) return blocked.value ? 'unsaved' : 'saving'
    if (failed.value || asked.value > 0) return 'unsaved'
    return savedAt.value === null ? 'idle' : 'saved'
  })
  return {
    pending,
    savedAt,
    failed,
    blocked,
    trouble,
    asked,
    state,
    begin,
    saved,
    lost,
    yielded,
    /** Who saves says how to try it at once. */
    onRetry: (retry: () => void) => void (tryAgain = retry),
    retry: () => tryAgain(),
  }
})
