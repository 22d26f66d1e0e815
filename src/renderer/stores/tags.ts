import { defineStore } from 'pinia'
import { shallowRef, watch } from 'vue'
import { t } from '../i18n/i18n.ts'
import { showToast } from '../ui/toasts.ts'
import { useDatasets } from './datasets.ts'
import { pageClient } from './link.ts'
import { attempt, reportError } from './report.ts'
import { tellPassedOver } from './setAside.ts'
import { useStudio } from './studio.ts'

async function undoFacts(entryIds: string[]): Promise<void> {
  tellPassedOver((await pageClient().items.undoFacts({ entryIds })).missing)
}

/** The tags of the dataset in hand, and how pictures get and lose them. */
export const useTags = defineStore('tags', () => {
  const datasets = useDatasets()
  const studio = useStudio()
  const list = shallowRef<readonly { readonly name: string; readonly items: number }[]>([])
  let asked = 0

  async function reload(): Promise<void> {
    const mine = ++asked
    const datasetId = datasets.currentId
    const found = datasetId === null || !studio.project ? [] : await pageClient().datasets.tags({ datasetId })
    if (mine === asked) list.value = found
  }
  const reloadSafely = (): void => void reload().catch(reportError)
  watch([() => datasets.currentId, () => datasets.loaded, () => studio.epoch], () => datasets.loaded && reloadSafely(), { immediate: true })
  studio.onEvent((event) => {
    if (event.type === 'items' && event.datasetId === datasets.currentId) reloadSafely()
  })

  /** The toast takes the change back. False: it was refused, which is told. */
  async function set(itemIds: readonly string[], add: readonly string[], remove: readonly string[]): Promise<boolean> {
    const entryIds: string[] = []
    let changed = 0
    const done = await attempt(async () => {
      for (let at = 0; at < itemIds.length; at += 10_000) {
        const answer = await pageClient().items.setTags({ itemIds: itemIds.slice(at, at + 10_000), add: [...add], remove: [...remove] })
        entryIds.push(...answer.entryIds)
        changed += answer.changed
      }
    })
    if (!done || changed === 0) return done
    showToast({
      tone: 'done',
      text: t('tags.changed', { n: changed }, changed),
      action: { label: t('common.undo'), run: () => void attempt(() => undoFacts(entryIds)) },
    })
    return true
  }
  return { list, reload, set }
})
