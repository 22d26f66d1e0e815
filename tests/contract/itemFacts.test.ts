import { expect, it } from 'vitest'
import { newId } from '../../src/main/newId.ts'
import type { ItemFilter } from '../../src/shared/model/item.ts'
import type { PictureChange } from '../../src/shared/model/pictureChange.ts'
import { directStore } from './directStore.ts'
import { addDataset, importedAnnotation, importedItem, newBox, temporaryFolder } from './projectFixture.ts'

async function pictures(folder = temporaryFolder()) {
  const store = directStore(folder)
  const items = Array.from({ length: 6 }, (_, i) => importedItem(i, i < 3 ? [importedAnnotation()] : []))
  const datasetId = await addDataset(store, items)
  const ids = items.map(({ id }) => id)
  const tag = (places: number[], add: string[], remove: string[] = []) =>
    store.call('items.setTags', { itemIds: places.map((n) => ids[n]!), add, remove, who: 'Ann' })
  const places = async (filter: Partial<ItemFilter>) => {
    const whole = { split: null, classId: null, status: null, text: '', ...filter }
    const { items: found, total } = await store.call('items.window', { datasetId, filter: whole, offset: 0, limit: 50 })
    expect(total).toBe(found.length)
    return found.map(({ id }) => ids.indexOf(id))
  }
  const tags = async () => Object.fromEntries((await store.call('datasets.tags', { datasetId })).map(({ name, items: n }) => [name, n]))
  const item = (n: number) => store.call('items.get', { itemId: ids[n]! })
  return { store, items, ids, datasetId, tag, places, tags, item }
}

it('gives pictures tags, counts them, filters by them with everything else, and keeps them through a restart', async () => {
  const folder = temporaryFolder()
  const { store, datasetId, tag, places, tags, item, items } = await pictures(folder)
  expect(await tag([0, 1, 4], ['night', 'rain'])).toMatchObject({ changed: 3 })
  expect(await tag([1, 2], ['fog'], ['rain'])).toMatchObject({ changed: 2 })
  expect(await tags()).toEqual({ fog: 2, night: 3, rain: 2 })
  expect((await item(1)).tags).toEqual(['night', 'fog'])
  expect(await places({ tag: 'night' })).toEqual([0, 1, 4])
  expect(await places({ tag: 'night', split: 'train' })).toEqual([0, 4])
  expect(await places({ tag: 'night', classId: items[0]!.annotations[0]!.classId })).toEqual([0, 1])
  expect(await places({ tag: 'night', status: 'done' })).toEqual([])
  expect(await places({ tag: 'night', text: 'p0004' })).toEqual([4])
  expect(await places({ tag: 'unknown' })).toEqual([])
  await store.close()
  expect(await directStore(folder).call('datasets.tags', { datasetId })).toEqual([
    { name: 'fog', items: 2 },
    { name: 'night', items: 3 },
    { name: 'rain', items: 2 },
  ])
})

it('keeps the texts that ask for regions, and whether they are sentences', async () => {
  const { store, ids, item } = await pictures()
  expect((await item(0)).instructions).toEqual({ texts: [], isSentence: true })
  const instructions = { texts: ['the part that holds water', '哪个物体最热？'], isSentence: false }
  await store.call('items.setInstructions', { itemId: ids[0]!, instructions })
  expect((await item(0)).instructions).toEqual(instructions)
})

it('puts back what a change took, except where somebody changed it again', async () => {
  const { store, ids, tag, tags, item } = await pictures()
  await tag([0, 1], ['night'])
  const { entryIds } = await tag([0, 1], ['rain'], ['night'])
  await tag([1], ['fog'])
  expect(await store.call('items.undoFacts', { entryIds })).toMatchObject({ changed: 1 })
  expect((await item(0)).tags).toEqual(['night'])
  expect((await item(1)).tags).toEqual(['rain', 'fog'])
  expect(await tags()).toEqual({ fog: 1, night: 1, rain: 1 })
  await expect(store.call('items.undoFacts', { entryIds: [newId()] })).rejects.toMatchObject({ code: 'journal/nothing-to-undo' })
  expect(await tag([0], ['night'])).toEqual({ changed: 0, datasetIds: [], entryIds: [] })
  await expect(store.call('items.setTags', { itemIds: [ids[0]!, newId()], add: ['x'], remove: [] })).rejects.toMatchObject({
    code: 'item/not-found',
  })
  expect((await item(0)).tags).toEqual(['night'])
})

it('leaves content, revisions and undo of the annotations alone', async () => {
  const { store, ids, tag } = await pictures()
  const edits = [{ op: 'create' as const, annotation: newBox() }]
  await store.call('annotations.apply', { entryId: newId(), itemId: ids[0]!, client: 'A', command: 'createBox', edits })
  const before = await store.call('items.files', { itemId: ids[0]! })
  await tag([0], ['night'])
  expect(await store.call('items.files', { itemId: ids[0]! })).toEqual(before)
  expect((await store.call('annotations.undo', { entryId: newId(), client: 'A' })).command).toBe('createBox')
})

it('undoes tags, texts and states of one client in their turn with its shapes, after a restart too', async () => {
  const folder = temporaryFolder()
  const first = await pictures(folder)
  const { ids } = first
  const clientOf = (store: typeof first.store) => ({
    describe: (n: number, change: PictureChange) =>
      store.call('annotations.describe', { entryId: newId(), itemId: ids[n]!, client: 'A', change, who: 'Ann' }),
    draw: (n: number) =>
      store.call('annotations.apply', {
        entryId: newId(),
        itemId: ids[n]!,
        client: 'A',
        command: 'createBox',
        edits: [{ op: 'create', annotation: newBox() }],
      }),
    undo: async () => (await store.call('annotations.undo', { entryId: newId(), client: 'A' })).command,
    redo: async () => (await store.call('annotations.redo', { entryId: newId(), client: 'A' })).command,
  })
  const texts = { texts: ['the wet road'], isSentence: false }
  const before = clientOf(first.store)
  await before.describe(3, { kind: 'tags', add: ['night'], remove: [] })
  await before.draw(3)
  const told = await before.describe(3, { kind: 'instructions', instructions: texts })
  expect(told).toMatchObject({ listedIn: first.datasetId, canUndo: true, canRedo: false, changed: [], deleted: [] })
  await before.describe(4, { kind: 'status', status: 'rejected', note: 'blurred' })
  await before.draw(3)
  await first.store.close()

  const store = directStore(folder)
  const { undo, redo, describe } = clientOf(store)
  const item = (n: number) => store.call('items.get', { itemId: ids[n]! })
  expect([await undo(), await undo()]).toEqual(['createBox', 'item.status'])
  expect(await item(4)).toMatchObject({ status: 'todo', statusBy: null, statusNote: '' })
  expect(await redo()).toBe('item.status')
  expect(await item(4)).toMatchObject({ status: 'rejected', statusBy: 'Ann', statusNote: 'blurred' })
  expect([await undo(), await undo()]).toEqual(['item.status', 'item.instructions'])
  expect((await item(3)).instructions.texts).toEqual([])
  // A tag that others gave meanwhile stays.
  await store.call('items.setTags', { itemIds: [ids[3]!], add: ['fog'], remove: [] })
  expect([await undo(), await undo()]).toEqual(['createBox', 'item.tags'])
  expect((await item(3)).tags).toEqual(['fog'])
  await expect(undo()).rejects.toMatchObject({ code: 'journal/nothing-to-undo' })
  const history = await store.call('journal.history', { itemId: ids[3]!, before: null, limit: 50 })
  expect(history.filter(({ kind }) => kind === 'item').map(({ command, undone, who }) => [command, undone, who])).toEqual([
    ['item.instructions', true, 'Ann'],
    ['item.tags', true, 'Ann'],
  ])
  // The image as it was is that of its objects.
  expect((await store.call('annotations.at', { itemId: ids[3]!, seq: history.at(-2)!.seq })).annotations).toHaveLength(1)
  const point = { kind: 'state', seq: 0 } as const
  expect(await store.call('annotations.restore', { entryId: newId(), itemId: ids[3]!, client: 'A', point })).toMatchObject({ changed: [] })

  // What others overtook is refused once, and then out of the way.
  await describe(5, { kind: 'tags', add: ['rain'], remove: [] })
  await describe(5, { kind: 'status', status: 'done', note: '' })
  await store.call('items.setStatus', { itemIds: [ids[5]!], status: 'reviewed', who: 'Bob' })
  await expect(undo()).rejects.toMatchObject({ code: 'journal/changed-since' })
  expect(await undo()).toBe('item.tags')
  expect(await item(5)).toMatchObject({ status: 'reviewed', statusBy: 'Bob', tags: [] })
})

it('says a repeated gesture about a picture once, and one that changes nothing not at all', async () => {
  const { store, ids, item } = await pictures()
  const change: PictureChange = { kind: 'tags', add: ['night'], remove: [] }
  const tagged = { itemId: ids[0]!, client: 'A', change }
  const entryId = newId()
  const once = await store.call('annotations.describe', { entryId, ...tagged })
  expect(await store.call('annotations.describe', { entryId, ...tagged })).toEqual(once)
  await store.call('annotations.describe', { entryId: newId(), ...tagged })
  await store.call('annotations.undo', { entryId: newId(), client: 'A' })
  expect((await item(0)).tags).toEqual([])
  await expect(store.call('annotations.undo', { entryId: newId(), client: 'A' })).rejects.toMatchObject({
    code: 'journal/nothing-to-undo',
  })
})

it('what two windows say of one picture is merged where it can be, and else refused, so that nobody is overwritten', async () => {
  const { store, ids, item } = await pictures()
  const say = (client: string, change: PictureChange) =>
    store.call('annotations.describe', { entryId: newId(), itemId: ids[0]!, client, change, who: client })
  const texts = (...of: string[]) => ({ texts: of, isSentence: true })
  const write = (client: string, seen: string[], now: string[]) =>
    say(client, { kind: 'instructions', instructions: texts(...now), seen: texts(...seen) })
  const conflict = { code: 'item/conflict', data: { id: ids[0] } }
  await write('A', [], ['the car', 'the road'])
  await write('B', ['the car', 'the road'], ['the red car', 'the road'])
  // A saw neither what B changed, nor its own second text merged.
  await write('A', ['the car', 'the road'], ['the car', 'the wet road'])
  await write('A', ['the car', 'the wet road'], ['the car', 'the wet road', 'the sky'])
  expect((await item(0)).instructions.texts).toEqual(['the red car', 'the wet road', 'the sky'])
  await expect(write('A', ['the car'], ['the blue car'])).rejects.toMatchObject(conflict)
  expect((await item(0)).instructions.texts).toEqual(['the red car', 'the wet road', 'the sky'])
  await store.call('annotations.undo', { entryId: newId(), client: 'A' })
  expect((await item(0)).instructions.texts).toEqual(['the red car', 'the wet road'])

  const todo = { status: 'todo', note: '' } as const
  await say('B', { kind: 'status', status: 'rejected', note: 'blurred', seen: todo })
  await expect(say('A', { kind: 'status', status: 'done', note: '', seen: todo })).rejects.toMatchObject(conflict)
  expect(await item(0)).toMatchObject({ status: 'rejected', statusNote: 'blurred', statusBy: 'B' })
  // To the same there is nothing to ask.
  await say('A', { kind: 'status', status: 'rejected', note: '', seen: todo })
  await say('A', { kind: 'status', status: 'done', note: '', seen: { status: 'rejected', note: 'blurred' } })
  expect(await item(0)).toMatchObject({ status: 'done', statusBy: 'A' })
})

it('a state that edits alone changed is no word of others', async () => {
  const { store, ids, item } = await pictures()
  const [itemId, client] = [ids[4]!, 'A']
  const draw = () =>
    store.call('annotations.apply', {
      entryId: newId(),
      itemId,
      client,
      command: 'createBox',
      edits: [{ op: 'create', annotation: newBox() }],
    })
  const say = (change: PictureChange) => store.call('annotations.describe', { entryId: newId(), itemId, client, change })
  await draw()
  await say({ kind: 'status', status: 'reviewed', note: '', seen: { status: 'todo', note: '' } })
  await draw()
  expect((await item(4)).status).toBe('done')
  await say({ kind: 'status', status: 'rejected', note: 'no', seen: { status: 'reviewed', note: '' } })
  expect((await item(4)).status).toBe('rejected')
})
