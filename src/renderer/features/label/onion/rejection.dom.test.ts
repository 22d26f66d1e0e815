import { expect, it, onTestFinished } from 'vitest'
import type { Item } from '../../../../shared/model/item.ts'
import type { Annotation } from '../../../../shared/model/annotation.ts'
import { uuidv7, type Id } from '../../../../shared/model/ids.ts'
import { Editor } from '../../../canvas/engine/editor.ts'
import { setLink } from '../../../stores/link.ts'
import { memoryLink } from '../../../testing/memoryLink.ts'
import { toasts } from '../../../ui/toasts.ts'
import { Proposals } from './proposals.ts'
import { rejectWithUndo } from './rejection.ts'
import { fromDataset } from './sources.ts'

const id = (n: number): Id => uuidv7(1_700_000_000_000, Uint8Array.of(0, 0, 0x80, 0, 0, 0, 0, 0, 0, n))
const item = { id: id(1), datasetId: id(2), name: 'a', width: 100, height: 100 } as unknown as Item
const [twin, group] = [id(3), id(9)]
const annotation = (n: number, more: Partial<Annotation> = {}): Annotation => ({
  id: id(n),
  itemId: twin,
  classId: null,
  region: 'object',
  shape: { kind: 'box', x: n, y: 0, w: 5, h: 5 },
  attributes: {},
  provenance: { kind: 'human' },
  z: 0,
  rev: 1,
  ...more,
})

it('proposals of a dataset keep their groups; the toast takes a rejection back, that one only', async () => {
  toasts.splice(0)
  onTestFinished(() => void toasts.splice(0))
  const annotations = [annotation(20, { groupId: group }), annotation(21, { groupId: group }), annotation(22)]
  setLink(
    memoryLink({
      items: { window: async () => ({ items: [{ ...item, id: twin }], total: 1 }) as never },
      datasets: { classes: async () => [] },
      annotations: { list: async () => ({ itemRev: 1, annotations, canUndo: false, canRedo: false }) },
    }),
  )
  let last = 100
  const editor = new Editor({ newId: () => id(++last), commit: () => undefined })
  editor.open(item.id, { width: 100, height: 100 }, 1, [], [])
  const proposals = new Proposals(editor)
  proposals.show(await fromDataset(item, id(8), 'page-1', () => null))
  let changes = 0
  const [first, second, third] = proposals.open()
  rejectWithUndo(proposals, [third!], () => changes++)
  rejectWithUndo(proposals, [first!], () => changes++)
  expect([proposals.open().map(({ key }) => key), toasts.length]).toEqual([[second!.key], 1])
  toasts[0]!.action!.run()
  expect([proposals.open().map(({ key }) => key), changes]).toEqual([[first!.key, second!.key], 3])
  proposals.accept(proposals.open())
  expect(editor.records.inOrder().map(({ groupId }) => groupId)).toEqual([group, group])
})
