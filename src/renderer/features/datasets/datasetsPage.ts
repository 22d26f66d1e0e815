import { computed, onScopeDispose, reactive, ref, shallowReactive, watch } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import type { Dataset } from '../../../shared/model/dataset.ts'
import { itemStatuses, type Item, type ItemStatus } from '../../../shared/model/item.ts'
import { t } from '../../i18n/i18n.ts'
import { useDatasets } from '../../stores/datasets.ts'
import { useJobs } from '../../stores/jobs.ts'
import { attempt, reportError } from '../../stores/report.ts'
import { useStudio } from '../../stores/studio.ts'
import { useTags } from '../../stores/tags.ts'
import type { MenuEntry } from '../../ui/menu.ts'
import { remembered } from '../../ui/resize.ts'
import { useDoors } from '../start/doors.ts'
import { importAsked } from '../start/importAsked.ts'
import { markItems } from './datasetActions.ts'
import { useItemPages } from './itemPages.ts'
import { nothingSelected, type Selection } from './selection.ts'

/** State of the page: the pictures on show, what is chosen, which dialog is open. */
export function useDatasetsPage() {
  const store = useDatasets()
  const studio = useStudio()
  const tags = useTags()
  const jobs = useJobs()
  const router = useRouter()
  const route = useRoute()
  const doors = useDoors()
  const pages = useItemPages(
    () => store.currentId,
    () => ({ ...store.filter }),
  )
  watch(
    importAsked,
    (asked) => {
      if (asked) doors.choose('dataset')
      importAsked.value = false
    },
    { immediate: true },
  )
  const selection = ref<Selection>(nothingSelected)
  const size = remembered('grid.size', 160, 96, 320)
  const view = reactive({
    masks: true,
    boxes: true,
    get size() {
      return size.value.value
    },
    set size(next: number) {
      size.keep(next)
    },
  })
  const dialogs = shallowReactive({ classes: false, exporting: null as Dataset | null, problems: null as Dataset | null })

  watch([() => store.currentId, () => ({ ...store.filter })], () => (selection.value = nothingSelected))
  onScopeDispose(
    studio.onEvent((event) => {
      if (event.type === 'items' && event.datasetId === store.currentId) void pages.refresh()
      if (event.type === 'classes' && event.datasetId === store.currentId) void pages.refresh()
      if (event.type === 'annotations' || event.type === 'comments') void pages.refreshItem(event.itemId).catch(reportError)
      if (event.type === 'project') pages.restart()
    }),
  )

  const byId = computed(() => new Map([...pages.items.value.values()].map((item) => [item.id, item])))
  const selectedItem = computed(() => {
    const [id, second] = selection.value.ids
    return id !== undefined && second === undefined ? (byId.value.get(id) ?? null) : null
  })
  /** Skeletons on show until the first answer. */
  const placeholderCount = computed(() => Math.min(60, store.current?.items ?? 24))
  const importing = computed(() => jobs.active.find((job) => job.kind === 'importDataset' || job.kind === 'demo') ?? null)
  const report = computed(() => {
    const id = route.query['report']
    return typeof id === 'string' ? (jobs.byId.get(id) ?? null) : null
  })
  const closeReport = (): void => void router.replace({ query: {} })

  const openInLabel = (item: Item): void => void router.push(`/label/${item.id}`)
  const train = (): void => void router.push({ path: '/experiments', query: { new: store.currentId ?? '' } })

  async function mark(status: ItemStatus): Promise<void> {
    await markItems([...selection.value.ids], status, async () => {
      await Promise.all([pages.refresh(), store.reload()])
    })
  }
  const tag = (add: string[], remove: string[]): Promise<boolean> => tags.set([...selection.value.ids], add, remove)
  async function selectAll(): Promise<void> {
    await attempt(async () => {
      const ids = await pages.allIds(10_000)
      selection.value = { ...selection.value, ids: new Set(ids) }
    })
  }
  const selectFirst = (): Item | null => byId.value.get([...selection.value.ids][0] ?? '') ?? null

  const contextEntries = computed<MenuEntry[]>(() => {
    const none = selection.value.ids.size === 0
    const one = selectedItem.value
    const markEntry = (status: ItemStatus, separatorBefore: boolean): MenuEntry => ({
      id: status,
      label: `${t('datasets.markAs')}: ${t(`datasets.statuses.${status}`)}`,
      disabled: none,
      separatorBefore,
      run: () => void mark(status),
    })
    return [
      { id: 'open', label: t('datasets.openInLabel'), disabled: !one, run: () => one && openInLabel(one) },
      {
        id: 'copy',
        label: t('datasets.copyName'),
        disabled: !one,
        run: () => void attempt(() => navigator.clipboard.writeText(one?.name ?? '')),
      },
      ...itemStatuses.map((status, i) => markEntry(status, i === 0)),
    ]
  })

  return {
    store,
    doors,
    pages,
    selection,
    view,
    dialogs,
    selectedItem,
    placeholderCount,
    importing,
    report,
    closeReport,
    openInLabel,
    train,
    mark,
    tag,
    selectAll,
    selectFirst,
    contextEntries,
  }
}
export type DatasetsPageState = ReturnType<typeof useDatasetsPage>
