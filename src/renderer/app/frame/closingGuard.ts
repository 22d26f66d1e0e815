import { computed, onScopeDispose, ref } from 'vue'
import { pageClient } from '../../stores/link.ts'
import { attempt } from '../../stores/report.ts'
import { useSaveState } from '../../stores/saveState.ts'
import { useStudio } from '../../stores/studio.ts'

/** How long a window that is closed waits for what is just being saved, before it asks. */
const patienceMs = 2_000

/** Closing the window while something in it is not saved asks first, whichever page is open. A browser has its own question; the desktop studio asks here. */
export function useClosingGuard() {
  const saves = useSaveState()
  const studio = useStudio()
  const asked = ref(false)
  let leaving = false

  function guard(event: BeforeUnloadEvent): void {
    if (leaving) return event.stopImmediatePropagation()
    if (saves.unsaved > 0) event.preventDefault()
    // A field with words in it may hold the window as well, and is asked after this.
    if (studio.shell === 'electron') setTimeout(() => event.defaultPrevented && void ask())
  }
  async function ask(): Promise<void> {
    const wasSaving = saves.state === 'saving'
    for (const sinceMs = performance.now(); saves.state === 'saving' && performance.now() - sinceMs < patienceMs;)
      await new Promise((resolve) => setTimeout(resolve, 50))
    // Saved by now: it closes as it was told to, unless something else holds it, which asks then.
    if (wasSaving && saves.unsaved === 0) await attempt(() => pageClient().system.answerClosing({ choice: 'close' }))
    else asked.value = true
  }
  window.addEventListener('beforeunload', guard)
  // The window stays for another question, and what is done meanwhile is not meant to be lost.
  const deaf = studio.onEvent(({ type }) => {
    if (type === 'closing') leaving = false
  })
  onScopeDispose(() => {
    window.removeEventListener('beforeunload', guard)
    deaf()
  })

  async function answer(choice: 'stay' | 'close'): Promise<void> {
    asked.value = false
    leaving = choice === 'close'
    if (!(await attempt(() => pageClient().system.answerClosing({ choice })))) leaving = false
  }

  return {
    open: computed({ get: () => asked.value, set: (next) => !next && void answer('stay') }),
    unsaved: computed(() => saves.unsaved),
    answer,
  }
}
