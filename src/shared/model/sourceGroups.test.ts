import { expect, it } from 'vitest'
import { sourceGroups, splitBySource, type SplitPicture } from './sourceGroups.ts'

const hash = (i: number): string =>
  [2654435761, 2246822519].map((factor) => (Math.imul(i, factor) >>> 0).toString(16).padStart(8, '0').repeat(4)).join('')
const picture = (i: number, relPath: string, splits: string[] = [], sha256 = hash(i + 1)): SplitPicture => ({
  id: `p${i}`,
  relPath,
  sha256,
  splits,
})

const groupsOf = (...names: string[]): string[][] => {
  const groups = sourceGroups(names.map((name, i) => picture(i, name)))
  const byGroup = Map.groupBy(names, (_, i) => groups.get(`p${i}`)!)
  return [...byGroup.values()]
}

it('tiles, crops, turned ones and copies belong to their picture, wherever they lie', () => {
  for (const names of [
    ['scan_0_512.png', 'scan_512_0.png', 'scan.png'],
    ['train/images/cat_jpg.rf.0123456789abcdef0123456789abcdef.jpg', 'valid/images/cat_jpg.rf.ffff456789abcdef0123456789abcdef.jpg'],
    ['P0001__1__512___0.png', 'P0001__1.0__1024___512.png'],
    ['field_tile_3.tif', 'field_tile_12.tif', 'field_crop2_flip.tif'],
    ['a/cells_x0_y256.png', 'a/cells-r1c2.png'],
    ['photo.jpg', 'photo (1).jpg', 'photo_copy.jpg', 'photo-aug3.jpg', 'PHOTO_hflip.jpg'],
    ['train/scan.png', 'val/scan_tile_2.png'],
  ])
    expect(groupsOf(...names)).toEqual([names])
})

it('frames, numbered pictures and pictures of the same name in other folders are pictures of their own', () => {
  for (const names of [
    ['0016E5_07959.png', '0016E5_07961.png'],
    ['seq_01_000032.png', 'seq_01_000064.png'],
    ['IMG_1.jpg', 'IMG_2.jpg'],
    ['dogs/1.jpg', 'cats/1.jpg'],
    ['party.jpg', 'part.jpg'],
    ['2011_000003.jpg', '2011_000006.jpg'],
    ['images/train/0001.jpg', 'images/val/0001.jpg'],
    ['photo (1).jpg', 'photo (2).jpg'],
  ])
    expect(groupsOf(...names)).toEqual(names.map((name) => [name]))
})

it('the same content is one source under any name, and joins what else belongs to either', () => {
  const pictures = [picture(0, 'a_tile_1.png'), picture(1, 'b.png', [], hash(1)), picture(2, 'a_tile_2.png'), picture(3, 'c.png')]
  const groups = sourceGroups(pictures)
  expect(new Set(['p0', 'p1', 'p2'].map((id) => groups.get(id)))).toHaveLength(1)
  expect(groups.get('p3')).not.toBe(groups.get('p0'))
})

it('a source of which a part is held out is not trained on', () => {
  const pictures = [
    picture(0, 'x_tile_1.png', ['train']),
    picture(1, 'x_tile_2.png', ['val']),
    picture(2, 'y.png', ['train']),
    picture(3, 'z.png', ['other']),
  ]
  const wanted = { valSplits: ['val'], valShare: 0.2 }
  const split = splitBySource(pictures, { trainSplits: ['train'], ...wanted })
  expect([...split.train]).toEqual(['p2'])
  expect([...split.val]).toEqual(['p1'])
  expect([...split.siblings]).toEqual(['p0'])
  expect(split.heldOutByHash).toBe(false)
  expect([...splitBySource(pictures, { trainSplits: [], ...wanted }).train]).toEqual(['p2', 'p3'])
})

it('what is for a test is trained on only when it is asked for', () => {
  const pictures = [picture(0, 'a.png', ['train']), picture(1, 'b.png', ['test']), picture(2, 'c.png', ['val']), picture(3, 'd.png')]
  const wanted = { valSplits: ['val'], valShare: 0.2 }
  expect([...splitBySource(pictures, { trainSplits: [], ...wanted }).train]).toEqual(['p0', 'p3'])
  expect([...splitBySource(pictures, { trainSplits: ['train', 'test'], ...wanted }).train]).toEqual(['p0', 'p1'])
})

it('without a split for it, a share of the sources is held out by content: always the same, at least one, never all', () => {
  const many = Array.from({ length: 200 }, (_, i) => picture(i, `${Math.floor(i / 2)}_tile_${i}.png`))
  const wanted = { trainSplits: [], valSplits: ['val'], valShare: 0.25 }
  const split = splitBySource(many, wanted)
  expect(split.heldOutByHash).toBe(true)
  expect(split.val.size).toBeGreaterThan(20)
  expect(split.val.size).toBeLessThan(80)
  expect(split.train.size + split.val.size).toBe(200)
  const sides = new Map<string, Set<boolean>>()
  for (const { id } of many) sides.set(split.groups.get(id)!, (sides.get(split.groups.get(id)!) ?? new Set()).add(split.val.has(id)))
  expect([...sides.values()].every((side) => side.size === 1)).toBe(true)
  expect([...splitBySource([...many].reverse(), wanted).val].sort()).toEqual([...split.val].sort())
  for (const [count, share] of [
    [2, 0.02],
    [3, 0.8],
    [2, 0.8],
  ] as const) {
    const few = splitBySource(
      Array.from({ length: count }, (_, i) => picture(i, `${i}.png`)),
      { ...wanted, valShare: share },
    )
    expect(few.val.size).toBeGreaterThan(0)
    expect(few.train.size).toBeGreaterThan(0)
  }
  expect(splitBySource([picture(0, 'only.png')], wanted)).toMatchObject({ train: new Set(['p0']), val: new Set() })
})
