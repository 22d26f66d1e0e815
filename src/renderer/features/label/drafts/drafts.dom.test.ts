import { createPinia, setActivePinia } from 'pinia'
import { expect, it, onTestFinished, vi } from 'vitest'
import { nextTick } from 'vue'
import { AppError } from '../../../../shared/errors.ts'
import type { Item } from '../../../../shared/model/item.ts'
import { setLink } from '../../../stores/link.ts'
import { useStudio } from '../../../stores/studio.ts'
import { memoryLink } from '../../../testing/memoryLink.ts'
import { toasts } from '../../../ui/toasts.ts'
import { noGhosts } from '../../../canvas/engine/ghosts.ts'
import { useLabel } from '../labelStore.ts'

const datasetId = '01900000-0000-7000-8000-000000000001'
const [first, second] = ['01900000-0000-7000-8000-000000000002', '01900000-0000-7000-8000-000000000003'] as const
let removed = ''
let openProject = ''
const itemOf = (id: string) =>
  ({ id, datasetId, name: 'a', relPath: 'a.jpg', width: 60, height: 40, status: 'todo', tags: [] }) as unknown as Item

const projectId = '01900000-0000-7000-8000-000000000009'

/** Folders that this user opened. */
let recent: { id: string }[] = []
const keyOf = (folder: string) => `${projectId} 1 ${folder}`

/** The page as it is loaded; `keeps`: after a reload of the window. */
function page(keeps = false, folder = 'here') {
  if (!keeps) sessionStorage.clear()
  setActivePinia(createPinia())
  openProject = keyOf(folder)
  useStudio().project = { key: openProject, id: projectId, name: 'p' } as never
  // Other files may have left some.
  toasts.splice(0)
  setLink(
    memoryLink({
      items: {
        get: async ({ itemId }) => (itemId === removed ? Promise.reject(new AppError('item/not-found', 'gone')) : itemOf(itemId)),
        neighbours: async () => ({ index: 0, total: 2, listed: true, previous: null, next: null }),
        picture: async () => Promise.reject(new AppError('file/unreadable', 'no picture here')),
      },
      annotations: { list: async () => ({ itemRev: 1, annotations: [], canUndo: false, canRedo: false }) },
      datasets: { list: async () => [], classes: async () => [] },
      projects: { current: async () => ({ key: openProject, name: 'p' }) as never, recent: async () => recent as never },
    }),
  )
  const label = useLabel()
  const modifiers = { shift: false, alt: false, mod: false }
  label.editor.resize({ width: 60, height: 40, pixelRatio: 1 })
  const click = (x: number, y: number): void => {
    label.tools.move({ x, y }, modifiers)
    label.tools.down({ x, y }, 'main', 1, modifiers)
    label.tools.up({ x, y }, modifiers)
  }
  const draw = (): void => {
    label.tools.choose('polygon')
    click(5, 5)
    click(50, 5)
    click(50, 35)
  }
  onTestFinished(() => {
    toasts.splice(0)
    location.hash = ''
    removed = ''
    recent = []
  })
  return { label, draw }
}

it('a half-drawn polygon that is left for another picture is offered, and comes back with its picture and tool', async () => {
  const { label, draw } = page()
  await label.open(first)
  draw()
  const points = label.editor.gesture.draft
  await label.open(second)
  expect([label.tools.stateName, label.editor.gesture.draft.kind, label.drafts.any()]).toEqual(['idle', 'none', true])
  label.tools.choose('select')
  expect(toasts.map(({ text }) => text)).toEqual(['A polygon with 3 points is not finished.'])
  toasts[0]!.action!.run()
  expect([location.hash, label.tools.busy]).toEqual([`#/label/${first}`, false])
  await label.open(first)
  expect([label.tools.active, label.tools.stateName, label.drafts.any(), toasts.length]).toEqual(['polygon', 'drawing', false, 0])
  expect(label.editor.gesture.draft).toMatchObject({ kind: 'polygon', points: 'points' in points && points.points })
})

it('who comes back to the picture is told again what waits there', async () => {
  const { label, draw } = page()
  await label.open(first)
  draw()
  await label.open(second)
  // As its time has passed.
  toasts.splice(0)
  await label.open(first)
  expect(toasts.map(({ text }) => text)).toEqual(['A polygon with 3 points is not finished.'])
  toasts[0]!.action!.run()
  expect([label.tools.stateName, label.drafts.any(), toasts.length]).toEqual(['drawing', false, 0])
})

it('where nothing may be changed the drawing waits', async () => {
  const { label, draw } = page()
  await label.open(first)
  draw()
  label.tools.choose('select')
  label.editor.setGhosts('past', { list: [], past: [] })
  label.drafts.goOnWithNewest()
  expect([label.tools.busy, label.drafts.any()]).toEqual([false, true])
  label.editor.setGhosts('past', noGhosts)
  label.drafts.goOnWithNewest()
  expect([label.tools.stateName, label.drafts.any()]).toEqual(['drawing', false])
})

it('what is begun on the old picture while the new one is on its way belongs to the old one', async () => {
  const { label, draw } = page()
  await label.open(first)
  const opening = label.open(second)
  draw()
  await opening
  expect([label.item?.id, label.tools.stateName]).toEqual([second, 'idle'])
  label.drafts.goOnWithNewest()
  expect(location.hash).toBe(`#/label/${first}`)
})

it('the command goes on with the one of the open picture first; another project has none', async () => {
  const { label, draw } = page()
  await label.open(first)
  draw()
  label.tools.choose('select')
  await label.open(second)
  draw()
  label.tools.choose('select')
  await label.open(first)
  label.drafts.goOnWithNewest()
  expect([label.item?.id, label.tools.stateName, label.drafts.any()]).toEqual([first, 'drawing', true])
  label.leave()
  expect([label.tools.stateName, label.drafts.any(), toasts.length]).toEqual(['idle', false, 0])
})

it('after a reload of the window it is offered again, with its picture, and taken up once', async () => {
  const before = page()
  await before.label.open(first)
  before.draw()
  before.label.tools.setAside()
  const { label } = page(true)
  expect([label.drafts.any(), toasts.length]).toEqual([true, 1])
  toasts[0]!.action!.run()
  expect(location.hash).toBe(`#/label/${first}`)
  await label.open(first)
  expect([label.tools.active, label.tools.stateName, label.editor.gesture.draft]).toMatchObject([
    'polygon',
    'drawing',
    { points: [{}, {}, {}] },
  ])
  label.tools.cancel()
  expect(page(true).label.drafts.any()).toBe(false)
})

it('what another project or somebody else left there is not taken up', async () => {
  const before = page()
  await before.label.open(first)
  before.draw()
  before.label.tools.setAside()
  const kept = sessionStorage.getItem('mw.drafts')!
  for (const text of [
    kept.replace(projectId, datasetId),
    '{',
    '[]',
    kept.replace('"polygon"', '"pan"'),
    `${kept}${' '.repeat(600_000)}`,
    'null',
  ]) {
    sessionStorage.setItem('mw.drafts', text)
    expect(page(true).label.drafts.any()).toBe(false)
  }
})

it('a drawing of a picture that is another one now is let go of, and that is told', async () => {
  const before = page()
  await before.label.open(first)
  before.draw()
  before.label.tools.setAside()
  sessionStorage.setItem('mw.drafts', sessionStorage.getItem('mw.drafts')!.replace('"itemRev":1', '"itemRev":7'))
  const { label } = page(true)
  await label.open(first)
  label.drafts.goOnWithNewest()
  expect([label.tools.busy, label.drafts.any()]).toEqual([false, false])
  expect(toasts.at(-1)?.text).toContain('cannot be continued')
})

it('of a picture that is gone nothing is offered any more, and that is told', async () => {
  const before = page()
  await before.label.open(first)
  before.draw()
  before.label.tools.setAside()
  const { label } = page(true)
  removed = first
  await label.open(first)
  await vi.waitFor(() => expect(label.drafts.any()).toBe(false))
  expect([toasts.length, toasts[0]?.text]).toEqual([1, expect.stringContaining('cannot be continued')])
  expect(page(true).label.drafts.any()).toBe(false)
})

it('nothing is let go of where another project was opened, of which this window has not heard', async () => {
  const before = page()
  await before.label.open(first)
  before.draw()
  before.label.tools.setAside()
  const { label } = page(true)
  openProject = datasetId
  removed = first
  await label.open(first)
  // As long as letting go takes.
  for (let turn = 0; turn < 10; turn++) await Promise.resolve()
  expect([label.drafts.any(), page(true).label.drafts.any()]).toEqual([true, true])
})

it('what is being drawn when another project is opened waits for its own one', async () => {
  const { label, draw } = page()
  const studio = useStudio()
  await label.open(first)
  draw()
  studio.project = { key: datasetId, id: datasetId, name: 'another' } as never
  await nextTick()
  expect([label.tools.stateName, label.drafts.any(), toasts.length]).toEqual(['idle', false, 0])
  studio.project = { key: keyOf('here'), id: projectId, name: 'p' } as never
  await nextTick()
  expect([label.drafts.any(), toasts.map(({ text }) => text)]).toEqual([true, ['A polygon with 3 points is not finished.']])
})

it('a copy of the project folder, which has the same id, is not offered what was left in the other', async () => {
  const before = page()
  await before.label.open(first)
  before.draw()
  before.label.tools.setAside()
  expect(page(true, 'copy').label.drafts.any()).toBe(false)
  expect(page(true).label.drafts.any()).toBe(true)
})

it('what an earlier version kept by the id is taken over where the project has no copies, else it goes', async () => {
  const before = page()
  await before.label.open(first)
  before.draw()
  before.label.tools.setAside()
  const { drafts } = JSON.parse(sessionStorage.getItem('mw.drafts')!) as { drafts: unknown }
  const old = JSON.stringify({ projectId, drafts })
  sessionStorage.setItem('mw.drafts', old)
  recent = [{ id: projectId }, { id: datasetId }]
  const { label } = page(true)
  await vi.waitFor(() => expect(label.drafts.any()).toBe(true))
  expect(toasts.map(({ text }) => text)).toEqual(['A polygon with 3 points is not finished.'])
  expect([page(true).label.drafts.any(), page(true, 'copy').label.drafts.any()]).toEqual([true, false])
  sessionStorage.setItem('mw.drafts', old)
  recent = [{ id: projectId }, { id: projectId }]
  const other = page(true)
  await vi.waitFor(() => expect(sessionStorage.getItem('mw.drafts')).not.toContain('polygon'))
  expect([other.label.drafts.any(), toasts.length]).toEqual([false, 0])
})
