import { defineStore } from 'pinia'
import { computed, markRaw, ref, shallowRef, watch } from 'vue'
import type { Bounds } from '../../../../shared/geometry/spaces.ts'
import type { AssistModel, AssistWindow, UnreadModel } from '../../../../shared/model/assist.ts'
import type { Id } from '../../../../shared/model/ids.ts'
import { toWire } from '../../../i18n/errorText.ts'
import { t } from '../../../i18n/i18n.ts'
import { useJobs } from '../../../stores/jobs.ts'
import { pageClient } from '../../../stores/link.ts'
import { reportError } from '../../../stores/report.ts'
import { useStudio } from '../../../stores/studio.ts'
import { uploadModel } from '../../../rpc/hostBridge.ts'
import { isText, rememberedChoice } from '../../../ui/remember.ts'
import { showToast } from '../../../ui/toasts.ts'
import { useLabel } from '../labelStore.ts'
import { createAddingModel } from './addingModel.ts'
import { isCutAt, widerOf, windowOf } from './assistLook.ts'
import { listenToModelDrops } from './modelDrops.ts'
import { AssistSegmenter, type AssistLook } from './assistSegmenter.ts'

/** Side of the input of a model that does not say. */
const usualSide = 1024
/** The view rests this long before the picture is looked at. */
const restMs = 250

/** The models that help to label, the chosen one, and its answers about the open picture. */
export const useAssist = defineStore('assist', () => {
  const label = useLabel()
  const studio = useStudio()
  const models = shallowRef<readonly AssistModel[]>([])
  /** Entries of the list that make no sense. */
  const unread = shallowRef<readonly UnreadModel[]>([])
  const loaded = ref(false)
  const error = shallowRef<unknown>(null)
  const defaultId = ref<Id | null>(null)
  const remembered = rememberedChoice('label.assist.model', '', isText)
  const managing = ref(false)
  /** Grows when something of the segmenter changes. */
  const tick = ref(0)

  const model = computed(
    () =>
      models.value.find(({ id }) => id === remembered.value.value) ??
      models.value.find(({ id }) => id === defaultId.value) ??
      models.value[0] ??
      null,
  )
  const side = computed(() => model.value?.facts?.preprocess.size ?? usualSide)

  function look(extent: Bounds | null, before: AssistWindow | null): AssistLook | null {
    const { editor } = label
    if (editor.itemId === null) return null
    const modelId = model.value?.id
    const window = windowOf(editor, side.value, extent, before)
    return { itemId: editor.itemId, ...(modelId ? { modelId } : {}), window, version: model.value?.facts?.hash ?? '' }
  }

  const segmenter = markRaw(
    new AssistSegmenter({
      look,
      isCut: (mask, window) => isCutAt(label.editor, mask, window),
      wider: (window) => widerOf(label.editor, window),
      segment: (input, signal) => pageClient().assist.segment(input, { signal }),
      prepare: (input, signal) => pageClient().assist.prepare(input, { signal }),
      answer: (answer) => void label.tools.key({ type: 'segmented', answer }),
      // That a process ended is told where it is known which one, and why.
      failed: (cause) => toWire(cause).code !== 'process/gone' && reportError(cause),
      changed: () => tick.value++,
      nowMs: () => performance.now(),
      later(ms, run) {
        const timer = setTimeout(run, ms)
        return () => clearTimeout(timer)
      },
    }),
  )

  async function reload(): Promise<void> {
    try {
      const answer = await pageClient().assist.models({})
      models.value = answer.models
      defaultId.value = answer.defaultId
      unread.value = answer.unread
      error.value = null
    } catch (cause) {
      error.value = cause
    } finally {
      loaded.value = true
    }
  }

  /** From now on this one is asked, also about what is under way. */
  function choose(id: Id): void {
    remembered.keep(id)
    segmenter.prepare()
  }

  const adding = markRaw(
    createAddingModel({
      added(modelId) {
        choose(modelId)
        void reload()
      },
      whenEnded: (jobId) => useJobs().whenEnded(jobId),
      send: uploadModel,
    }),
  )
  /** Files of a model were dropped on the picture: what becomes of them is shown. */
  function dropped(files: readonly File[]): void {
    adding.drop(files)
    managing.value = true
  }

  const active = computed(() => (label.ticks.tool, label.tools.active === 'smart' && label.item !== null && !label.tools.busy))
  /** The next pictures, once this one was looked at; as a whole, which is how they open. */
  async function prefetch(): Promise<void> {
    const itemIds = [label.place.next, label.place.previous].filter((id) => id !== null)
    if (itemIds.length === 0 || !model.value) return
    await pageClient().assist.prefetch({ itemIds, modelId: model.value.id, window: null })
  }

  /** Gives the editor the segmenter while the canvas is there. Answers with how to stop. */
  function attach(canvas: HTMLElement): () => void {
    let timer: ReturnType<typeof setTimeout> | undefined
    const { editor } = label
    editor.finders.segmenter = segmenter
    const endings = [
      listenToModelDrops(canvas, dropped),
      watch([() => label.item?.id, () => studio.project?.id], () => segmenter.forget()),
      watch(
        () => label.ticks.tool,
        () => label.tools.active === 'smart' && !loaded.value && void reload(),
        { immediate: true },
      ),
      watch(
        [
          active,
          () => label.item?.id,
          () => label.picture,
          () => label.ticks.camera,
          () => label.ticks.settings,
          () => model.value?.id,
          () => model.value?.facts?.hash,
        ],
        () => {
          clearTimeout(timer)
          // Of an object under way, what is seen closer is looked at before the click that corrects it there.
          if (label.tools.active === 'smart' && label.item !== null && model.value) timer = setTimeout(() => segmenter.prepare(), restMs)
        },
        { immediate: true },
      ),
      watch(
        () => (tick.value, active.value && segmenter.ready && `${label.item?.id} ${model.value?.id}`),
        (now) => now && void prefetch().catch(() => undefined),
      ),
    ]
    return () => {
      clearTimeout(timer)
      for (const end of endings) end()
      editor.finders.segmenter = null
      segmenter.forget()
    }
  }

  studio.onEvent((event) => {
    if (event.type === 'assistModels' && loaded.value) void reload()
    if (event.type !== 'assistCrash') return
    const { name, reason, quarantined } = event
    showToast({ tone: 'error', text: t(quarantined ? 'assist.crashedTwice' : 'assist.crashed', { name }), details: reason })
  })

  return {
    models,
    unread,
    loaded,
    error,
    model,
    defaultId,
    managing,
    adding,
    progress: computed(() => (tick.value, segmenter.progress)),
    last: computed(() => (tick.value, segmenter.last)),
    trouble: computed(() => (tick.value, segmenter.trouble)),
    ready: computed(() => (tick.value, label.ticks.camera, label.ticks.settings, segmenter.ready)),
    /** What would be looked at now. */
    window: computed(() => (tick.value, label.ticks.camera, label.ticks.settings, label.ticks.item, segmenter.look?.window ?? null)),
    side,
    reload,
    choose,
    attach,
    retry: () => segmenter.prepare(),
  }
})
