import { expect, it, onTestFinished } from 'vitest'
import { newId } from '../../src/main/newId.ts'
import type { UsableModel } from '../../src/main/services/assist/assistModels.ts'
import { createReviews } from '../../src/main/services/assist/reviews.ts'
import type { ProjectSlot } from '../../src/main/services/projectSlot.ts'
import { uuidv7 } from '../../src/shared/model/ids.ts'
import type { ModelRecord } from '../../src/shared/model/modelRecord.ts'
import { makeProject, remove, startCore } from './coreHarness.ts'
import { directStore } from './directStore.ts'
import { addDataset, importedItem, temporaryFolder } from './projectFixture.ts'

it('what was decided about proposals stays with its picture through a restart, until it is taken back', async () => {
  const folder = temporaryFolder()
  const first = directStore(folder)
  const items = [importedItem(0), importedItem(1)]
  await addDataset(first, items)
  const [itemId, other, annotationId] = [items[0]!.id, items[1]!.id, newId()]
  const judge = (verdicts: { key: string; annotationId: string | null }[], forgotten: string[] = []) =>
    first.call('verdicts.judge', { itemId, verdicts, forgotten })
  await judge(['a', 'b', 'c'].map((key) => ({ key, annotationId: null })))
  await judge([{ key: 'a', annotationId }], ['b', 'unknown'])
  // A picture that is gone takes none.
  const gone = first.call('verdicts.judge', { itemId: newId(), verdicts: [{ key: 'a', annotationId: null }], forgotten: [] })
  await expect(gone).rejects.toMatchObject({ code: 'item/not-found' })
  await first.close()
  const again = directStore(folder)
  expect(await again.call('verdicts.list', { itemId })).toEqual([
    { key: 'a', annotationId },
    { key: 'c', annotationId: null },
  ])
  expect(await again.call('verdicts.list', { itemId: other })).toEqual([])
  await again.close()
})

it('what was decided in a review goes with it, and about a model with that; what a dataset proposed stays', async () => {
  const store = directStore(temporaryFolder())
  const items = [importedItem(0), importedItem(1)]
  await addDataset(store, items)
  const itemId = items[0]!.id
  const idAt = (ms: number, n: number) => uuidv7(ms, Uint8Array.of(n, 1, 2, 3, 4, 5, 6, 7, 8, 9))
  const day = 24 * 3_600_000
  const [old, young, youngest] = [idAt(Date.now() - 3 * day, 1), idAt(Date.now() - 1_000, 2), idAt(Date.now(), 3)]
  const [model, goneModel, annotation] = [idAt(1_000, 4), idAt(2_000, 5), idAt(3_000, 6)]
  const add = (id: string) => store.call('models.add', { model: { id, runId: null, createdAt: 1 } as unknown as ModelRecord })
  await add(model)
  const ofReviews = [`${old} 0`, `${young} 0`, `${young} 17`, `${youngest} 0`]
  const ofModels = [`${model} ${itemId} 3`, `${model} ${itemId} 0a1b`, `${goneModel} ${itemId} 3`]
  const keys = [...ofReviews, ...ofModels, `${itemId} ${annotation}`, 'a']
  for (const { id } of items)
    await store.call('verdicts.judge', { itemId: id, verdicts: keys.map((key) => ({ key, annotationId: null })), forgotten: [] })
  const left = async (id = itemId) => (await store.call('verdicts.list', { itemId: id })).map(({ key }) => key)
  const without = (...gone: string[]) => keys.filter((key) => !gone.includes(key)).sort()
  await store.call('verdicts.forget', { itemId, reviewId: young })
  expect(await left()).toEqual(without(`${young} 0`, `${young} 17`))
  expect(await left(items[1]!.id)).toEqual([...keys].sort())
  await store.call('verdicts.sweep', { before: Date.now() - day })
  expect(await left()).toEqual(without(`${old} 0`, `${young} 0`, `${young} 17`, `${goneModel} ${itemId} 3`))
  await store.call('models.remove', { modelId: model })
  expect(await left()).toEqual([`${youngest} 0`, `${itemId} ${annotation}`, 'a'].sort())
})

it('opening a project, and a list that gives way to newer ones, takes along what was decided there', async () => {
  const folder = temporaryFolder()
  const store = directStore(folder)
  const items = [importedItem(0)]
  await addDataset(store, items)
  const itemId = items[0]!.id
  const key = `${uuidv7(Date.now() - 90_000_000, new Uint8Array(10))} 0`
  await store.call('verdicts.judge', { itemId, verdicts: [{ key, annotationId: null }], forgotten: [] })
  let opened: unknown
  const slot = { onOpen: (prepare: (open: unknown) => unknown) => (opened = prepare({ store })), require: () => ({ store }) }
  const reviews = createReviews(slot as unknown as ProjectSlot)
  await opened
  expect(await store.call('verdicts.list', { itemId })).toEqual([])
  const add = () => reviews.add(itemId, { id: 'm', name: 'm' } as UsableModel, { masks: [], leftOut: 0, nearest: null })
  const { reviewId } = await add()
  await store.call('verdicts.judge', { itemId, verdicts: [{ key: `${reviewId} 0`, annotationId: null }], forgotten: [] })
  for (let n = 0; n < 23; n++) await add()
  expect(await store.call('verdicts.list', { itemId })).toHaveLength(1)
  await add()
  expect(await store.call('verdicts.list', { itemId })).toEqual([])
  expect(() => reviews.get(reviewId)).toThrow('no longer kept')
})

it('every window hears of what was decided, and about which picture', async () => {
  const started = await startCore()
  onTestFinished(async () => {
    await started.core.close()
    remove(started.folder)
  })
  const datasetId = await makeProject(started, { train: 1, val: 1 })
  const filter = { split: null, classId: null, status: null, text: '' }
  const [first, second] = (await started.client.items.window({ datasetId, filter, offset: 0, limit: 2 })).items.map(({ id }) => id)
  const told: string[] = []
  const listening = (async () => {
    for await (const event of await started.core.cliClient().system.events({}))
      if (event.type === 'verdicts' && told.push(event.itemId) === 2) return
  })()
  for (const itemId of [first!, second!])
    await started.client.annotations.judge({ itemId, verdicts: [{ key: 'a', annotationId: null }], forgotten: [] })
  await listening
  expect(told).toEqual([first, second])
})
