import { defineStore } from 'pinia'
import { ref } from 'vue'
import type { RegionInput, RegionOp } from '../../../../shared/geometry/regionTask.ts'
import { commitRegions, regionGesture, regionTask, selectedRegions } from '../../../canvas/engine/regionEdits.ts'
import { toggleVoid } from '../../../canvas/engine/voidRegions.ts'
import { isBrush } from '../../../canvas/tools/tool.ts'
import { t } from '../../../i18n/i18n.ts'
import { attempt } from '../../../stores/report.ts'
import { showToast } from '../../../ui/toasts.ts'
import { gestureName } from '../gestureName.ts'
import { useLabel } from '../labelStore.ts'
import { RegionThread } from './regionThread.ts'

/** Operations on regions: asked for by commands and the panel, done at once or on a thread, written as one gesture. */
export const useRegions = defineStore('regions', () => {
  const label = useLabel()
  const thread = new RegionThread()
  /** The operation under way on the thread; null: none. */
  const busy = ref<string | null>(null)

  const hear = (text: string): void => {
    label.say(text)
    showToast({ tone: 'info', text })
  }

  /** On the selection, unless other regions are named. What is not said here is seen: the canvas shows it. */
  async function run(op: RegionOp, inputs: readonly RegionInput[] = selectedRegions(label.editor)): Promise<void> {
    const { editor } = label
    const what = gestureName(regionGesture(op))
    const task = regionTask(editor, op, inputs)
    busy.value = what
    await attempt(async () => {
      const changes = await thread.do('run', task)
      if (changes.length === 0) {
        hear(t('region.said.nothing', { what }))
        return
      }
      const changed = commitRegions(editor, task, changes)
      if (changed === null) hear(t('region.said.meanwhile', { what }))
      else if (changed > 0) label.say(t('region.said.done', { what, n: changed }, changed))
    })
    busy.value = null
  }

  /** Void for the selected areas, and for what is drawn from now on; the same again takes it back. */
  function useVoid(): void {
    if (label.tools.busy) return
    // The brush works on what is selected: what it paints next is another mask.
    if (isBrush(label.tools.active)) label.editor.select([])
    const region = toggleVoid(label.editor)
    if (region) label.say(t(`region.said.${region}`))
  }

  return { busy, run, useVoid, cancel: () => thread.cancel() }
})
