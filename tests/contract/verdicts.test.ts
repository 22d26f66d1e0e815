import { expect, it, onTestFinished } from 'vitest'
import { newId } from '../../src/main/newId.ts'
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
