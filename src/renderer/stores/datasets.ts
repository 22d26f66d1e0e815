import { defineStore } from 'pinia'
import { computed, reactive, ref, shallowRef } from 'vue'
import type { ItemFilter } from '../../shared/model/item.ts'
import type { ClassRecord, Dataset } from '../../shared/model/dataset.ts'
import { colorsKey } from './colorsKey.ts'
import { pageClient } from './link.ts'
import { useStudio } from './studio.ts'

const CURRENT_KEY = 'mw.dataset'
/** Edits come in bursts; the counts follow at most this often. */
const RECOUNT_MS = 500
const noFilter: Readonly<ItemFilter> = {
  split: null,
  classId: null,
  status: null,
  text: '',
  openComments: false,
  withoutObjects: false,
  tag: null,
  score: null,
}

/** The datasets of the project, the one in hand, and its classes. */
export const useDatasets = defineStore('datasets', () => {
  const studio = useStudio()
  const all = shallowRef<readonly Dataset[]>([])
  const loaded = ref(false)
  const error = shallowRef<unknown>(null)
  const currentId = ref<string | null>(sessionStorage.getItem(CURRENT_KEY))
  const classes = shallowRef<readonly ClassRecord[]>([])
  /** The dataset whose classes these are; null: not asked yet. */
  const classesOf = ref<string | null>(null)
  /** Names the class colours, for addresses of what is drawn in them; null: not known yet. */
  const classColors = computed(() => (classesOf.value === currentId.value && currentId.value !== null ? colorsKey(classes.value) : null))
  /** What the grid shows; the Label page walks the same list. */
  const filter = reactive<ItemFilter>({ ...noFilter })
  let asked = 0

  const filtered = computed(
    () =>
      filter.split !== null ||
      filter.classId !== null ||
      filter.status !== null ||
      filter.text !== '' ||
      filter.openComments === true ||
      filter.withoutObjects === true ||
      (filter.tag ?? null) !== null ||
      (filter.score ?? null) !== null,
  )
  const clearFilter = (): void => void Object.assign(filter, noFilter)
  const current = computed(() => all.value.find((dataset) => dataset.id === currentId.value) ?? null)
  const classById = computed(() => new Map(classes.value.map((record) => [record.id, record])))

  async function reload(): Promise<void> {
    const mine = ++asked
    if (!studio.project) {
      all.value = []
      classes.value = []
      loaded.value = true
      return
    }
    try {
      const list = await pageClient().datasets.list({})
      if (mine !== asked) return
      all.value = list
      error.value = null
      if (!list.some((dataset) => dataset.id === currentId.value)) select(list[0]?.id ?? null)
      await reloadClasses()
    } catch (cause) {
      if (mine === asked) error.value = cause
    } finally {
      if (mine === asked) loaded.value = true
    }
  }

  async function reloadClasses(): Promise<void> {
    const datasetId = currentId.value
    const list = datasetId ? await pageClient().datasets.classes({ datasetId }) : []
    if (datasetId !== currentId.value) return
    classes.value = list
    classesOf.value = datasetId
  }

  function select(datasetId: string | null): void {
    if (currentId.value === datasetId) return
    currentId.value = datasetId
    clearFilter()
    classes.value = []
    if (datasetId) sessionStorage.setItem(CURRENT_KEY, datasetId)
    if (datasetId) void reloadClasses().catch((cause: unknown) => (error.value = cause))
  }

  /** An edit changes how many annotations there are and may begin a picture, so the counts are read again. */
  let recount: ReturnType<typeof setTimeout> | null = null
  function recountSoon(): void {
    recount ??= setTimeout(() => {
      recount = null
      void reload()
    }, RECOUNT_MS)
  }

  /** Follows the host for the life of the page. */
  function start(): void {
    studio.onEvent((event) => {
      if (event.type === 'annotations' || event.type === 'comments') recountSoon()
      else if (event.type === 'project' || event.type === 'datasets') void reload()
      else if (event.type === 'items' && event.datasetId === currentId.value) void reload()
      else if (event.type === 'classes' && event.datasetId === currentId.value) void reloadClasses()
    })
    void reload()
  }

  return {
    all,
    loaded,
    error,
    currentId,
    current,
    classes,
    classColors,
    classById,
    filter,
    filtered,
    clearFilter,
    reload,
    reloadClasses,
    select,
    start,
  }
})
