import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, expect, it } from 'vitest'
import type { Annotation } from '../../../shared/model/annotation.ts'
import type { Item } from '../../../shared/model/item.ts'
import { setLink } from '../../stores/link.ts'
import { memoryLink } from '../../testing/memoryLink.ts'
import { useLabel } from './labelStore.ts'

const id = (n: number): string => `01900000-0000-7000-8000-${String(n).padStart(12, '0')}`
const [datasetId, first, second, third] = [id(1), id(2), id(3), id(4)]
const order = [first, second, third]
const item = (itemId: string): Item =>
  ({ id: itemId, datasetId, name: itemId, relPath: 'a.tif', width: 60, height: 40, status: 'todo', tags: [] }) as unknown as Item
const box = (itemId: string): Annotation => ({
  id: id(100 + order.indexOf(itemId)),
  itemId,
  classId: null,
  region: 'object',
  shape: { kind: 'box', x: 5, y: 5, w: 8, h: 8 },
  attributes: {},
  provenance: { kind: 'human' },
  z: 0,
  rev: 1,
})

/** Pictures whose objects arrive when the test says so. */
async function page() {
  const waiting = new Map<string, () => void>()
  let slow = false
  setLink(
    memoryLink({
      items: {
        get: async ({ itemId }) => item(itemId),
        neighbours: async ({ itemId }) => {
          const index = order.indexOf(itemId)
          return { index, total: 3, listed: true, previous: order[index - 1] ?? null, next: order[index + 1] ?? null }
        },
        picture: () => Promise.reject(new Error('no pixels here')),
      },
      annotations: {
        async list({ itemId }) {
          if (slow) await new Promise<void>((arrive) => waiting.set(itemId, arrive))
          return { itemRev: 1, annotations: [box(itemId)], canUndo: false, canRedo: false }
        },
      },
      datasets: { list: async () => [], classes: async () => [], attributeSchema: async () => ({ all: [], classes: [] }) },
    }),
  )
  const label = useLabel()
  await label.open(first)
  label.editor.select([id(100)])
  slow = true
  const arrive = async (itemId: string, opened: Promise<void>): Promise<number> => {
    await new Promise((done) => setTimeout(done))
    waiting.get(itemId)?.()
    await opened
    return label.editor.records.size
  }
  return { label, arrive }
}

beforeEach(() => setActivePinia(createPinia()))

it('copies go into the next picture, once', async () => {
  const { label, arrive } = await page()
  label.pasteNext()
  expect(await arrive(second, label.open(second))).toBe(2)
  expect(label.editor.selection.size).toBe(1)
  expect(await arrive(third, label.open(third))).toBe(1)
})

it('who turns elsewhere on the way gets them nowhere', async () => {
  const { label, arrive } = await page()
  label.pasteNext()
  void label.open(second)
  expect(await arrive(third, label.open(third))).toBe(1)
  expect(await arrive(second, label.open(second))).toBe(1)
})

it('nor later who stays at the picture they come from', async () => {
  const { label, arrive } = await page()
  label.pasteNext()
  void label.open(second)
  await label.open(first)
  expect(label.editor.records.size).toBe(1)
  expect(await arrive(second, label.open(second))).toBe(1)
})
