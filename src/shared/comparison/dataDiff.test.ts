import { expect, it } from 'vitest'
import { diffData, splitCounts, type SeenData, type SeenItem } from './dataDiff.ts'

const item = (id: string, more: Partial<SeenItem> = {}): SeenItem => ({
  id,
  name: `${id}.jpg`,
  splits: ['train'],
  image: `picture of ${id}`,
  labels: `labels of ${id}`,
  ...more,
})
const data = (hash: string, items: SeenItem[], classes: SeenData['classes'] = []): SeenData => ({ hash, datasetId: 'd', classes, items })

it('says that two runs saw the same', () => {
  expect(diffData(data('h', [item('a')]), data('h', [item('a')]))).toMatchObject({ same: true, onlyHere: [], unknown: 0 })
})

it('finds what came, went, changed and moved', () => {
  const diff = diffData(
    data('1', [item('a'), item('b'), item('c'), item('d')]),
    data('2', [item('b'), item('c', { labels: 'other' }), item('d', { image: 'other', splits: ['val', 'train'] }), item('e')]),
  )
  expect(diff).toMatchObject({
    same: false,
    onlyInBaseline: ['a.jpg'],
    onlyHere: ['e.jpg'],
    changedLabels: ['c.jpg'],
    changedPictures: ['d.jpg'],
    unknown: 0,
    moved: [{ name: 'd.jpg', from: ['train'], to: ['val', 'train'] }],
  })
})

it('knows an item of another import by its name, unless the name is there twice', () => {
  const again = data('2', [item('x', { name: 'a.jpg', labels: 'labels of a', image: 'picture of a' })])
  expect(diffData(data('1', [item('a')]), again)).toMatchObject({ onlyHere: [], onlyInBaseline: [], changedLabels: [] })
  expect(diffData(data('1', [item('a'), item('b', { name: 'a.jpg' })]), again).onlyHere).toEqual(['a.jpg'])
})

it('says for how many it cannot tell, instead of calling them the same', () => {
  const diff = diffData(data('1', [item('a', { image: null }), item('b')]), data('2', [item('a'), item('b', { labels: null })]))
  expect(diff).toMatchObject({ unknown: 2, changedLabels: [], changedPictures: [] })
})

it('compares class lists by id, then by name', () => {
  const named = (id: string | null, name: string, color = '#000000') => ({ id, name, color })
  const { classes } = diffData(
    data('1', [], [named('1', 'car'), named('2', 'road'), named('3', 'sky')]),
    data('2', [], [named('2', 'street', '#ff0000'), named(null, 'car'), named('9', 'tree')]),
  )
  expect(classes.added).toEqual(['tree'])
  expect(classes.missing).toEqual(['sky'])
  expect(classes.renamed).toEqual([{ name: 'street', before: 'road', now: 'street' }])
  expect(classes.recoloured).toEqual([{ name: 'street', before: '#000000', now: '#ff0000' }])
  expect(classes.renumbered.map(({ name }) => name)).toEqual(['street', 'car'])
})

it('counts the pictures of each split once', () => {
  expect(splitCounts([item('a', { splits: ['train', 'train'] }), item('b', { splits: ['val', 'train'] })])).toEqual([
    { name: 'train', items: 2 },
    { name: 'val', items: 1 },
  ])
})
