import { createPinia, setActivePinia } from 'pinia'
import { expect, it, onTestFinished } from 'vitest'
import { AppError } from '../../../../shared/errors.ts'
import type { Item } from '../../../../shared/model/item.ts'
import { setLink } from '../../../stores/link.ts'
import { memoryLink } from '../../../testing/memoryLink.ts'
import { toasts } from '../../../ui/toasts.ts'
import { noGhosts } from '../../../canvas/engine/ghosts.ts'
import { useLabel } from '../labelStore.ts'

const datasetId = '01900000-0000-7000-8000-000000000001'
const [first, second] = ['01900000-0000-7000-8000-000000000002', '01900000-0000-7000-8000-000000000003'] as const
const itemOf = (id: string) =>
  ({ id, datasetId, name: 'a', relPath: 'a.jpg', width: 60, height: 40, status: 'todo', tags: [] }) as unknown as Item

function page() {
  setActivePinia(createPinia())
  // Other files may have left some.
  toasts.splice(0)
  setLink(
    memoryLink({
      items: {
        get: async ({ itemId }) => itemOf(itemId),
        neighbours: async () => ({ index: 0, total: 2, previous: null, next: null }),
        picture: async () => Promise.reject(new AppError('file/unreadable', 'no picture here')),
      },
      annotations: { list: async () => ({ itemRev: 1, annotations: [], canUndo: false, canRedo: false }) },
      datasets: { list: async () => [], classes: async () => [] },
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

it('where nothing may be changed the drawing waits', async () => {
  const { label, draw } = page()
  await label.open(first)
  draw()
  label.tools.choose('select')
  label.editor.setGhosts({ list: [], past: [] })
  label.drafts.goOnWithNewest()
  expect([label.tools.busy, label.drafts.any()]).toEqual([false, true])
  label.editor.setGhosts(noGhosts)
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
