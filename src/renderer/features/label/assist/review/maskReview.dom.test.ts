import { createPinia, setActivePinia } from 'pinia'
import { expect, it, vi } from 'vitest'
import { firstOptions, smallOptions } from '../../../../../shared/assist/automaticDefaults.ts'
import { maskFromBits } from '../../../../../shared/geometry/rle.ts'
import type { Annotation, EditResult } from '../../../../../shared/model/annotation.ts'
import type { AssistModel } from '../../../../../shared/model/assist.ts'
import type { Review } from '../../../../../shared/model/assistJobs.ts'
import type { Id } from '../../../../../shared/model/ids.ts'
import type { Item } from '../../../../../shared/model/item.ts'
import type { Job } from '../../../../../shared/model/job.ts'
import { useJobs } from '../../../../stores/jobs.ts'
import { setLink } from '../../../../stores/link.ts'
import { useStudio } from '../../../../stores/studio.ts'
import { memoryLink } from '../../../../testing/memoryLink.ts'
import { useLabel } from '../../labelStore.ts'
import { useAssist } from '../assistStore.ts'
import { useMaskReview } from './maskReview.ts'

const id = (n: number): Id => `01900000-0000-7000-8000-${String(n).padStart(12, '0')}`
const [itemId, datasetId, modelId, reviewId, jobId] = [id(1), id(2), id(3), id(4), id(5)]
const item = { id: itemId, datasetId, name: 'a', relPath: 'a.jpg', width: 60, height: 40, status: 'todo', tags: [] } as unknown as Item
const mask = (x: number): Review['masks'][number] => ({
  mask: maskFromBits(new Uint8Array(64).fill(1), { x, y: 0, w: 8, h: 8 }),
  area: 64,
  iou: 0.9,
  stability: 1,
  point: [x + 4, 4],
  crop: [0, 0, 60, 40],
  className: null,
})
const review: Review = {
  ...{ reviewId, itemId, modelId, modelName: 'tiny', leftOut: 0, nearest: null },
  masks: [mask(0), mask(10), mask(20), mask(30)],
}
const found = {
  id: jobId,
  kind: 'automaticMasks',
  state: 'finished',
  result: { reviewId, itemId, masks: 4 },
  createdAt: 1,
  endedAt: 2,
} as Job

/** A host that keeps annotations and verdicts of one picture, and has found four masks in it. */
function studio() {
  const annotations: Annotation[] = []
  const verdicts = new Map<string, Id | null>()
  const asked: unknown[] = []
  const host = { rev: 1, models: [] as AssistModel[], reviewGone: false }
  setLink(
    memoryLink({
      items: {
        get: async () => item,
        neighbours: async () => ({ index: 0, total: 1, listed: true, previous: null, next: null }),
        picture: () => new Promise(() => undefined),
      },
      annotations: {
        list: async () => ({ itemRev: host.rev, annotations: [...annotations], canUndo: false, canRedo: false }),
        async apply({ entryId, command, edits }): Promise<EditResult> {
          const changed = edits.flatMap((edit) => (edit.op === 'create' ? [{ ...edit.annotation, itemId, rev: 1 }] : []))
          annotations.push(...changed)
          return { entryId, itemId, command, changed, deleted: [], itemRev: ++host.rev, savedAt: 1, canUndo: true, canRedo: false }
        },
        verdicts: async () => [...verdicts].map(([key, annotationId]) => ({ key, annotationId })),
        async judge({ verdicts: said, forgotten }) {
          for (const key of forgotten) verdicts.delete(key)
          for (const { key, annotationId } of said) verdicts.set(key, annotationId)
          return {}
        },
      },
      assist: {
        review: async () => review,
        models: async () => ({ models: host.models, defaultId: null, unread: [] }),
        automatic: async ({ options }) => (asked.push(options), { jobId }),
      },
      datasets: { list: async () => [], classes: async () => [] },
      jobs: { list: async () => [] },
    }),
  )
  /** A page that was just loaded, with the picture open. */
  async function page() {
    setActivePinia(createPinia())
    const label = useLabel()
    const masks = useMaskReview()
    await label.open(itemId)
    useJobs().take(found)
    return { label, masks, studio: useStudio() }
  }
  return { host, annotations, verdicts, asked, page }
}
const keys = (...masks: number[]): string[] => masks.map((n) => `${reviewId} ${n}`)
const open = (masks: ReturnType<typeof useMaskReview>): string[] => masks.open.map(({ key }) => key)

it('after a reload only what waits is offered, whatever the others became; all of them accepted, nothing is there twice', async () => {
  const { annotations, verdicts, page } = studio()
  const before = await page()
  await vi.waitFor(() => expect(before.masks.earlier).toBe(reviewId))
  await before.masks.reopen()
  expect(open(before.masks)).toEqual(keys(0, 1, 2, 3))
  // As a polygon and as void: neither is the mask that was found.
  before.label.editor.setSettings({ smart: { output: 'polygon' } })
  before.masks.focus(keys(0)[0]!)
  before.masks.acceptOne()
  before.label.editor.setSettings({ smart: { output: 'mask' } })
  before.label.editor.pen.setDrawsVoid(true)
  before.masks.focus(keys(1)[0]!)
  before.masks.acceptOne()
  before.masks.focus(keys(2)[0]!)
  before.masks.rejectOne()
  await vi.waitFor(() => expect([annotations.length, verdicts.size]).toEqual([2, 3]))

  const after = await page()
  await vi.waitFor(() => expect(after.masks.earlier).toBe(reviewId))
  await after.masks.reopen()
  expect([open(after.masks), after.masks.rejected]).toEqual([keys(3), 1])
  after.masks.acceptAll()
  await vi.waitFor(() => expect(annotations).toHaveLength(3))
  expect(annotations.map(({ shape, region }) => [shape.kind, region])).toEqual([
    ['polygon', 'object'],
    ['mask', 'void'],
    ['mask', 'object'],
  ])
  await vi.waitFor(() => expect(verdicts.size).toBe(4))

  const done = await page()
  await vi.waitFor(() => expect(done.masks.earlier).toBeNull())
  await new Promise((resolve) => setTimeout(resolve, 20))
  expect(done.masks.earlier).toBeNull()
})

it('what another window decides leaves the list that is open here', async () => {
  const { verdicts, page } = studio()
  const { masks, studio: bus } = await page()
  await vi.waitFor(() => expect(masks.earlier).toBe(reviewId))
  await masks.reopen()
  for (const key of keys(0, 2)) verdicts.set(key, null)
  await bus.dispatch({ type: 'verdicts', itemId })
  await vi.waitFor(() => expect(open(masks)).toEqual(keys(1, 3)))
  masks.offerAgain()
  await vi.waitFor(() => expect([verdicts.size, open(masks).length]).toEqual([0, 4]))
})

it('masks on the canvas bear the class they would be kept as, which is another one when the pen is', async () => {
  const { annotations, page } = studio()
  const { label, masks } = await page()
  const { editor } = label
  const shown = () => [...new Set(editor.ghosts.list.map(({ record }) => `${record.classId} ${record.region}`))]
  await vi.waitFor(() => expect(masks.earlier).toBe(reviewId))
  editor.pen.setClass(id(20))
  await masks.reopen()
  masks.focus(keys(1)[0]!)
  expect([shown(), masks.becomes]).toEqual([[`${id(20)} object`], 'no class'])
  editor.pen.setClass(id(21))
  await vi.waitFor(() => expect(shown()).toEqual([`${id(21)} object`]))
  expect(masks.focused?.key).toBe(keys(1)[0]!)
  masks.acceptOne()
  editor.pen.setDrawsVoid(true)
  await vi.waitFor(() => expect([shown(), masks.becomes]).toEqual([[`${id(21)} void`], 'void']))
  masks.acceptAll()
  await vi.waitFor(() =>
    expect(annotations.map(({ classId, region }) => `${classId} ${region}`)).toEqual([
      `${id(21)} object`,
      ...Array.from({ length: 3 }, () => `${id(21)} void`),
    ]),
  )
})

it('a small SAM begins with thresholds that it reaches, whoever trained it', async () => {
  const { host, asked, page } = studio()
  const model = (n: number, origin: AssistModel['origin'], isSmall: boolean) =>
    ({ id: id(n), name: 'm', origin, facts: { isSmall, hash: '', preprocess: { size: 1024 } } }) as AssistModel
  host.models = [model(10, 'made', true), model(11, 'made', false), model(12, 'shipped', true)]
  const { masks } = await page()
  const assist = useAssist()
  await assist.reload()
  for (const { id: chosen } of host.models) {
    assist.choose(chosen)
    await masks.start()
  }
  expect(asked).toEqual([smallOptions, firstOptions, smallOptions])
})

it('accepted masks leave protected pixels to their objects; one of which nothing is left waits on', async () => {
  const { annotations, page } = studio()
  const there = maskFromBits(new Uint8Array(12 * 8).fill(1), { x: 0, y: 0, w: 12, h: 8 })
  const base = { itemId, region: 'object', attributes: {}, provenance: { kind: 'human' }, z: 0, rev: 1 } as const
  annotations.push({ ...base, id: id(30), classId: id(20), shape: there })
  const { label, masks } = await page()
  label.editor.setSettings({ brush: { over: 'ownClass' } })
  label.editor.pen.setClass(id(21))
  await vi.waitFor(() => expect(masks.earlier).toBe(reviewId))
  await masks.reopen()
  masks.acceptAll()
  await vi.waitFor(() => expect(annotations).toHaveLength(4))
  expect(annotations.slice(1).map(({ shape }) => (shape.kind === 'mask' ? [shape.x, shape.w] : []))).toEqual([
    [12, 6],
    [20, 8],
    [30, 8],
  ])
  expect(open(masks)).toEqual(keys(0))
})
