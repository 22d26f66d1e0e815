import { onScopeDispose, ref, shallowRef, watch } from 'vue'
import { CancelledError, errorFromWire } from '../../../shared/errors.ts'
import type { Item } from '../../../shared/model/item.ts'
import type { Prediction } from '../../../shared/model/modelRecord.ts'
import { toWire } from '../../i18n/errorText.ts'
import { t } from '../../i18n/i18n.ts'
import { uploadPicture } from '../../rpc/hostBridge.ts'
import { useDatasets } from '../../stores/datasets.ts'
import { pageClient } from '../../stores/link.ts'
import { reportError } from '../../stores/report.ts'
import { showToast } from '../../ui/toasts.ts'

const STRIP = 40
export type Source = { readonly kind: 'item'; readonly itemId: string } | { readonly kind: 'upload'; readonly uploadId: string }

/** What is wrong with a picture that was sent is said of the file as its owner knows it; the host keeps it under a name of its own. */
export function namedAfter(name: string, cause: unknown): unknown {
  const wire = toWire(cause)
  return wire.code.startsWith('file/') ? errorFromWire({ ...wire, data: { ...wire.data, file: name } }) : cause
}

/** Trying a model: pictures to choose from, the chosen one, the prediction. A newer choice replaces one that is still under way. */
export function useTryModel(modelId: string) {
  const datasets = useDatasets()
  const datasetId = ref(datasets.currentId ?? '')
  const items = shallowRef<readonly Item[]>([])
  const total = ref(0)
  const chosen = ref<string | null>(null)
  const prediction = shallowRef<{ readonly answer: Prediction; readonly source: Source['kind'] } | null>(null)
  const error = shallowRef<unknown>(null)
  const busy = ref(false)
  let last: (() => Promise<void>) | null = null
  let asked = 0

  async function loadItems(more: boolean): Promise<void> {
    const id = datasetId.value
    if (id === '') return
    const offset = more ? items.value.length : 0
    try {
      // A validation picture says more than one the network has learnt by heart.
      const hasVal =
        datasets.all.find((dataset) => dataset.id === id)?.splits.some((split) => split.name === 'val' && split.items > 0) ?? false
      const answer = await pageClient().items.window({
        datasetId: id,
        filter: { split: hasVal ? 'val' : null, classId: null, status: null, text: '' },
        offset,
        limit: STRIP,
      })
      if (id !== datasetId.value) return
      items.value = more ? [...items.value, ...answer.items] : answer.items
      total.value = answer.total
    } catch (cause) {
      reportError(cause)
    }
  }
  watch(datasetId, () => void loadItems(false), { immediate: true })

  async function predict(prepare: () => Promise<Source>, fileName: string | null = null): Promise<void> {
    const mine = ++asked
    last = () => predict(prepare, fileName)
    busy.value = true
    error.value = null
    try {
      const source = await prepare()
      const answer = await pageClient().models.predict({ modelId, source })
      if (mine === asked) prediction.value = { answer, source: source.kind }
    } catch (cause) {
      if (mine === asked && !(cause instanceof CancelledError)) error.value = fileName === null ? cause : namedAfter(fileName, cause)
    } finally {
      if (mine === asked) busy.value = false
    }
  }

  function predictItem(item: Item): void {
    chosen.value = item.id
    void predict(() => Promise.resolve({ kind: 'item', itemId: item.id }))
  }
  function predictFiles(files: readonly File[]): void {
    const file = files[0]
    if (!file) return
    if (files.length > 1) showToast({ tone: 'info', text: t('models.try.dropped') })
    if (!file.type.startsWith('image/')) {
      showToast({ tone: 'error', text: t('models.try.notPicture') })
      return
    }
    chosen.value = null
    void predict(async () => ({ kind: 'upload', uploadId: await uploadPicture(file) }), file.name)
  }
  const again = (): void => void last?.()

  onScopeDispose(() => asked++)
  return { datasetId, items, total, chosen, prediction, error, busy, loadItems, predictItem, predictFiles, again }
}
