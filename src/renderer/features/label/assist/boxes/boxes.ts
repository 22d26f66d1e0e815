import { computed, ref } from 'vue'
import { boxReportSchema, type BoxJob } from '../../../../../shared/model/assistJobs.ts'
import { t } from '../../../../i18n/i18n.ts'
import { useDatasets } from '../../../../stores/datasets.ts'
import { useJobs } from '../../../../stores/jobs.ts'
import { pageClient } from '../../../../stores/link.ts'
import { attempt, reportError } from '../../../../stores/report.ts'
import { showToast } from '../../../../ui/toasts.ts'
import { useLabel } from '../../labelStore.ts'
import { useAssist } from '../assistStore.ts'
import { boxesOpen } from './boxesState.ts'

export const boxScopes = ['selection', 'picture', 'filter', 'dataset'] as const
type BoxScope = (typeof boxScopes)[number]

const noFilter = { split: null, classId: null, status: null, text: '' } as const

/** What the dialog asks for, and the job it starts. */
export function useBoxes() {
  const label = useLabel()
  const assist = useAssist()
  const datasets = useDatasets()
  const jobs = useJobs()
  const scope = ref<BoxScope>('picture')
  const result = ref<BoxJob['result']>('mask')
  const keepBoxes = ref(false)
  const onlyClass = ref(false)
  const busy = ref(false)

  const selectedBoxes = computed(
    () => (
      label.ticks.selection,
      label.ticks.records,
      label.editor.selected.filter(({ shape }) => shape.kind === 'box').map(({ id }) => id)
    ),
  )
  const possible = computed(() => (scope.value === 'selection' ? selectedBoxes.value.length > 0 : label.item !== null))

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
      const { jobId } = await pageClient().assist.boxesToMasks({
        scope: scopeOf(item.id, item.datasetId),
        classIds: onlyClass.value && classId !== null ? [classId] : null,
        annotationIds: scope.value === 'selection' ? [...selectedBoxes.value] : null,
        ...(assist.model ? { modelId: assist.model.id } : {}),
        result: result.value,
        keepBoxes: keepBoxes.value && result.value !== 'tightBox',
        tolerancePx: label.editor.settings.smart.tolerancePx,
      })
      boxesOpen.value = false
      void jobs.whenEnded(jobId).then(({ result: found }) => tell(found))
    } catch (cause) {
      reportError(cause)
    } finally {
      busy.value = false
    }
  }

  return { label, scope, result, keepBoxes, onlyClass, busy, selectedBoxes, possible, start }
}

/** What a job did, with the way back; nothing when it was cancelled before it did something. */
function tell(result: unknown): void {
  const report = boxReportSchema.safeParse(result)
  if (!report.success) return
  const { changed, changedPictures, doubtful, locked, problems, batchId } = report.data
  const left = doubtful + locked + problems.length
  const text = [
    t('assist.boxes.done', { n: changed, pictures: changedPictures }, changed),
    ...(left > 0 ? [t('assist.boxes.left', { doubtful, locked, problems: problems.length })] : []),
  ].join(' ')
  showToast({
    tone: problems.length > 0 ? 'info' : 'done',
    text,
    ...(changed > 0 ? { action: { label: t('common.undo'), run: () => void takeBack(batchId) } } : {}),
  })
}

async function takeBack(batchId: string): Promise<void> {
  await attempt(async () => {
    const { undone, left } = await pageClient().assist.undoBatch({ batchId })
    showToast({ tone: 'info', text: t('assist.boxes.undone', { n: undone, left }, undone) })
  })
}
