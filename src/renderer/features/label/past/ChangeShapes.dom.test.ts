import { mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { expect, it, vi } from 'vitest'
import { nextTick } from 'vue'
import { AppError } from '../../../../shared/errors.ts'
import type { Annotation } from '../../../../shared/model/annotation.ts'
import type { ClassRecord } from '../../../../shared/model/dataset.ts'
import type { HistoryEntry, RestorePoint } from '../../../../shared/model/history.ts'
import type { Item } from '../../../../shared/model/item.ts'
import { useDatasets } from '../../../stores/datasets.ts'
import { setLink } from '../../../stores/link.ts'
import { memoryLink } from '../../../testing/memoryLink.ts'
import { pickPast } from '../canvasMenu.ts'
import { useLabel } from '../labelStore.ts'
import ChangeShapes from './ChangeShapes.vue'
import { usePast } from './pastStore.ts'

const [datasetId, itemId] = ['01900000-0000-7000-8000-000000000001', '01900000-0000-7000-8000-000000000002']
const item = { id: itemId, datasetId, name: 'a', relPath: 'a.jpg', width: 60, height: 40, status: 'todo', tags: [] } as unknown as Item
const entry: HistoryEntry = {
  seq: 7,
  entryId: 'e7',
  kind: 'edit',
  command: 'reclassify',
  client: 'page-1',
  who: null,
  at: 7,
  undone: false,
  changes: 3,
}
const box = (id: string, classId: string, x: number): Annotation => ({
  id,
  itemId,
  classId,
  region: 'object',
  shape: { kind: 'box', x, y: 1, w: 5, h: 4 },
  attributes: {},
  provenance: { kind: 'human' },
  z: 0,
  rev: 1,
})
const changed = (id: string, x: number) => ({ before: box(id, 'rbc', x), after: box(id, 'wbc', x) })

/** The change on show, and how the host is asked to bring something back. */
async function viewChange(restore: (point: RestorePoint) => void = () => undefined) {
  setActivePinia(createPinia())
  const restored: RestorePoint[] = []
  const none = { itemRev: 1, canUndo: false, canRedo: false }
  const classes = ['rbc', 'wbc'].map((id, order) => ({ id, datasetId, name: id.toUpperCase(), color: '#102030', order }) as ClassRecord)
  setLink(
    memoryLink({
      items: {
        get: async () => item,
        neighbours: async () => ({ index: 0, total: 1, listed: true, previous: null, next: null }),
        picture: () => new Promise(() => undefined),
      },
      annotations: {
        list: async () => ({ ...none, annotations: [box('a', 'wbc', 10)] }),
        history: async () => [entry],
        at: async () => ({
          annotations: [box('a', 'wbc', 10), box('b', 'wbc', 30)],
          shapes: [changed('a', 10), changed('b', 30), { before: box('c', 'rbc', 50), after: null }],
        }),
        async restore({ entryId, point }) {
          restore(point)
          restored.push(point)
          const changed = [box(point.kind === 'shapes' ? point.shapes[0]!.id : '', 'wbc', 10)]
          return { ...none, itemRev: 1 + restored.length, entryId, itemId, command: 'restoreShapes', changed, deleted: [], savedAt: 1 }
        },
      },
      datasets: { list: async () => [], classes: async () => classes },
    }),
  )
  const label = useLabel()
  await label.open(itemId)
  useDatasets().classes = classes
  const past = usePast()
  await past.view(entry)
  label.editor.setCamera({ scale: 1, x: 0, y: 0 })
  const list = mount(ChangeShapes, { props: { shapes: past.viewed!.shapes }, attachTo: document.body })
  const marked = () => label.editor.ghosts.list.filter(({ focused }) => focused).map(({ record }) => record.id)
  return { label, past, list, marked, restored }
}

it('says of each object what it was and became, and how large it is, under a name of its own', async () => {
  const { list } = await viewChange()
  expect(list.findAll('li').map((row) => row.findAll('span').map((each) => each.text()))).toEqual([
    [expect.any(String), 'RBC → WBC 1', '5 × 4'],
    [expect.any(String), 'RBC → WBC 2', '5 × 4'],
    [expect.any(String), 'RBC 1', '5 × 4'],
  ])
  expect(list.findAll('li svg image')).toHaveLength(3)
  expect(list.findAll('button').map((button) => button.attributes('aria-label'))).toEqual([
    'Restore RBC → WBC 1 as it was, 5 × 4',
    'Restore RBC → WBC 2 as it was, 5 × 4',
    'Bring back RBC 1, 5 × 4',
  ])
})

it('the object of the row under the pointer, or with the focus, stands out on the canvas', async () => {
  const { list, marked } = await viewChange()
  expect(marked()).toEqual(['a', 'b'])
  const rows = list.findAll('li')
  await rows[1]!.trigger('pointerenter')
  expect(marked()).toEqual(['b'])
  await rows[1]!.trigger('pointerleave')
  expect(marked()).toEqual(['a', 'b'])
  rows[2]!.find('button').element.focus()
  await nextTick()
  expect(marked()).toEqual(['c'])
})

it('a click on the canvas picks the object there, and its row', async () => {
  const { label, past, list, marked } = await viewChange()
  const canvas = document.createElement('div')
  canvas.addEventListener('pointerdown', (event) => pickPast(label, event))
  const scrolled = vi.spyOn(Element.prototype, 'scrollIntoView')
  canvas.dispatchEvent(new MouseEvent('pointerdown', { clientX: 32, clientY: 3 }))
  await nextTick()
  await nextTick()
  expect([past.picked?.id, marked()]).toEqual(['b', ['b']])
  const rows = list.findAll('li')
  expect(rows.map((row) => row.classes('bg-accent-soft'))).toEqual([false, true, false])
  expect(scrolled.mock.contexts).toEqual([rows[1]!.element])
  canvas.dispatchEvent(new MouseEvent('pointerdown', { clientX: 1, clientY: 30 }))
  await nextTick()
  expect(marked()).toEqual(['a', 'b'])
})

it('one after the other is brought back while the earlier state stays on show; afterwards they are selected', async () => {
  const { label, past, list, restored } = await viewChange()
  const [first, second, third] = list.findAll('button')
  for (const [i, button] of [first!, third!].entries()) {
    await button.trigger('click')
    await vi.waitFor(() => expect(past.restored.size).toBe(i + 1))
    expect([past.viewed?.entry, label.editor.ghosts.past?.length, label.editor.selection.size]).toEqual([entry, 2, 0])
  }
  await first!.trigger('click')
  expect(restored).toEqual([
    { kind: 'shapes', shapes: [{ id: 'a', seq: 7 }] },
    { kind: 'shapes', shapes: [{ id: 'c', seq: 6 }] },
  ])
  const said = [first!, second!, third!].map((button) => [button.text(), button.attributes('aria-disabled')])
  expect(said).toEqual([
    ['Restored', 'true'],
    ['Restore', undefined],
    ['Restored', 'true'],
  ])
  past.leave()
  expect([label.editor.ghosts.past, [...label.editor.selection].sort()]).toEqual([null, ['a', 'c']])
})

it('what is locked is shown in the picture as it is now', async () => {
  const { label, past, list } = await viewChange(() => {
    throw new AppError('annotation/locked', 'locked', { id: 'a', ids: 'a', count: 1 })
  })
  await list.find('button').trigger('click')
  await vi.waitFor(() => expect(past.viewed).toBeNull())
  expect([...label.editor.selection]).toEqual(['a'])
})
