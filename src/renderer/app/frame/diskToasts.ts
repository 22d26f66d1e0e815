import { watch } from 'vue'
import { t } from '../../i18n/i18n.ts'
import type { useSaveState } from '../../stores/saveState.ts'
import { showToast } from '../../ui/toasts.ts'

/** Says that what waited for room is saved now; not where it was given up. */
export function tellRecovery(saves: ReturnType<typeof useSaveState>): void {
  let savedBefore: number | null = null
  watch(
    () => saves.trouble,
    (now, before) => {
      if (now && !before) savedBefore = saves.savedAt
      // That the trouble is over is known a moment before what was saved.
      if (before && !now && saves.savedAt !== savedBefore) showToast({ tone: 'done', text: t('safety.disk.back') })
    },
  )
}
