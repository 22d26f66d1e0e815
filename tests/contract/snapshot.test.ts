import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import sharp from 'sharp'
import { expect, it } from 'vitest'
import type { ProjectStore } from '../../src/main/db/store.ts'
import { decodeIndexPng } from '../../src/main/media/indexPng.ts'
import { createOriginals } from '../../src/main/services/items/originals.ts'
import { createTiledPictures } from '../../src/main/services/items/tiledPictures.ts'
import { createEventHub } from '../../src/main/services/eventHub.ts'
import { createPictureGuard } from '../../src/main/services/items/pictureGuard.ts'
import { createJobQueue } from '../../src/main/jobs/jobQueue.ts'
import { createPictureAssets } from '../../src/main/services/items/pictureAssets.ts'
import type { ProjectSlot } from '../../src/main/services/projectSlot.ts'
import { createFreeze, pinLabels } from '../../src/main/services/snapshot/freeze.ts'
import { freezeObjects } from '../../src/main/services/tuning/freezeTune.ts'
import { requireSamTune } from '../../src/shared/model/samTuneParse.ts'
import type { Edit } from '../../src/shared/model/annotation.ts'
import { noClassRules } from '../../src/shared/model/classPlan.ts'
import { snapshotSchema, type Snapshot } from '../../src/shared/model/snapshot.ts'
import type { ClassRules } from '../../src/shared/model/train/data/classRules.ts'
import { importFolder, itemsByName, jpeg, mask, newMedia, put } from './mediaFixture.ts'
import { newId } from '../../src/main/newId.ts'
import { newBox, newStore, temporaryFolder } from './projectFixture.ts'

const edit = (store: ProjectStore, itemId: string, edits: Edit[]) =>
  store.call('annotations.apply', { entryId: newId(), itemId, client: 'A', command: 'edit', edits })

async function project(names: string) {
  const root = temporaryFolder()
  for (const name of ['a', 'b', 'c']) put(root, `JPEGImages/${name}.jpg`, await jpeg(40, 30))
  put(root, 'labels.txt', names)
  put(
    root,
    'SegmentationClass/a.png',
    mask(40, 30, (x, y) => (y === 0 ? 255 : x < 10 ? 0 : x < 20 ? 2 : 1)),
  )
  put(
    root,
    'SegmentationClass/b.png',
    mask(40, 30, (x) => (x < 10 ? 1 : 0)),
  )
  put(root, 'ImageSets/Segmentation/train.txt', 'a\nc\n')
  put(root, 'ImageSets/Segmentation/val.txt', 'b\n')
  const folder = temporaryFolder()
  const store = await newStore(folder)
  const media = newMedia()
  const { datasetId } = await importFolder(store, media, root)
  const run = createFreeze(
    media,
    createOriginals(media, (_files, call) => call()),
  )
  const freeze = (splits = ['train', 'val']) =>
    run(store, { datasetId: datasetId!, splits, signal: new AbortController().signal, onProgress: () => undefined })
  const items = await itemsByName(store, datasetId!)
  return { root, folder, store, media, datasetId: datasetId!, freeze, items }
}
const map = (file: string) => decodeIndexPng(readFileSync(file), file, null)

it('freezes what the database says: one polygon changes the hash and the pixels, its undo brings both back', async () => {
  const { store, datasetId, freeze, items, root } = await project('sky\nroad\ncar\n')
  const first = snapshotSchema.parse(await freeze())
  expect(first).toMatchObject({ datasetId, ignoreIndex: 255 })
  expect(first.classes.map((c) => c.name)).toEqual(['sky', 'road', 'car'])
  // c has no labels, so it teaches nothing.
  expect(first.items.map((item) => [item.name, item.split, item.imagePath])).toEqual([
    ['a', ['train'], path.join(root, 'JPEGImages/a.jpg')],
    ['b', ['val'], path.join(root, 'JPEGImages/b.jpg')],
  ])
  const before = map(first.items[0]!.labelPath)
  expect(before).toMatchObject({ kind: 'grayscale', bitDepth: 8, width: 40, height: 30 })
  expect(Buffer.compare(before.indices, map(path.join(root, 'SegmentationClass/a.png')).indices)).toBe(0)
  expect((await freeze()).hash).toBe(first.hash)
  const [sky] = await store.call('classes.list', { datasetId })
  const polygon = newBox({
    classId: sky!.id,
    z: 99,
    shape: {
      kind: 'polygon',
      parts: [
        {
          outer: [
            [20, 10],
            [30, 10],
            [30, 20],
            [20, 20],
          ],
          holes: [],
        },
      ],
    },
  })
  await edit(store, items.get('a')!.id, [
    { op: 'create', annotation: polygon },
    { op: 'create', annotation: newBox({ classId: sky!.id, shape: { kind: 'box', x: 0, y: 5, w: 40, h: 20 } }) },
  ])
  const second = await freeze()
  expect(second.hash).not.toBe(first.hash)
  const expected = before.indices.map((v, i) =>
    i % 40 >= 20 && i % 40 < 30 && Math.floor(i / 40) >= 10 && Math.floor(i / 40) < 20 ? 0 : v,
  )
  expect(Buffer.compare(map(second.items[0]!.labelPath).indices, expected)).toBe(0)
  expect(second.items[1]!.labelPath).toBe(first.items[1]!.labelPath)
  await store.call('annotations.undo', { entryId: newId(), client: 'A' })
  expect(await freeze()).toEqual(first)
})

it('leaves unlabelled pixels void without a background class, and background with one', async () => {
  const { store, datasetId, freeze, items } = await project('background\nroad\ncar\n')
  const [, road] = await store.call('classes.list', { datasetId })
  await edit(store, items.get('c')!.id, [
    {
      op: 'create',
      annotation: newBox({
        classId: road!.id,
        shape: {
          kind: 'polygon',
          parts: [
            {
              outer: [
                [0, 0],
                [4, 0],
                [4, 4],
                [0, 4],
              ],
              holes: [],
            },
          ],
        },
      }),
    },
  ])
  const snapshot = await freeze(['train'])
  expect(snapshot.items.map((item) => item.name)).toEqual(['a', 'c'])
  const counts = [...map(snapshot.items[1]!.labelPath).indices].reduce((n, v) => n.set(v, (n.get(v) ?? 0) + 1), new Map<number, number>())
  expect(counts).toEqual(
    new Map([
      [1, 16],
      [0, 1184],
    ]),
  )
  expect(await store.call('snapshot.counts', { datasetId, splits: ['train'] })).toEqual({ items: 2 })
  const other = await project('sky\nroad\ncar\n')
  const car = (await other.store.call('annotations.list', { itemId: other.items.get('a')!.id, client: 'A' })).annotations.find(
    (a) => a.region === 'object',
  )!
  await edit(other.store, other.items.get('a')!.id, [{ op: 'delete', id: car.id, rev: 1 }])
  const label = map((await other.freeze(['train'])).items[0]!.labelPath).indices
  expect([...new Set(label)].sort((x, y) => x - y)).toEqual([1, 2, 255])
})

it('draws merged, dropped and foreign classes where the rules say', async () => {
  const { store, media, datasetId } = await project('background\nroad\ncar\n')
  const root = temporaryFolder()
  put(root, 'JPEGImages/far.jpg', await jpeg(4, 3))
  put(root, 'labels.txt', 'sky\ncar\nbackground\n')
  put(
    root,
    'SegmentationClass/far.png',
    mask(4, 3, (x) => Math.min(x, 2)),
  )
  put(root, 'ImageSets/Segmentation/extra.txt', 'far\n')
  const other = (await importFolder(store, media, root)).datasetId!
  const { name } = await store.call('datasets.get', { datasetId: other })
  const freeze = (classes: Partial<ClassRules>) =>
    createFreeze(
      media,
      createOriginals(media, (_files, call) => call()),
    )(store, {
      datasetId,
      splits: ['train'],
      classes: { ...noClassRules, ...classes },
      others: [{ name, splits: ['extra'] }],
      signal: new AbortController().signal,
      onProgress: () => undefined,
    })
  const row = (snapshot: Snapshot, i: number, xs: number[]) =>
    xs.map((x) => map(snapshot.items[i]!.labelPath).indices[snapshot.items[i]!.width + x])
  const plain = await freeze({})
  expect(plain.items.map((item) => [item.name, item.datasetId])).toEqual([
    ['a', undefined],
    ['far', other],
  ])
  expect(plain.otherDatasets).toEqual([{ id: other, name }])
  // Columns of background, car and road; of the other dataset sky (which the first does not have), car and background.
  expect([row(plain, 0, [5, 15, 25]), row(plain, 1, [0, 1, 2])]).toEqual([
    [0, 2, 1],
    [255, 2, 0],
  ])
  const merged = await freeze({ merge: { street: ['road', 'car'] } })
  expect(merged.classes.map((c) => c.name)).toEqual(['background', 'street'])
  expect([row(merged, 0, [5, 15, 25]), row(merged, 1, [0, 1, 2])]).toEqual([
    [0, 1, 1],
    [255, 1, 0],
  ])
  const reduced = await freeze({ reduceZeroLabel: true, exclude: ['road'] })
  expect(reduced.classes.map((c) => c.name)).toEqual(['car'])
  expect([row(reduced, 0, [5, 15, 25]), row(reduced, 1, [0, 1, 2])]).toEqual([
    [255, 0, 255],
    [255, 0, 255],
  ])
  expect(new Set([plain, merged, reduced].map(({ hash }) => hash)).size).toBe(3)
  await expect(freeze({ include: ['raod'] })).rejects.toMatchObject({ code: 'config/invalid', data: { nearest: 'road' } })
})

it('gives a run label maps of its own', async () => {
  const { folder, freeze } = await project('background\nroad\ncar\n')
  const snapshot = await freeze()
  const pinned = await pinLabels(snapshot, path.join(folder, 'runs/x/labels'))
  const before = readFileSync(snapshot.items[0]!.labelPath)
  rmSync(path.join(folder, 'cache'), { recursive: true })
  expect(readFileSync(pinned.items[0]!.labelPath).equals(before)).toBe(true)
  expect(pinned.hash).toBe(snapshot.hash)
  expect((await freeze()).items[0]!.labelPath).toBe(snapshot.items[0]!.labelPath)
})

it('says which picture is gone', async () => {
  const { root, freeze } = await project('background\nroad\ncar\n')
  rmSync(path.join(root, 'JPEGImages/a.jpg'))
  await expect(freeze()).rejects.toMatchObject({ code: 'file/not-found', data: { file: 'JPEGImages/a.jpg' } })
})

it('shows pictures as a browser can: the file itself, a thumbnail made once, an overlay of the annotations', async () => {
  const { root, store, folder, media, items, datasetId } = await project('background\nroad\ncar\n')
  const slot = { require: () => ({ store }), onOpen: () => undefined } as unknown as ProjectSlot
  const guard = createPictureGuard(slot, createEventHub(), media)
  const assets = createPictureAssets(slot, media, createTiledPictures({ slot, jobs: createJobQueue(), media, guard }), guard)
  const id = items.get('a')!.id
  const none = new URLSearchParams()
  expect(await assets.image(id, none)).toEqual({ type: 'image/jpeg', body: { file: path.join(root, 'JPEGImages/a.jpg') } })
  const [thumb, again] = await Promise.all([assets.thumb(id, none), assets.thumb(id, none)])
  expect(thumb).toEqual(again)
  if (!('file' in thumb.body)) throw new Error('no file')
  expect(await sharp(thumb.body.file).metadata()).toMatchObject({ format: 'webp', width: 40, height: 30 })
  const made = statSync(thumb.body.file).mtimeMs
  await assets.thumb(id, none)
  expect(statSync(thumb.body.file).mtimeMs).toBe(made)
  const overlay = await assets.overlay(id, new URLSearchParams('boxes=0&masks=1'))
  if (!('bytes' in overlay.body)) throw new Error('no bytes')
  const { data, info } = await sharp(overlay.body.bytes).raw().toBuffer({ resolveWithObject: true })
  expect(info).toMatchObject({ width: 40, height: 30, channels: 4 })
  const [, road, car] = await store.call('classes.list', { datasetId })
  const at = (x: number, y: number) => [...data.subarray((y * 40 + x) * 4, (y * 40 + x) * 4 + 4)]
  const rgb = (hex: string) => [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16))
  expect(at(15, 10).slice(0, 3)).toEqual(rgb(car!.color))
  expect(at(35, 10).slice(0, 3)).toEqual(rgb(road!.color))
  expect(at(5, 10)[3]).toBe(0)
  await expect(assets.thumb(newId(), none)).rejects.toMatchObject({ code: 'item/not-found' })
  const left = readdirSync(path.join(folder, 'cache/thumbs'), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  expect(left.map((entry) => path.extname(entry.name))).toEqual(['.webp'])
  rmSync(path.join(folder, 'cache'), { recursive: true })
  rmSync(path.join(root, 'JPEGImages/b.jpg'))
  // A copy of the same bytes that is still there is shown, though both are asked for at once.
  const both = await Promise.allSettled(['b', 'a'].map((name) => assets.thumb(items.get(name)!.id, none)))
  expect(both).toMatchObject([{ status: 'rejected', reason: { code: 'file/not-found' } }, { status: 'fulfilled' }])
})

it('refuses to train on a picture whose file holds something else now, by its name, whatever is trained', async () => {
  const { root, store, media, datasetId, freeze, items } = await project('sky\nroad\ncar\n')
  const originals = createOriginals(media, (_files, call) => call())
  const tune = () =>
    freezeObjects(store, {
      datasetId,
      config: requireSamTune({ task: 'promptedMask', base: { modelId: newId() } }),
      folder: temporaryFolder(),
      signal: new AbortController().signal,
      originals,
    })
  await edit(store, items.get('a')!.id, [
    {
      op: 'create',
      annotation: newBox({
        classId: null,
        shape: {
          kind: 'polygon',
          parts: [
            {
              outer: [
                [1, 1],
                [9, 1],
                [9, 9],
              ],
              holes: [],
            },
          ],
        },
      }),
    },
  ])
  const file = path.join(root, 'JPEGImages/b.jpg')
  const before = readFileSync(file)
  const first = [(await freeze()).hash, (await tune()).hash]
  await sharp({ create: { width: 40, height: 30, channels: 3, background: 'teal' } })
    .jpeg()
    .toFile(file)
  const changed = { code: 'file/changed', data: { file: 'JPEGImages/b.jpg', wasHash: expect.any(String) as string } }
  await expect(freeze()).rejects.toMatchObject(changed)
  await expect(tune()).rejects.toMatchObject(changed)
  writeFileSync(file, before)
  expect([(await freeze()).hash, (await tune()).hash]).toEqual(first)
})
