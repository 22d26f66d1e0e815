import { defineStore } from 'pinia'
import { computed, markRaw, ref, shallowReactive, shallowRef, watch } from 'vue'
import { firstOptions } from '../../../../../shared/assist/automaticDefaults.ts'
import { shapeBounds } from '../../../../../shared/geometry/shapes.ts'
import type { AutomaticOptions, Review } from '../../../../../shared/model/assistJobs.ts'
import type { Id } from '../../../../../shared/model/ids.ts'
import type { Edit } from '../../../../../shared/model/annotation.ts'
import { paintOver } from '../../../../../shared/painting/paintOver.ts'
import type { Gesture } from '../../../../canvas/engine/actions.ts'
import { groundOf } from '../../../../canvas/engine/brush.ts'
import { revealBounds } from '../../../../canvas/engine/camera.ts'
import { proposedShape } from '../../../../canvas/tools/smart/proposal.ts'
import { toWire } from '../../../../i18n/errorText.ts'
import { t } from '../../../../i18n/i18n.ts'
import { useJobs } from '../../../../stores/jobs.ts'
import { pageClient } from '../../../../stores/link.ts'
import { reportError } from '../../../../stores/report.ts'
import { useStudio } from '../../../../stores/studio.ts'
import { showToast } from '../../../../ui/toasts.ts'
import { rememberedChoice } from '../../../../ui/remember.ts'
import { useLabel } from '../../labelStore.ts'
import { useOnion } from '../../onion/onionStore.ts'
import { Proposals, type Proposal } from '../../onion/proposals.ts'
import { rejectWithUndo } from '../../onion/rejection.ts'
import { useVerdicts } from '../../onion/verdictStore.ts'
import { useAssist } from '../assistStore.ts'
import { canPass, isChoice, leftBy, lowered, optionsOf, type AutomaticChoice } from './automatic.ts'

/** Every object a model found in a picture: dashed over it and in a list, to be kept or left one by one or all at once. */
export const useMaskReview = defineStore('maskReview', () => {
  const label = useLabel()
  const assist = useAssist()
  const onion = useOnion()
  const jobs = useJobs()
  const studio = useStudio()
  const verdicts = useVerdicts()
  /** What is accepted is of the class that is drawn next, and so is what is shown: it changes with the pen. */
  const asDrawn = (proposal: Proposal): Proposal => {
    const { classId, region, attributes } = label.editor.pen.record('', proposal.record.shape, 0)
    return { ...proposal, record: { ...proposal.record, classId, region, attributes } }
  }
  const proposals = markRaw(new Proposals(label.editor, 'automaticMasks', verdicts.kept, asDrawn))
  const review = shallowRef<Review | null>(null)
  /** Reviews that wait until their picture is open again. */
  const waiting = new Map<Id, Id>()
  /** The job that looks for the masks of the open picture. */
  const jobId = ref<string | null>(null)
  const tick = ref(0)

  /** What was chosen for automatic masks; null: nothing yet, then the model decides. */
  const choice = rememberedChoice<AutomaticChoice | null>('label.assist.automatic', null, isChoice)
  const options = computed(() => optionsOf(assist.model?.facts?.isSmall ?? false, choice.value.value))

  const recordOf = (mask: Review['masks'][number], { modelId, modelName }: Review): Proposal['record'] => ({
    classId: null,
    region: 'object',
    shape: mask.mask,
    attributes: {},
    provenance: { kind: 'assist', modelId, name: modelName },
  })

  const keyOf = (reviewId: Id, i: number): string => `${reviewId} ${i}`
  async function open(reviewId: Id): Promise<void> {
    const found = await pageClient().assist.review({ reviewId })
    if (found.itemId === label.item?.id) await verdicts.load(found.itemId)
    if (found.itemId !== label.item?.id) {
      waiting.set(found.itemId, reviewId)
      return
    }
    waiting.delete(found.itemId)
    onion.shown = false
    review.value = found
    proposals.show(
      found.masks.map((mask, i) => ({ key: keyOf(reviewId, i), record: recordOf(mask, found), score: mask.iou ?? mask.stability })),
    )
    tick.value++
    const n = proposals.open().length
    label.say(t('assist.review.count', { n }, n))
    if (found.leftOut > 0) showToast({ tone: 'info', text: t('assist.review.leftOut', { n: found.leftOut }, found.leftOut) })
  }

  /** What the last list was looked for with. */
  const used = shallowRef<AutomaticOptions>(firstOptions)
  async function start(wanted = options.value): Promise<void> {
    const itemId = label.item?.id
    if (!itemId) return
    used.value = wanted
    try {
      const started = await pageClient().assist.automatic({
        itemId,
        ...(assist.model ? { modelId: assist.model.id } : {}),
        options: wanted,
      })
      jobId.value = started.jobId
      const job = await jobs.whenEnded(started.jobId)
      const reviewId = leftBy(job)?.reviewId
      if (reviewId) await open(reviewId)
      if (reviewId && waiting.has(itemId)) showToast({ tone: 'info', text: t('assist.review.later') })
    } catch (cause) {
      reportError(cause)
    } finally {
      jobId.value = null
    }
  }

  /** What no mask of the open list reached; null: there are some, or nothing was seen at all. */
  const nearest = computed(() =>
    review.value?.masks.length === 0 && review.value.nearest && canPass(review.value.nearest) ? review.value.nearest : null,
  )
  /** For this picture only. */
  async function startLower(): Promise<void> {
    if (!nearest.value) return
    const wanted = lowered(used.value, nearest.value)
    close()
    await start(wanted)
  }

  function close(): void {
    if (review.value && proposals.open().length === 0) done.add(review.value.reviewId)
    review.value = null
    proposals.close()
    tick.value++
  }
  /** Lists in which nothing waited when they were closed, or that the studio no longer has. */
  const done = shallowReactive(new Set<Id>())
  /** The last list of the open picture, also one that another window asked for, or this one before a reload. */
  const left = computed(() => {
    const itemId = label.item?.id
    return jobs.list.map(leftBy).find((one) => one !== null && one.itemId === itemId && one.masks > 0) ?? null
  })
  watch(
    () => left.value?.reviewId,
    // Until the verdicts are known, nothing is offered.
    () => left.value && void verdicts.load(left.value.itemId).catch(() => undefined),
    { immediate: true },
  )
  /** Whether a mask of a list waits for its verdict: the list itself need not be read for that. */
  function waits({ reviewId, masks }: NonNullable<typeof left.value>): boolean {
    const { records } = label.editor
    return Array.from({ length: masks }, (_, i) => keyOf(reviewId, i)).some((key) => {
      const annotationId = verdicts.kept.acceptedAs(key)
      return annotationId === undefined ? !verdicts.kept.isRejected(key) : !records.has(annotationId)
    })
  }
  /** What can be gone on with in the open picture; null: nothing. */
  const earlier = computed(() => {
    void (tick.value, verdicts.heard, label.ticks.records)
    const one = left.value
    if (review.value || !one || verdicts.of !== one.itemId || done.has(one.reviewId)) return null
    return waits(one) ? one.reviewId : null
  })
  async function reopen(): Promise<void> {
    const reviewId = earlier.value
    if (!reviewId) return
    try {
      await open(reviewId)
    } catch (cause) {
      if (toWire(cause).code !== 'job/not-found') return reportError(cause)
      // The studio keeps the last ones only.
      done.add(reviewId)
      showToast({ tone: 'info', text: t('assist.review.gone') })
    }
  }
  watch(
    () => studio.project?.id,
    () => {
      waiting.clear()
      done.clear()
    },
  )
  watch(
    () => label.item?.id,
    (itemId) => {
      if (review.value) {
        waiting.set(review.value.itemId, review.value.reviewId)
        close()
      }
      const reviewId = itemId && waiting.get(itemId)
      if (reviewId) void open(reviewId).catch(() => waiting.delete(itemId))
    },
  )
  watch(
    () => onion.shown,
    (shown) => shown && review.value && close(),
  )
  watch([() => label.ticks.records, () => label.ticks.tool, () => verdicts.heard], () => {
    if (!review.value) return
    proposals.refresh()
    tick.value++
  })

  const waitingMasks = computed(() => (tick.value, review.value ? proposals.open() : []))
  const focused = computed(() => (tick.value, review.value ? proposals.focused : null))
  const rejected = computed(() => (tick.value, review.value ? proposals.rejected : 0))
  /** The name of what accepted masks become. */
  const becomes = computed(() => {
    void label.ticks.tool
    const { drawsVoid, classId } = label.editor.pen
    return drawsVoid ? t('label.void') : (label.classes.find(({ id }) => id === classId)?.name ?? t('label.unnamed'))
  })

  function reveal(proposal: Proposal | null): void {
    tick.value++
    if (!proposal) return
    const { camera, view, image } = label.editor
    const revealed = revealBounds(camera, shapeBounds(proposal.record.shape), view, image)
    if (revealed !== camera) label.editor.setCamera(revealed)
  }
  /** As masks or polygons, whichever is chosen for smart select. */
  function accept(which: readonly Proposal[]): void {
    const kept = which.map((proposal): Proposal => {
      const { shape } = proposal.record
      const drawn = shape.kind === 'mask' ? proposedShape(label.editor, { token: '', iou: null, mask: shape }) : shape
      return { ...proposal, record: { ...proposal.record, shape: drawn } }
    })
    const { edits, empty, meetsLockedVoid } = paintOver(
      groundOf(label.editor),
      kept.map(({ key, record }): Edit => ({ op: 'create', annotation: { ...record, id: key, z: 0 } })),
    )
    const shapes = new Map(edits.flatMap((edit) => (edit.op === 'create' ? [[edit.annotation.id, edit.annotation.shape] as const] : [])))
    const n = proposals.accept(
      kept.flatMap((one) => {
        const shape = shapes.get(one.key)
        return shape ? [{ ...one, record: { ...one.record, shape } }] : []
      }),
      edits.filter(({ op }) => op !== 'create'),
    )
    tick.value++
    if (n > 0 && meetsLockedVoid) label.editor.voidKept()
    if (empty.size > 0) label.editor.changesNothing('automaticMasks' satisfies Gesture)
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
    review,
    jobId,
    options,
    used,
    choose: (chosen: AutomaticChoice) => choice.keep({ ...choice.value.value, ...chosen }),
    nearest,
    startLower,
    open: waitingMasks,
    focused,
    rejected,
    becomes,
    offerAgain,
    start,
    close,
    earlier,
    reopen,
    step: (by: 1 | -1) => reveal(proposals.step(by)),
    focus: (key: string) => reveal(proposals.focus(key)),
    acceptOne: () => accept(one()),
    rejectOne: () => reject(one()),
    acceptAll: () => accept(proposals.open()),
    rejectAll: () => reject(proposals.open()),
  }
})
