import { once } from 'node:events'
import { readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import path from 'node:path'
import sharp from 'sharp'
import { expect, it, onTestFinished } from 'vitest'
import type { ProjectStore } from '../../src/main/db/store.ts'
import { decodeIndexPng } from '../../src/main/media/indexPng.ts'
import { checkExport } from '../../src/main/services/datasets/exportDataset.ts'
import { CancelledError } from '../../src/shared/errors.ts'
import type { Annotation, Edit } from '../../src/shared/model/annotation.ts'
import { describeShared, sharedDir } from '../support/shared.ts'
import {
  differences,
  exportTo,
  importFolder,
  itemsByName,
  jpeg,
  mask,
  newMedia,
  object,
  put,
  quietContext,
  readTree,
  voc,
} from './mediaFixture.ts'
import { newId } from '../../src/main/newId.ts'
import { newBox, newStore, temporaryFolder } from './projectFixture.ts'

const edit = (store: ProjectStore, itemId: string, edits: Edit[]) =>
  store.call('annotations.apply', { entryId: newId(), itemId, client: 'A', command: 'edit', edits })
const list = async (store: ProjectStore, itemId: string) => (await store.call('annotations.list', { itemId, client: 'A' })).annotations
const indices = (folder: string, relPath: string) => decodeIndexPng(readFileSync(path.join(folder, relPath)), relPath, null)
/** Pixel for pixel, without printing a hundred thousand of them. */
const expectSame = (a: Uint8Array, b: Uint8Array) => expect([a.length, a.findIndex((v, i) => v !== b[i])]).toEqual([b.length, -1])
const remove = ({ id, rev }: Annotation): Edit => ({ op: 'delete', id, rev })

/** Imports, exports, and answers with both trees. */
async function roundTrip(folder: string) {
  const store = await newStore()
  const media = newMedia()
  const report = await importFolder(store, media, folder)
  const datasetId = report.datasetId!
  const root = (await store.call('datasets.get', { datasetId })).rootPath
  const target = temporaryFolder()
  let count = 0
  const write = async () => {
    const out = path.join(target, String(count++))
    const exported = await exportTo(store, media, datasetId, out)
    return { out, exported, tree: readTree(out), differences: differences(readTree(root), readTree(out)) }
  }
  return { store, media, datasetId, report, root, write, target }
}

describeShared(
  'the real datasets',
  {
    async 'BCCD comes back byte for byte; one moved box changes two lines of one file'() {
      const { store, report, datasetId, root, write } = await roundTrip(path.join(sharedDir, 'data/bccd-voc'))
      expect(report).toMatchObject({
        items: 292,
        annotations: 3943,
        splits: [
          { name: 'train', items: 205 },
          { name: 'val', items: 87 },
        ],
      })
      expect(report.classes.map((c) => c.name).sort()).toEqual(['Platelets', 'RBC', 'WBC'])
      expect(report.problems.every((p) => p.severity === 'note')).toBe(true)
      const first = await write()
      expect(first.differences).toEqual([])
      expect(first.exported).toMatchObject({ filesRewritten: 0, losses: [] })
      const item = (await itemsByName(store, datasetId)).get('BloodImage_00001')!
      const [box] = await list(store, item.id)
      if (box!.shape.kind !== 'box') throw new Error('no box')
      await edit(store, item.id, [{ op: 'update', id: box!.id, rev: 1, patch: { shape: { ...box!.shape, x: box!.shape.x + 3 } } }])
      const second = await write()
      expect(second.differences).toEqual(['Annotations/BloodImage_00001.xml'])
      const lines = (folder: string) => readFileSync(path.join(folder, 'Annotations/BloodImage_00001.xml'), 'utf8').split('\n')
      const before = lines(root)
      expect(lines(second.out).filter((line, i) => line !== before[i])).toEqual([
        `\t\t\t<xmin>${box!.shape.x + 4}</xmin>`,
        `\t\t\t<xmax>${box!.shape.x + 3 + box!.shape.w}</xmax>`,
      ])
      await store.call('annotations.undo', { entryId: newId(), client: 'A' })
      expect((await write()).differences).toEqual([])
    },
    async 'CamVid comes back byte for byte; a reclassified and a deleted region change exactly their pixels'() {
      const { store, report, datasetId, root, write } = await roundTrip(path.join(sharedDir, 'data/camvid-voc'))
      expect(report.problems).toEqual([])
      expect(report.splits).toEqual([
        { name: 'aug', items: 120 },
        { name: 'train', items: 180 },
        { name: 'val', items: 51 },
      ])
      expect(report.classes.map((c) => c.name)).toEqual([
        'sky',
        'building',
        'pole',
        'road',
        'pavement',
        'tree',
        'signsymbol',
        'fence',
        'car',
        'pedestrian',
        'bicyclist',
      ])
      expect((await write()).differences).toEqual([])
      const classes = await store.call('classes.list', { datasetId })
      const [sky, , , road] = classes
      const items = await itemsByName(store, datasetId)
      const [seg, aug] = [items.get('0001TP_006720')!, items.get('0001TP_006810')!]
      const of = async (itemId: string, classId: string) => (await list(store, itemId)).find((a) => a.classId === classId)!
      const skyRegion = await of(seg.id, sky!.id)
      await edit(store, seg.id, [{ op: 'update', id: skyRegion.id, rev: 1, patch: { classId: road!.id } }])
      await edit(store, aug.id, [remove(await of(aug.id, road!.id))])
      const { out, differences: changed, exported } = await write()
      expect(changed).toEqual(['SegmentationClass/0001TP_006720.png', 'SegmentationClassAug/0001TP_006810.png'])
      for (const [file, from, to] of [
        [changed[0]!, 0, 3],
        [changed[1]!, 3, 255],
      ] as const) {
        const before = indices(root, file)
        const after = indices(out, file)
        expect(after).toMatchObject({ kind: before.kind, bitDepth: before.bitDepth, palette: before.palette })
        expectSame(
          after.indices,
          before.indices.map((v) => (v === from ? to : v)),
        )
      }
      expect(exported.losses.map((loss) => [loss.file, loss.severity])).toEqual([['SegmentationClassAug/0001TP_006810.png', 'note']])
    },
    async 'LabelMe’s three come back byte for byte, and an object of one changes in both masks'() {
      for (const name of ['labelme-bbox', 'labelme-semantic', 'labelme-instance']) {
        const { store, report, datasetId, root, write } = await roundTrip(path.join(sharedDir, 'data', name, 'data_dataset_voc'))
        expect(report.problems).toEqual([])
        expect(report).toMatchObject({ items: 3, splits: [{ name: 'none', items: 3 }] })
        expect((await write()).differences).toEqual([])
        const item = (await itemsByName(store, datasetId)).get('2011_000003')!
        const person = (await list(store, item.id)).find((a) => a.region === 'object')!
        await edit(store, item.id, [remove(person)])
        const { out, differences: changed } = await write()
        const expected = {
          'labelme-bbox': ['Annotations/2011_000003.xml'],
          'labelme-semantic': ['SegmentationClass/2011_000003.png'],
          'labelme-instance': ['SegmentationClass/2011_000003.png', 'SegmentationObject/2011_000003.png'],
        }
        expect(changed).toEqual(expected[name as keyof typeof expected])
        if (name !== 'labelme-instance') continue
        const classes = indices(root, changed[0]!)
        const objects = indices(root, changed[1]!)
        const gone = objects.indices.map((v, i) => (v === 1 && classes.indices[i] !== 255 && classes.indices[i] !== 0 ? 1 : 0))
        expect(gone.some((v) => v === 1)).toBe(true)
        expectSame(
          indices(out, changed[0]!).indices,
          classes.indices.map((v, i) => (gone[i] ? 0 : v)),
        )
        expectSame(
          indices(out, changed[1]!).indices,
          objects.indices.map((v, i) => (gone[i] ? 0 : v)),
        )
      }
    },
  },
  300_000,
)

async function smallDataset(): Promise<string> {
  const root = temporaryFolder()
  for (const name of ['a', 'b', 'c']) put(root, `JPEGImages/${name}.jpg`, await jpeg(40, 30))
  put(root, 'class_names.txt', '_background_\r\ncar\r\ntree\r\n')
  put(
    root,
    'Annotations/a.xml',
    voc(object('car', [1, 1, 40, 30], '\t\t<pose>Left</pose>\n') + object('tree', [5, 6, 7, 8]) + object('tree', ['x', 6, 7, 8])),
  )
  put(
    root,
    'SegmentationClass/a.png',
    mask(40, 30, (x, y) => (y === 0 ? 255 : x < 10 ? 1 : x < 20 ? 2 : 0), 'grayscale', 8),
  )
  put(
    root,
    'SegmentationClass/b.png',
    mask(40, 30, (x) => (x < 10 ? 1 : 0), 'palette', 2),
  )
  put(root, 'ImageSets/Main/train.txt', 'a\nb\nnobody\n')
  put(root, 'ImageSets/Main/car_train.txt', 'a 1\nb -1\n')
  put(root, 'JPEGImages/cut.jpg', (await jpeg(40, 30)).subarray(0, 300))
  put(root, 'README.md', 'about')
  put(root, 'Visualization/a.jpg', 'x')
  return root
}

it('writes what was edited with the smallest difference, and says what it cannot keep', async () => {
  const { store, datasetId, root, write } = await roundTrip(await smallDataset())
  const first = await write()
  expect(first.differences).toEqual(['Visualization/a.jpg'])
  expect(first.exported.losses.map((loss) => loss.file)).toEqual(['Visualization/'])
  const items = await itemsByName(store, datasetId)
  const classes = await store.call('classes.list', { datasetId })
  const [background, car, tree] = classes
  expect(background!.name).toBe('_background_')
  const a = await list(store, items.get('a')!.id)
  const carBox = a.find((one) => one.shape.kind === 'box' && one.classId === car!.id)!
  await edit(store, items.get('a')!.id, [
    { op: 'update', id: carBox.id, rev: 1, patch: { classId: tree!.id, attributes: { ...carBox.attributes, pose: 'Right' } } },
    { op: 'create', annotation: newBox({ classId: car!.id, shape: { kind: 'box', x: 2, y: 3, w: 4, h: 5 } }) },
  ])
  const second = await write()
  expect(second.differences).toEqual(['Annotations/a.xml', 'Visualization/a.jpg'])
  const was = readFileSync(path.join(root, 'Annotations/a.xml'), 'utf8')
  const now = readFileSync(path.join(second.out, 'Annotations/a.xml'), 'utf8')
  const expected = was
    .replace('<name>car</name>', '<name>tree</name>')
    .replace('Left', 'Right')
    .replace(
      '</object>\n</annotation>',
      '</object>\n\t<object>\n\t\t<name>car</name>\n\t\t<pose>Unspecified</pose>\n\t\t<truncated>0</truncated>\n\t\t<difficult>0</difficult>\n\t\t<bndbox>\n\t\t\t<xmin>3</xmin>\n\t\t\t<ymin>4</ymin>\n\t\t\t<xmax>6</xmax>\n\t\t\t<ymax>8</ymax>\n\t\t</bndbox>\n\t</object>\n</annotation>',
    )
  expect(now).toBe(expected)
  expect(second.exported.losses.map((loss) => loss.file)).toEqual(['Visualization/', 'ImageSets/Main'])
})

it('renders regions by painter’s order into the mask’s own kind, and makes files that were not there', async () => {
  const { store, datasetId, root, write } = await roundTrip(await smallDataset())
  const items = await itemsByName(store, datasetId)
  const [, car, tree] = await store.call('classes.list', { datasetId })
  const polygon = (z: number, classId: string, x: number) =>
    newBox({
      classId,
      z,
      shape: {
        kind: 'polygon',
        parts: [
          {
            outer: [
              [x, 10],
              [x + 10, 10],
              [x + 10, 20],
              [x, 20],
            ],
            holes: [],
          },
        ],
      },
    })
  await edit(store, items.get('a')!.id, [
    { op: 'create', annotation: polygon(5, tree!.id, 5) },
    { op: 'create', annotation: polygon(6, car!.id, 12) },
  ])
  const painted = (await list(store, items.get('a')!.id)).find(({ shape }) => shape.kind === 'mask')!
  await edit(store, items.get('a')!.id, [{ op: 'update', id: painted.id, rev: 1, patch: { attributes: { occluded: '1' } } }])
  await edit(store, items.get('b')!.id, [
    remove((await list(store, items.get('b')!.id))[0]!),
    { op: 'create', annotation: { ...polygon(1, car!.id, 0), region: 'void', classId: null } },
  ])
  await edit(store, items.get('c')!.id, [{ op: 'create', annotation: { ...polygon(1, tree!.id, 3), attributes: { occluded: '1' } } }])
  const { out, exported, differences: changed } = await write()
  expect(changed).toEqual([
    'Annotations/a.xml',
    'SegmentationClass/a.png',
    'SegmentationClass/b.png',
    'Visualization/a.jpg',
    'Annotations/c.xml',
    'SegmentationClass/c.png',
  ])
  const at = (from: number, i: number) => i % 40 >= from && i % 40 < from + 10 && Math.floor(i / 40) >= 10 && Math.floor(i / 40) < 20
  const before = indices(root, 'SegmentationClass/a.png')
  const after = indices(out, 'SegmentationClass/a.png')
  expect(after.kind).toBe('grayscale')
  expectSame(
    after.indices,
    before.indices.map((v, i) => (at(12, i) ? 1 : at(5, i) ? 2 : v)),
  )
  // Two bits hold no void: the mask grows, its palette stays.
  const b = indices(out, 'SegmentationClass/b.png')
  expect(b).toMatchObject({ kind: 'palette', bitDepth: 8 })
  expectSame(
    b.indices,
    Uint8Array.from({ length: 1200 }, (_, i) => (at(0, i) ? 255 : 0)),
  )
  expectSame(
    indices(out, 'SegmentationClass/c.png').indices,
    Uint8Array.from({ length: 1200 }, (_, i) => (at(3, i) ? 2 : 0)),
  )
  expect(readFileSync(path.join(out, 'Annotations/c.xml'), 'utf8')).toMatch(/<name>tree<\/name>[^]*<occluded>1<\/occluded>/)
  expect(exported.losses.map(({ message }) => message)).toContain('the attributes of a mask have no place in a mask file')
})

it('names the groups, locks, tags, texts, comments and states of pictures that no file of VOC has a place for', async () => {
  const { store, media, datasetId, write } = await roundTrip(await smallDataset())
  const items = await itemsByName(store, datasetId)
  const [, car] = await store.call('classes.list', { datasetId })
  const groupId = newId()
  const [itemA, itemB] = [items.get('a')!.id, items.get('b')!.id]
  await edit(store, itemA, [
    ...[1, 9].map((x): Edit => {
      const shape = { kind: 'box' as const, x, y: 1, w: 5, h: 5 }
      return { op: 'create', annotation: { ...newBox({ classId: car!.id, shape }), groupId } }
    }),
    { op: 'create', annotation: { ...newBox({ classId: car!.id, shape: { kind: 'box', x: 20, y: 1, w: 5, h: 5 } }), locked: true } },
  ])
  const instructions = { texts: ['the car', 'what one drives'], isSentence: false }
  for (const change of [
    { kind: 'tags' as const, add: ['night'], remove: [] },
    { kind: 'instructions' as const, instructions },
  ])
    await store.call('annotations.describe', { entryId: newId(), itemId: itemB, client: 'A', change, who: 'Ann' })
  const at: [number, number] = [3, 3]
  const comment = (text: string, pin: [number, number] | null) =>
    store.call('comments.add', { id: newId(), itemId: itemB, annotationId: null, at: pin, text, who: 'Ann' })
  const resolved = await comment('too wide', at)
  await store.call('comments.act', { entryId: newId(), commentId: resolved.id, action: 'resolve', text: '', who: 'Bob' })
  const deleted = await comment('no', null)
  await store.call('comments.act', { entryId: newId(), commentId: deleted.id, action: 'delete', text: '', who: 'Ann' })
  await store.call('items.setStatus', { itemIds: [itemA, itemB], status: 'done', who: 'Ann' })
  await store.call('items.setStatus', { itemIds: [items.get('c')!.id], status: 'rejected', note: 'wheels', who: 'Bob' })
  const { exported } = await write()
  // The same is said before anything is written.
  expect((await checkExport({ store, pool: media.imports, datasetId, context: quietContext() })).losses).toEqual(exported.losses)
  const told = (remark: string) => exported.losses.filter((loss) => loss.remark === remark).map(({ file, message }) => [file, message])
  const keeps = 'this format has no place for them, the project keeps them'
  expect(told('unheld')).toEqual([
    ['JPEGImages/a.jpg', `groups of objects: 1; locks: 1; ${keeps}`],
    ['JPEGImages/b.jpg', `tags: 1 (night); text instructions: 2; comments: 1; ${keeps}`],
  ])
  expect(told('states')).toEqual([[expect.any(String), expect.stringMatching(/^done: 2; rejected: 1; .*who set them and when/)]])
})

it('carries a renamed and a new class into every file that names them', async () => {
  const { store, datasetId, root, write } = await roundTrip(await smallDataset())
  const items = await itemsByName(store, datasetId)
  const [, car] = await store.call('classes.list', { datasetId })
  await store.call('classes.update', { classId: car!.id, name: 'auto' })
  const bus = await store.call('classes.add', { id: newId(), datasetId, name: 'bus' })
  const [region] = await list(store, items.get('b')!.id)
  await edit(store, items.get('b')!.id, [{ op: 'update', id: region!.id, rev: 1, patch: { classId: bus.id } }])
  const { out, differences: changed, tree } = await write()
  expect(changed).toEqual(['Annotations/a.xml', 'SegmentationClass/b.png', 'Visualization/a.jpg', 'class_names.txt'])
  expect(tree.get('class_names.txt')!.toString()).toBe('_background_\r\nauto\r\ntree\r\nbus\r\n')
  expect(readFileSync(path.join(out, 'Annotations/a.xml'), 'utf8')).toBe(
    readFileSync(path.join(root, 'Annotations/a.xml'), 'utf8').replace('<name>car</name>', '<name>auto</name>'),
  )
  expect(indices(out, 'SegmentationClass/b.png').indices[0]).toBe(3)
})

it('reads its own export back to the same project', async () => {
  const { store, media, datasetId, write } = await roundTrip(await smallDataset())
  const items = await itemsByName(store, datasetId)
  const [, car] = await store.call('classes.list', { datasetId })
  await edit(store, items.get('c')!.id, [
    { op: 'create', annotation: newBox({ classId: car!.id, shape: { kind: 'box', x: 1, y: 1, w: 8, h: 8 } }) },
  ])
  const { out } = await write()
  const again = await importFolder(store, media, out)
  const facts = async (id: string) =>
    Promise.all(
      [...(await itemsByName(store, id))].map(async ([name, item]) => [name, (await list(store, item.id)).map((a) => [a.shape, a.region])]),
    )
  expect(await facts(again.datasetId!)).toEqual(await facts(datasetId))
})

it('writes plain pictures as a VOC folder', async () => {
  const root = temporaryFolder()
  put(root, 'x/one.jpg', await jpeg(40, 30))
  put(root, 'two.jpg', await jpeg(40, 30))
  const { store, media, datasetId, target } = await roundTrip(root)
  const car = await store.call('classes.add', { id: newId(), datasetId, name: 'car' })
  const items = await itemsByName(store, datasetId)
  await edit(store, items.get('x/one')!.id, [
    { op: 'create', annotation: newBox({ classId: car.id }) },
    {
      op: 'create',
      annotation: newBox({
        classId: car.id,
        shape: {
          kind: 'polygon',
          parts: [
            {
              outer: [
                [0, 0],
                [10, 0],
                [10, 10],
                [0, 10],
              ],
              holes: [],
            },
          ],
        },
      }),
    },
  ])
  const out = path.join(target, 'plain')
  await exportTo(store, media, datasetId, out)
  expect([...readTree(out).keys()]).toEqual([
    'Annotations/x/one.xml',
    'JPEGImages/two.jpg',
    'JPEGImages/x/one.jpg',
    'SegmentationClass/x/one.png',
    'class_names.txt',
  ])
  const again = await importFolder(store, media, out)
  expect(again.problems).toEqual([])
  expect(again.classes.map((c) => [c.name, c.maskIndex])).toEqual([
    ['background', 0],
    ['car', 1],
  ])
})

it('leaves nothing behind when it fails or is cancelled, and overwrites nothing', async () => {
  const { store, media, datasetId, root, target } = await roundTrip(await smallDataset())
  const out = path.join(target, 'out')
  const abort = new AbortController()
  await expect(exportTo(store, media, datasetId, out, { signal: abort.signal, report: () => abort.abort() })).rejects.toThrow(
    CancelledError,
  )
  expect(readdirSync(target)).toEqual([])
  put(out, 'mine.txt', 'do not touch')
  await expect(exportTo(store, media, datasetId, out)).rejects.toMatchObject({ code: 'project/not-empty' })
  await expect(exportTo(store, media, datasetId, path.join(root, 'inside'))).rejects.toMatchObject({ code: 'input/invalid' })
  expect(readdirSync(target)).toEqual(['out'])
  // A source that changed under us is copied as it is, and said to have changed.
  writeFileSync(path.join(root, 'JPEGImages/b.jpg'), await jpeg(41, 30))
  const report = await exportTo(store, media, datasetId, path.join(target, 'changed'), quietContext())
  expect(report.losses.map((loss) => [loss.file, loss.severity])).toContainEqual(['JPEGImages/b.jpg', 'warning'])
})

it('copies links to files, and lists what it cannot: links to folders and sockets, files that went away', async () => {
  const source = await smallDataset()
  symlinkSync('JPEGImages', path.join(source, 'latest'))
  const socket = createServer().listen(path.join(source, 'pipe'))
  onTestFinished(() => void socket.close())
  await once(socket, 'listening')
  symlinkSync('pipe', path.join(source, 'notes.txt'))
  symlinkSync('README.md', path.join(source, 'about.md'))
  const { store, media, datasetId, root, target } = await roundTrip(source)
  // What an export wrote that was killed; the one of a process that lives is left alone.
  put(target, 'out.part-999999999/x', 'half')
  put(target, `out.part-${process.ppid}/x`, 'under way')
  const items = await itemsByName(store, datasetId)
  const a = await list(store, items.get('a')!.id)
  await edit(store, items.get('a')!.id, [
    ...a.filter(({ shape }) => shape.kind === 'mask').map((one) => ({ op: 'delete' as const, id: one.id, rev: 1 })),
    { op: 'create', annotation: newBox({ classId: a[0]!.classId, shape: { kind: 'box', x: 2, y: 3, w: 4, h: 5 } }) },
  ])
  for (const file of ['Annotations/a.xml', 'SegmentationClass/a.png', 'JPEGImages/b.jpg']) rmSync(path.join(root, file))
  const out = path.join(target, 'out')
  const report = await exportTo(store, media, datasetId, out)
  const losses = new Map(report.losses.map((loss) => [loss.file, loss.severity]))
  expect(Object.fromEntries(losses)).toMatchObject({
    latest: 'refused',
    'notes.txt': 'refused',
    'JPEGImages/b.jpg': 'refused',
    'Annotations/a.xml': 'warning',
    'SegmentationClass/a.png': 'warning',
  })
  expect(readdirSync(target).sort()).toEqual(['out', `out.part-${process.ppid}`])
  expect(readFileSync(path.join(out, 'about.md'), 'utf8')).toBe('about')
  expect(readFileSync(path.join(out, 'Annotations/a.xml'), 'utf8').match(/<object>/g)).toHaveLength(3)
  expect(new Set(indices(out, 'SegmentationClass/a.png').indices)).toEqual(new Set([0]))
  rmSync(root, { recursive: true })
  await expect(exportTo(store, media, datasetId, path.join(target, 'gone'))).rejects.toMatchObject({ code: 'folder/not-found' })
  put(target, 'file', 'x')
  await expect(exportTo(store, media, datasetId, path.join(target, 'file'))).rejects.toMatchObject({ code: 'folder/not-found' })
})

it('keeps the digits of edges that were not moved, and the colours of masks in colours', async () => {
  const root = temporaryFolder()
  put(root, 'JPEGImages/a.jpg', await jpeg(40, 30))
  put(root, 'labelmap.txt', 'background:0,0,0::\ncar:1,2,3::\ntree:7,8,9::\n')
  put(root, 'Annotations/a.xml', voc(object('car', ['3.1234567', 1, '9.7654321', 9])))
  const raw = (at: (x: number) => number[]) => Buffer.from(Array.from({ length: 1200 }, (_, i) => at(i % 40)).flat())
  const png = sharp(
    raw((x) => (x < 8 ? [1, 2, 3] : x > 30 ? [224, 224, 192] : [0, 0, 0])),
    { raw: { width: 40, height: 30, channels: 3 } },
  ).png()
  put(root, 'SegmentationClass/a.png', await png.toBuffer())
  const { store, datasetId, write } = await roundTrip(root)
  expect((await write()).differences).toEqual([])
  const [item] = [...(await itemsByName(store, datasetId)).values()]
  const found = await list(store, item!.id)
  const box = found.find(({ shape }) => shape.kind === 'box')!
  const region = found.find(({ shape, region: kind }) => shape.kind === 'mask' && kind === 'object')!
  const tree = (await store.call('classes.list', { datasetId })).find((c) => c.name === 'tree')!
  if (box.shape.kind !== 'box') throw new Error('no box')
  await edit(store, item!.id, [
    { op: 'update', id: box.id, rev: 1, patch: { shape: { ...box.shape, y: 2, h: 7 } } },
    { op: 'update', id: region.id, rev: 1, patch: { classId: tree.id } },
  ])
  const second = await write()
  expect(second.differences).toEqual(['Annotations/a.xml', 'SegmentationClass/a.png'])
  expect(readFileSync(path.join(second.out, 'Annotations/a.xml'), 'utf8')).toBe(
    readFileSync(path.join(root, 'Annotations/a.xml'), 'utf8').replace('<ymin>1<', '<ymin>2<'),
  )
  const written = await sharp(path.join(second.out, 'SegmentationClass/a.png')).raw().toBuffer({ resolveWithObject: true })
  expect(written.info.channels).toBe(3)
  expectSame(
    written.data,
    raw((x) => (x < 8 ? [7, 8, 9] : x > 30 ? [224, 224, 192] : [0, 0, 0])),
  )
})

it('pictures of a plain folder with the same name are both exported, each with its labels, and read again', async () => {
  const root = temporaryFolder()
  put(root, 'same.jpg', await jpeg(40, 30))
  put(
    root,
    'same.png',
    await sharp(await jpeg(40, 30))
      .png()
      .toBuffer(),
  )
  const { store, media, datasetId, write } = await roundTrip(root)
  const items = await itemsByName(store, datasetId)
  expect([...items.keys()]).toEqual(['same', 'same.png'])
  const car = await store.call('classes.add', { id: newId(), datasetId, name: 'car' })
  await edit(store, items.get('same.png')!.id, [
    { op: 'create', annotation: newBox({ classId: car.id, shape: { kind: 'box', x: 4, y: 5, w: 9, h: 8 } }) },
  ])
  const { out, tree } = await write()
  expect([...tree.keys()].filter((file) => !file.endsWith('.txt'))).toEqual([
    'Annotations/same.png.xml',
    'JPEGImages/same.jpg',
    'JPEGImages/same.png.png',
  ])
  expect(tree.get('Annotations/same.png.xml')!.toString()).toContain('<filename>same.png.png</filename>')
  const again = await importFolder(store, media, out)
  expect(again).toMatchObject({ items: 2, annotations: 1, problems: [{ remark: 'classOfName', severity: 'note' }] })
})
