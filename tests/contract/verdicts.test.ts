import { expect, it } from 'vitest'
import { newId } from '../../src/main/newId.ts'
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
