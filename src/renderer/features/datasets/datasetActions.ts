import type { Dataset } from '../../../shared/model/dataset.ts'
import type { ItemStatus } from '../../../shared/model/item.ts'
import { t } from '../../i18n/i18n.ts'
import { useDatasets } from '../../stores/datasets.ts'
import { pageClient } from '../../stores/link.ts'
import { attempt } from '../../stores/report.ts'
import { tellPassedOver } from '../../stores/setAside.ts'
import { showToast } from '../../ui/toasts.ts'

/** Takes a dataset out of the project; the toast brings it back. */
export async function removeDataset(dataset: Dataset): Promise<void> {
  const store = useDatasets()
  const done = await attempt(() => pageClient().datasets.remove({ datasetId: dataset.id }))
  if (!done) return
  await store.reload()
  const undo = (): void =>
    void attempt(async () => {
      await pageClient().datasets.restore({ datasetId: dataset.id })
      await store.reload()
      store.select(dataset.id)
    })
  showToast({ tone: 'info', text: t('datasets.removed', { name: dataset.name }), action: { label: t('common.undo'), run: undo } })
}

/** Sets the state of pictures; the toast puts back what they were, with name and time. */
export async function markItems(ids: readonly string[], status: ItemStatus, after: () => Promise<void>): Promise<void> {
  const entryIds: string[] = []
  const done = await attempt(async () => {
    for (let at = 0; at < ids.length; at += 10_000)
      entryIds.push(...(await pageClient().items.setStatus({ itemIds: ids.slice(at, at + 10_000), status })).entryIds)
  })
  if (!done) return
  await after()
  const undo = (): void =>
    void attempt(async () => {
      const { missing } = await pageClient().items.undoStatus({ entryIds })
      await after()
      tellPassedOver(missing)
    })
  if (ids.length > 1)
    showToast({
      tone: 'done',
      text: t('datasets.marked', { n: ids.length, status: t(`datasets.statuses.${status}`) }),
      action: { label: t('common.undo'), run: undo },
    })
}
