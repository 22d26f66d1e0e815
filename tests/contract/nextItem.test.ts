import { expect, it } from 'vitest'
import type { ItemFilter } from '../../src/shared/model/item.ts'
import type { NextRule } from '../../src/shared/model/nextRule.ts'
import { newId } from '../../src/main/newId.ts'
import { directStore } from './directStore.ts'
import { addDataset, importedItem, newBox } from './projectFixture.ts'

const everything: ItemFilter = { split: null, classId: null, status: null, text: '' }

async function list() {
  const store = directStore()
  const items = Array.from({ length: 8 }, (_, i) => importedItem(i))
  const datasetId = await addDataset(store, items)
  const ids = items.map(({ id }) => id)
  const set = (places: number[], status: 'done' | 'reviewed' | 'rejected' | 'inProgress') =>
    store.call('items.setStatus', { itemIds: places.map((n) => ids[n]!), status })
  const from = async (n: number, rule: NextRule, direction: 'next' | 'previous' = 'next', filter: Partial<ItemFilter> = {}) => {
    const answer = await store.call('items.nextBy', { itemId: ids[n]!, filter: { ...everything, ...filter }, rule, direction })
    return answer.itemId === null ? answer.reason : `${ids.indexOf(answer.itemId)}${answer.wrapped ? ' wrapped' : ''}`
  }
  const predict = (n: number, ...scores: number[]) =>
    store.call('annotations.apply', {
      entryId: newId(),
      itemId: ids[n]!,
      client: 'A',
      command: 'x',
      edits: scores.map((score) => ({ op: 'create', annotation: newBox({ provenance: { kind: 'model', modelId: newId(), score } }) })),
    })
  return { store, ids, set, from, predict, datasetId }
}

it('leads to the nearest picture in the states of the rule, either way, and on from the other end', async () => {
  const { set, from } = await list()
  await set([1, 2], 'done')
  await set([3], 'reviewed')
  await set([4, 6], 'rejected')
  await set([5], 'inProgress')
  expect(await Promise.all([from(0, 'unfinished'), from(0, 'todo'), from(0, 'rejected'), from(0, 'toReview')])).toEqual([
    '4',
    '7',
    '4',
    '1',
  ])
  expect(await from(7, 'unfinished', 'previous')).toBe('6')
  expect(await from(7, 'unfinished')).toBe('0 wrapped')
  expect(await from(2, 'toReview')).toBe('1 wrapped')
  expect(await from(0, 'toReview', 'previous')).toBe('2 wrapped')
})

it('stays in the filtered list, and says when nothing of the kind is left', async () => {
  const { set, from } = await list()
  await set([4, 5], 'rejected')
  // Even places are in train, odd ones in val.
  expect(await from(0, 'rejected', 'next', { split: 'val' })).toBe('5')
  expect(await from(0, 'rejected', 'next', { split: 'val', text: 'p0004' })).toBe('none')
  expect(await from(0, 'todo', 'next', { status: 'rejected' })).toBe('none')
  expect(await from(4, 'rejected', 'next', { split: 'train' })).toBe('none')
})

it('finds the pictures without objects, whatever their state says, and counts them', async () => {
  const { store, ids, from, set, predict, datasetId } = await list()
  // Imported with labels, which leaves them 'todo'.
  await predict(1, 0.5)
  await predict(2, 0.5)
  await set([3], 'done')
  expect([await from(0, 'unlabelled'), await from(4, 'unlabelled', 'previous')]).toEqual(['4', '0'])
  const found = async () =>
    (await store.call('items.window', { datasetId, filter: { ...everything, withoutObjects: true }, offset: 0, limit: 9 })).total
  const counted = async () => (await store.call('datasets.get', { datasetId })).unlabelled
  expect([await found(), await counted()]).toEqual([6, 6])
  await predict(0, 0.5)
  expect([await found(), await counted()]).toEqual([5, 5])
  await set(
    ids.map((_, n) => n),
    'done',
  )
  expect(await from(0, 'unlabelled')).toBe('none')
})

it('filters by how sure a model is of a picture, and leads through the doubtful ones first, those set aside or finished left out', async () => {
  const { store, ids, from, set, predict, datasetId } = await list()
  const [older, newer] = [newId(), newId()]
  const keep = (modelId: string, scores: Record<number, number>) =>
    store.call('certainty.keep', { modelId, scores: Object.entries(scores).map(([n, score]) => ({ itemId: ids[Number(n)]!, score })) })
  // What objects say counts only where nothing is known of whole pictures.
  await predict(0, 0.01)
  await keep(older, { 1: 0.2, 2: 0.4 })
  await keep(newer, { 2: 0.9, 3: 0.6, 4: 0.5, 5: 0.1 })
  await set([5], 'done')
  const places = async (filter: Partial<ItemFilter>) => {
    const window = await store.call('items.window', { datasetId, filter: { ...everything, ...filter }, offset: 0, limit: 50 })
    expect(window.total).toBe(window.items.length)
    return window.items.map(({ id }) => ids.indexOf(id))
  }
  expect(await places({ score: { from: 0, to: 0.5 } })).toEqual([1, 4, 5])
  expect(await places({ score: { from: 0.5, to: 1 } })).toEqual([2, 3, 4])
  expect(await places({ score: { from: 0, to: 0.5 }, split: 'val' })).toEqual([1, 5])
  expect(await places({ score: { from: 0, to: 0.5 }, status: 'done' })).toEqual([5])
  expect(await places({ score: { from: 0, to: 1 } })).toEqual([1, 2, 3, 4, 5])
  expect([await from(0, 'uncertain'), await from(1, 'uncertain'), await from(4, 'uncertain'), await from(2, 'uncertain')]).toEqual([
    '1',
    '4',
    '3',
    '1 wrapped',
  ])
  expect(await from(0, 'uncertain', 'next', { score: { from: 0.55, to: 1 } })).toBe('3')
  const least = await store.call('items.leastCertain', { datasetId, filter: everything, limit: 2 })
  expect(least.map(({ id, score }) => [ids.indexOf(id), score])).toEqual([
    [5, 0.1],
    [1, 0.2],
  ])
  expect(await store.call('certainty.known', { datasetId, modelId: newer })).toHaveLength(4)
  expect((await store.call('certainty.ofDataset', { datasetId })).map(({ modelId, items, name }) => [modelId, items, name])).toEqual(
    expect.arrayContaining([
      [newer, 4, null],
      [older, 1, null],
    ]),
  )
  await store.call('items.setAside', { itemIds: [ids[1]!], code: 'file/truncated', message: 'cut' })
  expect(await from(0, 'uncertain')).toBe('4')
  expect(await places({ score: { from: 0, to: 0.5 } })).toEqual([4, 5])
})

it('leads through what objects say where no picture of the list was looked at as a whole, and when no more of those is left', async () => {
  const { store, ids, from, set, predict } = await list()
  await predict(0, 0.5)
  await predict(2, 0.9)
  await predict(4, 0.2)
  const scores = [
    { itemId: ids[1]!, score: 0.2 },
    { itemId: ids[3]!, score: 0.4 },
  ]
  await store.call('certainty.keep', { modelId: newId(), scores })
  expect([await from(0, 'uncertain', 'next', { split: 'train' }), await from(4, 'uncertain', 'next', { split: 'train' })]).toEqual([
    '2',
    '0',
  ])
  expect([await from(0, 'uncertain'), await from(1, 'uncertain'), await from(3, 'uncertain')]).toEqual(['1', '3', '1 wrapped'])
  await set([3], 'done')
  expect(await from(1, 'uncertain')).toBe('4')
  expect(await from(1, 'uncertain', 'next', { split: 'val' })).toBe('none')
  expect(await from(5, 'uncertain', 'next', { split: 'train', text: 'p0006' })).toBe('noScores')
})

it('ranks by how unsure a model was of what it made, finished pictures left out', async () => {
  const { from, predict, set, store, ids } = await list()
  expect(await from(0, 'uncertain')).toBe('noScores')
  await predict(2, 0.9, 0.9)
  await predict(5, 0.9, 0.2)
  await predict(6, 0.5)
  await predict(7, 0.1)
  await store.call('annotations.apply', {
    entryId: newId(),
    itemId: ids[1]!,
    client: 'A',
    command: 'x',
    edits: [{ op: 'create', annotation: newBox() }],
  })
  await set([7], 'done')
  expect(await from(0, 'uncertain')).toBe('6')
  expect(await from(6, 'uncertain')).toBe('5')
  expect(await from(5, 'uncertain')).toBe('2')
  expect(await from(2, 'uncertain')).toBe('6 wrapped')
  expect(await from(5, 'uncertain', 'previous')).toBe('6')
  expect(await from(0, 'uncertain', 'next', { split: 'val' })).toBe('5')
  await set([2, 5], 'reviewed')
  expect(await from(6, 'uncertain')).toBe('none')
})

it('chooses any other picture of the list at random', async () => {
  const { from } = await list()
  const seen = new Set<string>()
  for (let i = 0; i < 200; i++) seen.add(await from(3, 'random'))
  expect([...seen].sort()).toEqual(['0', '1', '2', '4', '5', '6', '7'])
  expect(await from(3, 'random', 'next', { text: 'p0003' })).toBe('none')
})

it('refuses to lead on from a picture that is not there', async () => {
  const { store } = await list()
  await expect(store.call('items.nextBy', { itemId: newId(), filter: everything, rule: 'todo', direction: 'next' })).rejects.toMatchObject({
    code: 'item/not-found',
  })
})
