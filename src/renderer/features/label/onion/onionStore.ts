import { defineStore } from 'pinia'
import { computed, markRaw, ref, shallowRef, watch } from 'vue'
import { shapeBounds } from '../../../../shared/geometry/shapes.ts'
import { revealBounds } from '../../../canvas/engine/camera.ts'
import { t } from '../../../i18n/i18n.ts'
import { useDatasets } from '../../../stores/datasets.ts'
import { useModels } from '../../../stores/models.ts'
import { useStudio } from '../../../stores/studio.ts'
import { useAssist } from '../assist/assistStore.ts'
import { useLabel } from '../labelStore.ts'
import { Proposals, type Proposal } from './proposals.ts'
import { fromRefined } from './refined.ts'
import { rejectWithUndo } from './rejection.ts'
import { fromDataset, fromModel } from './sources.ts'
import { useVerdicts } from './verdictStore.ts'

/** Another source of annotations over the open picture: which one, what it proposes, and the verdicts. */
export const useOnion = defineStore('onion', () => {
  const label = useLabel()
  const datasets = useDatasets()
  const models = useModels()
  const studio = useStudio()
  const assist = useAssist()
  const verdicts = useVerdicts()
  const proposals = markRaw(new Proposals(label.editor, 'acceptProposals', verdicts.kept))
  const shown = ref(false)
  /** 'dataset <id>', 'model <id>' or 'refined <id>' (by the chosen SAM); empty: none chosen yet. */
  const source = ref('')
  const loading = ref(false)
  const error = shallowRef<unknown>(null)
  const tick = ref(0)
  let leave = new AbortController()

  const sources = computed(() => [
    ...datasets.all
      .filter(({ id }) => id !== label.item?.datasetId)
      .map(({ id, name }) => ({
        value: `dataset ${id}`,
        label: name,
        hint: t('safety.onion.sources.dataset'),
      })),
    ...models.all.map(({ id, name }) => ({ value: `model ${id}`, label: name, hint: t('safety.onion.sources.model') })),
    ...models.all.flatMap(({ id, name }) =>
      assist.model
        ? [
            {
              value: `refined ${id}`,
              label: t('safety.onion.refined', { name, sam: assist.model.name }),
              hint: t('safety.onion.sources.refined'),
            },
          ]
        : [],
    ),
  ])
  const open = computed(() => (tick.value, label.ticks.records, proposals.open()))
  const focused = computed(() => (tick.value, label.ticks.records, proposals.focused))
  const known = computed(() => (tick.value, label.ticks.records, proposals.known))
  const rejected = computed(() => (tick.value, proposals.rejected))
  /** Which one has the focus, or how many wait, in words. */
  const place = computed(() => {
    const n = open.value.length
    const one = focused.value
    if (!one) return t('safety.onion.count', { n }, n)
    const facts = { at: open.value.indexOf(one) + 1, n, name: nameOf(one) }
    return one.score === null
      ? t('safety.onion.place', facts)
      : t('safety.onion.placeScored', { ...facts, score: Math.round(one.score * 100) })
  })
  const scored = computed(() => (tick.value, proposals.open().some(({ score }) => score !== null) || proposals.threshold > 0))
  const threshold = computed({
    get: () => (tick.value, Math.round(proposals.threshold * 100)),
    set: (percent: number) => {
      proposals.setThreshold(percent / 100)
      tick.value++
    },
  })

  const nameOf = ({ record: { classId, region } }: Proposal): string =>
    region === 'void' ? t('label.void') : (label.classes.find(({ id }) => id === classId)?.name ?? t('label.unnamed'))
  const classNamed = (name: string) => label.classes.find((record) => record.name === name)?.id ?? null

  async function read(signal: AbortSignal): Promise<readonly Proposal[]> {
    const item = label.item
    const [kind, id] = source.value.split(' ')
    if (!item || !id) return []
    if (kind === 'dataset') return fromDataset(item, id, studio.client, classNamed)
    const model = models.all.find((one) => one.id === id)
    if (!model) return []
    const sam = assist.model
    return kind === 'refined' && sam ? fromRefined(item, model, sam.id, classNamed, signal) : fromModel(item, model, classNamed)
  }

  async function load(): Promise<void> {
    // What was asked for another picture or source is wanted no more.
    leave.abort()
    leave = new AbortController()
    const { signal } = leave
    proposals.close()
    tick.value++
    error.value = null
    if (!shown.value || source.value === '') return
    loading.value = true
    try {
      const [found] = await Promise.all([read(signal), label.item ? verdicts.load(label.item.id) : null])
      if (!signal.aborted) proposals.show(found)
    } catch (cause) {
      if (!signal.aborted) error.value = cause
    } finally {
      if (!signal.aborted) loading.value = false
      tick.value++
    }
  }
  watch([shown, source, () => label.item?.id], () => void load())
  watch([() => label.ticks.records, () => verdicts.heard], () => {
    if (!shown.value) return
    proposals.refresh()
    tick.value++
  })

  function step(by: 1 | -1): void {
    const next = proposals.step(by)
    tick.value++
    if (!next) return
    const { camera, view, image } = label.editor
    const revealed = revealBounds(camera, shapeBounds(next.record.shape), view, image)
    if (revealed !== camera) label.editor.setCamera(revealed)
  }
  function accept(which: readonly Proposal[]): void {
    const n = proposals.accept(which)
    tick.value++
    if (n > 0) label.say(t('safety.onion.accepted', { n }, n))
  }
  function reject(which: readonly Proposal[]): void {
    rejectWithUndo(proposals, which, () => tick.value++)
  }
  function offerAgain(): void {
    proposals.offerAgain()
    tick.value++
  }
  const one = (): readonly Proposal[] => (proposals.focused ? [proposals.focused] : [])

  return {
    shown,
    source,
    sources,
    loading,
    error,
    open,
    focused,
    known,
    rejected,
    place,
    scored,
    threshold,
    load,
    step,
    toggle: () => void (shown.value = !shown.value),
    offerAgain,
    acceptOne: () => accept(one()),
    rejectOne: () => reject(one()),
    acceptAll: () => accept(proposals.open()),
    rejectAll: () => reject(proposals.open()),
  }
})
