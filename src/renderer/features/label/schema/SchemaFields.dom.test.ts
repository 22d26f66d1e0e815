import { mount } from '@vue/test-utils'
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
import SchemaFields from './SchemaFields.vue'

const id = (n: number): string => `01900000-0000-7000-8000-${String(n).padStart(12, '0')}`
const [datasetId, itemId, car, sky] = [id(1), id(2), id(3), id(4)]
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

async function openPicture() {
  const annotations = [object(11, car), object(12, sky), object(13, sky)]
  setLink(
    memoryLink({
      items: {
        get: async () => item,
        neighbours: async () => ({ index: 0, total: 1, listed: true, previous: null, next: null }),
        picture: () => Promise.reject(new Error('no pixels here')),
      },
      annotations: {
        list: async () => ({ itemRev: 1, annotations, canUndo: false, canRedo: false }),
        apply: () => new Promise(() => undefined),
      },
      datasets: { list: async () => [], classes: async () => [], attributeSchema: async () => attributeSchema },
    }),
  )
  const label = useLabel()
  await label.open(itemId)
  useAttributeSchema().schema = attributeSchema
  return label
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
