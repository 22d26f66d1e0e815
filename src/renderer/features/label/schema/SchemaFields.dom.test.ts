import { mount, type DOMWrapper } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, expect, it } from 'vitest'
import { nextTick } from 'vue'
import type { Annotation } from '../../../../shared/model/annotation.ts'
import type { AttributeSchema } from '../../../../shared/model/attributeSchema.ts'
import type { Item } from '../../../../shared/model/item.ts'
import { i18n, setLocale } from '../../../i18n/i18n.ts'
import { useAttributeSchema } from '../../../stores/attributeSchema.ts'
import { setLink } from '../../../stores/link.ts'
import { memoryLink } from '../../../testing/memoryLink.ts'
import { useLabel } from '../labelStore.ts'
import MultiAttributes from '../multi/MultiAttributes.vue'
import SchemaFields from './SchemaFields.vue'

const id = (n: number): string => `01900000-0000-7000-8000-${String(n).padStart(12, '0')}`
const [datasetId, itemId, car, sky, otherItem] = [id(1), id(2), id(3), id(4), id(5)]
const item = { id: itemId, datasetId, name: 'a', relPath: 'a.png', width: 60, height: 40, status: 'todo', tags: [] } as unknown as Item
const object = (n: number, classId: string): Annotation => ({
  id: id(n),
  itemId,
  classId,
  region: 'object',
  shape: { kind: 'box', x: n, y: 5, w: 8, h: 8 },
  attributes: {},
  provenance: { kind: 'human' },
  z: n,
  rev: 1,
})
const attributeSchema: AttributeSchema = {
  all: [{ kind: 'text', name: 'note', required: false, fallback: null }],
  classes: [{ classId: car, fields: [{ kind: 'text', name: 'plate', required: false, fallback: null }] }],
}

const sent: { readonly itemId: string; readonly edits: readonly unknown[] }[] = []

async function openPicture() {
  sent.length = 0
  const annotations = [object(11, car), object(12, sky), object(13, sky)]
  setLink(
    memoryLink({
      items: {
        get: async ({ itemId: asked }) => ({ ...item, id: asked }),
        neighbours: async () => ({ index: 0, total: 1, listed: true, previous: null, next: null }),
        picture: () => Promise.reject(new Error('no pixels here')),
      },
      annotations: {
        list: async ({ itemId: asked }) => ({
          itemRev: 1,
          annotations: asked === itemId ? annotations : [],
          canUndo: false,
          canRedo: false,
        }),
        apply(entry) {
          sent.push(entry)
          return new Promise(() => undefined)
        },
      },
      datasets: { list: async () => [], classes: async () => [], attributeSchema: async () => attributeSchema },
    }),
  )
  const label = useLabel()
  await label.open(itemId)
  useAttributeSchema().schema = attributeSchema
  return label
}
/** Without leaving the field. */
function type(field: Pick<DOMWrapper<HTMLInputElement>, 'element' | 'trigger'>, text: string): Promise<void> {
  field.element.value = text
  return field.trigger('input')
}
beforeEach(() => {
  document.body.innerHTML = ''
  localStorage.clear()
  setLocale('en')
  setActivePinia(createPinia())
})

it('an attribute of some classes stands among those of several objects, and is given only to the objects that have it', async () => {
  const label = await openPicture()
  label.editor.select([id(11), id(12), id(13)])
  const panel = mount(SchemaFields, { global: { plugins: [i18n] }, attachTo: document.body })
  const told = () => panel.findAll('input').map((input) => document.getElementById(input.attributes('aria-describedby') ?? '')?.textContent)
  expect(panel.findAll('label').map((each) => each.text())).toEqual(['note', 'plate'])
  expect(told()).toEqual([undefined, 'For 1 of 3: the others have no such attribute'])
  await panel.findAll('input')[1]!.setValue('AB 1')
  await panel.findAll('input')[1]!.trigger('change')
  expect([11, 12, 13].map((n) => label.editor.records.get(id(n))?.attributes)).toEqual([{ plate: 'AB 1' }, {}, {}])
  label.editor.select([id(12), id(13)])
  await nextTick()
  expect(panel.findAll('label').map((each) => each.text())).toEqual(['note'])
  label.editor.select([id(11)])
  await nextTick()
  expect(told()).toEqual([undefined, undefined])
})

it('what stands in a field when another object, or another picture, is taken in hand is given to the one it was typed for', async () => {
  const label = await openPicture()
  label.editor.select([id(11)])
  const panel = mount(SchemaFields, { global: { plugins: [i18n] }, attachTo: document.body })
  const fields = () => panel.findAll('input')
  await type(fields()[1]!, 'AB 1')
  // As by a click on the canvas: the field is another one before it was left.
  label.editor.select([id(12)])
  await nextTick()
  expect(fields().map((each) => each.element.value)).toEqual([''])
  await type(fields()[0]!, 'wet')
  // As by a key.
  await label.open(otherItem)
  await nextTick()
  expect([label.item?.id, fields().length]).toEqual([otherItem, 0])
  await label.open(itemId)
  expect([11, 12, 13].map((n) => label.editor.records.get(id(n))?.attributes)).toEqual([{ plate: 'AB 1' }, { note: 'wet' }, {}])
  expect(sent.map((entry) => entry.itemId)).toEqual([itemId])
})

it('so it is with an attribute that nobody defined, of several objects', async () => {
  const label = await openPicture()
  label.editor.select([id(11), id(12)])
  label.editor.commitPatches('attributes', new Map([[id(11), { attributes: { seen: 1 } }]]))
  const tab = mount(MultiAttributes, { global: { plugins: [i18n], stubs: { IconButton: true } }, attachTo: document.body })
  await type(tab.get<HTMLInputElement>('input[type="text"]'), '7')
  label.editor.select([id(12), id(13)])
  await nextTick()
  expect([11, 12, 13].map((n) => label.editor.records.get(id(n))?.attributes)).toEqual([{ seen: 7 }, { seen: 7 }, {}])
})
