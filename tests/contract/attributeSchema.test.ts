import { expect, it } from 'vitest'
import type { AttributeField } from '../../src/shared/model/attributeSchema.ts'
import { newId } from '../../src/main/newId.ts'
import { directStore } from './directStore.ts'
import { addDataset, classIds, importedAnnotation, importedItem, temporaryFolder } from './projectFixture.ts'

const moving: AttributeField = { kind: 'flag', name: 'moving', required: false, fallback: null }
const color: AttributeField = { kind: 'choice', name: 'color', required: true, fallback: null, options: ['red', 'blue'] }

it('keeps the attributes of all classes and of one, through a restart, and says what is there now', async () => {
  const folder = temporaryFolder()
  const store = directStore(folder)
  const datasetId = await addDataset(store, [importedItem(0)])
  expect(await store.call('attributes.schema', { datasetId })).toEqual({ all: [], classes: [] })
  await store.call('attributes.setSchema', { datasetId, classId: null, fields: [moving] })
  const answer = await store.call('attributes.setSchema', { datasetId, classId: classIds[1]!, fields: [color] })
  expect(answer).toEqual({ all: [moving], classes: [{ classId: classIds[1], fields: [color] }] })
  await store.close()
  expect(await directStore(folder).call('attributes.schema', { datasetId })).toEqual(answer)
})

it('never touches values that are there, whatever the schema becomes', async () => {
  const store = directStore()
  const annotation = importedAnnotation({ attributes: { color: 'green', old: 'kept' } })
  const item = importedItem(0, [annotation])
  const datasetId = await addDataset(store, [item])
  const digest = async () => (await store.call('items.files', { itemId: item.id })).digest
  const before = await digest()
  for (const fields of [[color], [{ ...color, name: 'old' }], []])
    await store.call('attributes.setSchema', { datasetId, classId: annotation.classId, fields })
  const { annotations } = await store.call('annotations.list', { itemId: item.id, client: 'A' })
  expect(annotations[0]).toMatchObject({ attributes: { color: 'green', old: 'kept' }, rev: 1 })
  expect(await digest()).toBe(before)
})

it('refuses classes and datasets that are not there', async () => {
  const store = directStore()
  const datasetId = await addDataset(store, [importedItem(0)])
  const otherClasses = [newId(), newId(), newId()]
  await addDataset(store, [importedItem(0)], otherClasses)
  const set = (change: { datasetId?: string; classId?: string }) =>
    store.call('attributes.setSchema', { datasetId, classId: null, fields: [], ...change })
  await expect(set({ classId: otherClasses[0]! })).rejects.toMatchObject({ code: 'class/not-found' })
  await expect(set({ datasetId: newId() })).rejects.toMatchObject({ code: 'dataset/not-found' })
})

it('leaves out a name of earlier days that no attribute can have any more', async () => {
  const store = directStore()
  const datasetId = await addDataset(store, [importedItem(0)])
  await store.call('attributes.setSchema', { datasetId, classId: null, fields: [{ ...moving, name: '__proto__' }, color] })
  expect(await store.call('attributes.schema', { datasetId })).toEqual({ all: [color], classes: [] })
})
