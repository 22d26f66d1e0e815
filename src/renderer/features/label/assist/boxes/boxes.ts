import { computed, ref } from 'vue'
import type { BoxJob } from '../../../../../shared/model/assistJobs.ts'
import type { Shape } from '../../../../../shared/model/shape.ts'
import { groundOf } from '../../../../canvas/engine/brush.ts'
import { useDatasets } from '../../../../stores/datasets.ts'
import { pageClient } from '../../../../stores/link.ts'
import { reportError } from '../../../../stores/report.ts'
import { useLabel } from '../../labelStore.ts'
import { useAssist } from '../assistStore.ts'
import { boxesOpen } from './boxesState.ts'

export const boxScopes = ['selection', 'picture', 'filter', 'dataset'] as const
type BoxScope = (typeof boxScopes)[number]

const noFilter = { split: null, classId: null, status: null, text: '' } as const

/** What the dialog asks for, and the job it starts; what that did is said by the notices of jobs. */
export function useBoxes() {
  const label = useLabel()
  const assist = useAssist()
  const datasets = useDatasets()
  const scope = ref<BoxScope>('picture')
  const result = ref<BoxJob['result']>('mask')
  const keepBoxes = ref(false)
  const onlyClass = ref(false)
  const busy = ref(false)

  /** Boxes that lie askew have no tighter ones. */
  const isBox = ({ kind }: Shape): boolean => kind === 'box' || (kind === 'rotatedBox' && result.value !== 'tightBox')
  const selectedBoxes = computed(
    () => (label.ticks.selection, label.ticks.records, label.editor.selected.filter(({ shape }) => isBox(shape)).map(({ id }) => id)),
  )
  const possible = computed(() => (scope.value === 'selection' ? selectedBoxes.value.length > 0 : label.item !== null))

  /** Of the open picture, masks are painted as by hand. */
  const isPainted = computed(() => (scope.value === 'selection' || scope.value === 'picture') && result.value !== 'tightBox')
  function painting(): BoxJob['painting'] {
    const { rule, records, isOnShow } = groundOf(label.editor)
    return { over: rule.over, cut: rule.cut, unseen: records.flatMap((record) => (isOnShow(record) ? [] : [record.id])) }
  }

  function scopeOf(itemId: string, datasetId: string): BoxJob['scope'] {
    if (scope.value === 'dataset') return { kind: 'dataset', datasetId, filter: noFilter }
    if (scope.value === 'filter') return { kind: 'dataset', datasetId, filter: { ...datasets.filter } }
    return { kind: 'items', itemIds: [itemId] }
  }

  async function start(): Promise<void> {
    const { item } = label
    if (!item || !possible.value) return
    const { classId } = label.editor.pen
    busy.value = true
    try {
      // What was drawn a moment ago is on the disk before the job reads it.
      await label.settled()
      await pageClient().assist.boxesToMasks({
        scope: scopeOf(item.id, item.datasetId),
        classIds: onlyClass.value && classId !== null ? [classId] : null,
        annotationIds: scope.value === 'selection' ? [...selectedBoxes.value] : null,
        ...(assist.model ? { modelId: assist.model.id } : {}),
        result: result.value,
        keepBoxes: keepBoxes.value && result.value !== 'tightBox',
        tolerancePx: label.editor.settings.smart.tolerancePx,
        ...(isPainted.value ? { painting: painting() } : {}),
      })
      boxesOpen.value = false
    } catch (cause) {
      reportError(cause)
    } finally {
      busy.value = false
    }
  }

  return { label, scope, result, keepBoxes, onlyClass, busy, selectedBoxes, possible, isPainted, start }
}
