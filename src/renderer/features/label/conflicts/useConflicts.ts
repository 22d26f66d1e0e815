import { computed, onScopeDispose, ref, watch } from 'vue'
import type { Annotation } from '../../../../shared/model/annotation.ts'
import type { Id } from '../../../../shared/model/ids.ts'
import { shapeBounds } from '../../../../shared/geometry/shapes.ts'
import { revealBounds } from '../../../canvas/engine/camera.ts'
import { noGhosts } from '../../../canvas/engine/ghosts.ts'
import { t } from '../../../i18n/i18n.ts'
import { useDatasets } from '../../../stores/datasets.ts'
import { useLabel } from '../labelStore.ts'
import { sameContent, type Conflict } from './conflicts.ts'

/** Conflicts of the open image as rows, their other version as a preview on the canvas, and how they are settled. */
export function useConflicts() {
  const label = useLabel()
  const datasets = useDatasets()
  const focused = ref<Id | null>(null)

  const theirsNow = (conflict: Conflict): Annotation | null => label.editor.records.get(conflict.id) ?? null
  const here = computed(() => label.conflicts.filter(({ itemId }) => itemId === label.item?.id))
  const elsewhere = computed(() => label.conflicts.find(({ itemId }) => itemId !== label.item?.id)?.itemId ?? null)
  const rows = computed(() => {
    void label.ticks.records
    return here.value.map((conflict) => {
      const theirs = theirsNow(conflict)
      const record = conflict.mine ?? theirs
      return { id: conflict.id, name: nameOf(record), kind: kindOf(conflict.mine, theirs), copy: conflict.mine !== null && theirs !== null }
    })
  })

  function nameOf(record: Annotation | null): string {
    if (record?.region === 'void') return t('label.void')
    return (record?.classId ? datasets.classById.get(record.classId)?.name : undefined) ?? t('label.unnamed')
  }

  // Another window may have come round to this one's version, or both deleted it: nothing to ask about any more.
  watch(rows, () => {
    for (const conflict of here.value) if (sameContent(conflict.mine, theirsNow(conflict))) label.settle([conflict.id], 'theirs')
  })
  watch(
    [here, focused],
    () => {
      const list = here.value.flatMap(({ id, mine }) =>
        mine ? [{ record: mine, tone: 'version' as const, focused: id === focused.value, score: null }] : [],
      )
      label.editor.setGhosts('conflicts', list.length > 0 ? { list, past: null } : noGhosts)
    },
    { immediate: true },
  )
  onScopeDispose(() => label.editor.setGhosts('conflicts', noGhosts))

  /** Brings both versions into view. */
  function show(id: Id): void {
    focused.value = id
    const conflict = here.value.find((one) => one.id === id)
    const record = conflict && (conflict.mine ?? theirsNow(conflict))
    if (!record) return
    const { camera, view, image } = label.editor
    const next = revealBounds(camera, shapeBounds(record.shape), view, image)
    if (next !== camera) label.editor.setCamera(next)
    label.editor.select([id])
  }

  return { rows, elsewhere, focused, show, settle: label.settle }
}

const kindOf = (mine: Annotation | null, theirs: Annotation | null): 'changed' | 'deletedThere' | 'deletedHere' =>
  mine === null ? 'deletedHere' : theirs === null ? 'deletedThere' : 'changed'
