import { mkdirSync, rmSync, symlinkSync } from 'node:fs'
import path from 'node:path'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { CancelledError } from '../../src/shared/errors.ts'
import { maskArea } from '../../src/shared/geometry/rle.ts'
import { importFolder, itemsByName, jpeg, mask, newMedia, object, put, quietContext, voc } from './mediaFixture.ts'
import { newStore, temporaryFolder } from './projectFixture.ts'

const list = async (store: Awaited<ReturnType<typeof newStore>>, itemId: string) =>
  (await store.call('annotations.list', { itemId, client: 'A' })).annotations

describe('importing a VOC folder', () => {
  it('keeps boxes with all their fields, masks, objects, void and splits', async () => {
    const root = temporaryFolder()
    for (const name of ['a', 'b', 'c', 'd']) put(root, `JPEGImages/${name}.jpg`, await jpeg(40, 30))
    put(root, 'labels.txt', '_background_\r\ncar\r\ntree\r\n')
    put(
      root,
      'Annotations/a.xml',
      voc(object('car', [1, 1, 40, 30], '\t\t<pose>Left</pose>\n\t\t<weird>7</weird>\n') + object('ghost', [5, 6, 7, 8])),
    )
    put(
      root,
      'SegmentationClass/a.png',
      mask(40, 30, (x, y) => (y === 0 ? 255 : x < 10 ? 1 : x < 20 ? 2 : 0)),
    )
    put(
      root,
      'SegmentationClass/b.png',
      mask(40, 30, (x) => (x < 10 ? 1 : x < 20 ? 2 : x === 20 ? 255 : x < 30 ? 0 : 1)),
    )
    put(
      root,
      'SegmentationObject/b.png',
      mask(40, 30, (x) => (x < 10 ? 1 : x < 20 ? 2 : x === 20 ? 255 : x < 30 ? 0 : 3)),
    )
    put(
      root,
      'SegmentationClassAug/c.png',
      mask(40, 30, (x) => (x < 4 ? 7 : 0), 'grayscale'),
    )
    put(root, 'ImageSets/Segmentation/train.txt', '\uFEFFa\r\nb\r\n')
    put(root, 'ImageSets/Main/train.txt', 'a\nb\n')
    put(root, 'ImageSets/Main/car_train.txt', 'a  1\nb -1\n')
    put(root, 'ImageSets/Layout/val.txt', 'd 1\n')
    put(root, 'ImageSets/Main/val.txt', 'd\nnot-there\n')
    const store = await newStore()
    const report = await importFolder(store, newMedia(), root)
    expect(report).toMatchObject({
      items: 4,
      splits: [
        { name: 'train', items: 2 },
        { name: 'val', items: 1 },
        { name: 'aug', items: 1 },
      ],
    })
    expect(report.classes).toEqual([
      { name: '_background_', maskIndex: 0, created: false },
      { name: 'car', maskIndex: 1, created: false },
      { name: 'tree', maskIndex: 2, created: false },
      { name: 'ghost', maskIndex: null, created: true },
      { name: 'class 7', maskIndex: 7, created: true },
    ])
    expect(report.problems.map((p) => [p.code, p.file, p.line])).toEqual([
      ['voc/bad-split', 'ImageSets/Main/val.txt', 2],
      ['class/not-found', 'Annotations/a.xml', null],
      ['class/not-found', 'SegmentationClassAug/c.png', null],
    ])
    const dataset = await store.call('datasets.get', { datasetId: report.datasetId! })
    expect(dataset.dialect).toEqual({
      format: 'voc',
      vocOrigin: 1,
      exifTurned: true,
      classNamesFrom: 'labels.txt',
      voidIndex: 255,
      maskKind: 'mixed',
    })
    const items = await itemsByName(store, report.datasetId!)
    const classes = new Map((await store.call('classes.list', { datasetId: report.datasetId! })).map((c) => [c.id, c.name]))
    const facts = async (name: string) =>
      (await list(store, items.get(name)!.id)).map((a) => [
        a.region,
        classes.get(a.classId ?? '') ?? null,
        a.shape.kind,
        a.shape.kind === 'mask' ? maskArea(a.shape) : null,
      ])
    // No object numbers void, so it comes before the objects in the file's order; painting puts it last.
    expect(await facts('b')).toEqual([
      ['void', null, 'mask', 30],
      ['object', 'car', 'mask', 300],
      ['object', 'tree', 'mask', 300],
      ['object', 'car', 'mask', 300],
    ])
    const a = await list(store, items.get('a')!.id)
    expect(a.find((one) => one.attributes['pose'])).toMatchObject({
      shape: { kind: 'box', x: 0, y: 0, w: 40, h: 30 },
      attributes: { pose: 'Left', weird: '7' },
      provenance: { kind: 'import' },
      rev: 1,
    })
    expect(
      (await facts('a'))
        .filter(([, , kind]) => kind === 'mask')
        .map((f) => f[3])
        .sort(),
    ).toEqual([290, 290, 40])
    expect(await facts('c')).toEqual([['object', 'class 7', 'mask', 120]])
    expect(await facts('d')).toEqual([])
    expect(items.get('d')!.splits).toEqual(['val'])
  })

  it('names every bad file with its reason, and imports the rest', async () => {
    const top = temporaryFolder()
    const outside = temporaryFolder()
    put(outside, 'secret.jpg', await jpeg(40, 30))
    const root = path.join(top, 'VOCdevkit', 'VOC2012')
    const picture = await jpeg(40, 30)
    for (const name of ['good', 'doctype', 'broken', 'escape', 'absolute', 'boxes', 'sizes', 'short'])
      put(root, `JPEGImages/${name}.jpg`, picture)
    put(root, 'JPEGImages/cut.jpg', picture.subarray(0, picture.length - 40))
    put(root, 'JPEGImages/empty.jpg', '')
    put(root, 'JPEGImages/svg.jpg', '<svg xmlns="http://www.w3.org/2000/svg" width="4" height="4"/>')
    put(root, 'JPEGImages/old.bmp', 'BM 1234567890123456789012345678901234567890')
    const bomb = mask(40, 30, () => 1)
    bomb.writeUInt32BE(40_000, 16)
    bomb.writeUInt32BE(40_000, 20)
    put(root, 'JPEGImages/bomb.png', bomb)
    put(root, 'JPEGImages/good.png', await sharp(picture).png().toBuffer())
    symlinkSync(path.join(outside, 'secret.jpg'), path.join(root, 'JPEGImages', 'link.jpg'))
    put(root, 'Annotations/good.xml', voc(object('car', [2, 2, 9, 9])))
    put(root, 'Annotations/doctype.xml', '<?xml version="1.0"?>\n<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>\n<annotation/>')
    put(root, 'Annotations/broken.xml', voc(object('car', [2, 2, 9, 9])).replace('</object>', ''))
    put(root, 'Annotations/escape.xml', voc(object('car', [2, 2, 9, 9])).replace('x.jpg', '../../etc/passwd'))
    put(root, 'Annotations/absolute.xml', voc(object('car', [2, 2, 9, 9])).replace('x.jpg', 'C:\\pictures\\x.jpg'))
    put(
      root,
      'Annotations/boxes.xml',
      voc(
        object('car', [9, 2, 4, 9]) +
          object('car', [2, 2, 900, 9]) +
          object('car', ['NaN', 2, 9, 9]) +
          object('car', ['', 2, 9, 9]) +
          object('__proto__', [3, 3, 5, 5]),
      ),
    )
    put(root, 'Annotations/sizes.xml', voc(object('car', [2, 2, 9, 9]), '<size><width>4</width><height>3</height><depth>3</depth></size>'))
    put(root, 'Annotations/orphan.xml', voc(object('car', [2, 2, 9, 9])).replace('x.jpg', 'nobody.jpg'))
    put(
      root,
      'SegmentationClass/sizes.png',
      mask(20, 30, () => 1),
    )
    put(root, 'SegmentationClass/short.png', mask(40, 30, (x) => x).subarray(0, 120))
    put(root, 'SegmentationClass/good.png', await sharp(picture).png().toBuffer())
    put(root, 'ImageSets/Main/train.txt', 'good\n../../../etc/passwd\n/etc/passwd\n')
    const store = await newStore()
    const report = await importFolder(store, newMedia(), top)
    expect(
      report.problems
        .filter((p) => p.severity !== 'note')
        .map((p) => [p.file, p.line, p.code, p.severity])
        .sort(),
    ).toEqual(
      [
        ['JPEGImages/link.jpg', null, 'file/path-escape', 'refused'],
        ['JPEGImages/good.png', null, 'file/unsupported', 'refused'],
        ['JPEGImages/cut.jpg', null, 'file/truncated', 'refused'],
        ['JPEGImages/empty.jpg', null, 'file/empty', 'refused'],
        ['JPEGImages/svg.jpg', null, 'file/unsupported', 'refused'],
        ['JPEGImages/old.bmp', null, 'file/unsupported', 'refused'],
        ['JPEGImages/bomb.png', null, 'file/too-large', 'refused'],
        ['Annotations/orphan.xml', null, 'file/not-found', 'warning'],
        ['Annotations/doctype.xml', 2, 'voc/doctype', 'refused'],
        ['Annotations/broken.xml', 13, 'voc/bad-xml', 'refused'],
        ['Annotations/escape.xml', 2, 'file/path-escape', 'refused'],
        ['Annotations/absolute.xml', 2, 'file/path-escape', 'warning'],
        ['Annotations/boxes.xml', 4, 'voc/bad-box', 'warning'],
        ['Annotations/boxes.xml', 13, 'voc/bad-box', 'warning'],
        ['Annotations/boxes.xml', 25, 'voc/bad-box', 'refused'],
        ['Annotations/boxes.xml', 34, 'voc/bad-box', 'refused'],
        ['Annotations/sizes.xml', 1, 'voc/size-mismatch', 'warning'],
        ['SegmentationClass/sizes.png', null, 'voc/size-mismatch', 'refused'],
        ['SegmentationClass/short.png', null, 'file/truncated', 'refused'],
        ['SegmentationClass/good.png', null, 'voc/bad-mask', 'refused'],
        ['ImageSets/Main/train.txt', 2, 'file/path-escape', 'refused'],
        ['ImageSets/Main/train.txt', 3, 'file/path-escape', 'refused'],
      ].sort(),
    )
    expect(report.problems.every((p) => p.message.length > 10)).toBe(true)
    const items = await itemsByName(store, report.datasetId!)
    expect([...items.keys()]).toEqual(['absolute', 'boxes', 'broken', 'doctype', 'escape', 'good', 'short', 'sizes'])
    expect([...items.values()].map((item) => item.annotationCount)).toEqual([1, 3, 0, 0, 0, 1, 0, 1])
    expect(await store.call('datasets.problems', { datasetId: report.datasetId! })).toEqual(report.problems)
    expect((await store.call('classes.list', { datasetId: report.datasetId! })).some((c) => c.name === '__proto__')).toBe(true)
  })

  it('takes plain pictures, upright sizes, and split "none"', async () => {
    const root = temporaryFolder()
    put(
      root,
      'b/two.PNG',
      await sharp(await jpeg(30, 20))
        .png()
        .toBuffer(),
    )
    put(
      root,
      'a.webp',
      await sharp(await jpeg(30, 20))
        .webp()
        .toBuffer(),
    )
    put(
      root,
      'turned.jpeg',
      await sharp(await jpeg(30, 20))
        .withMetadata({ orientation: 6 })
        .jpeg()
        .toBuffer(),
    )
    put(
      root,
      'c.tiff',
      await sharp(await jpeg(30, 20))
        .tiff()
        .toBuffer(),
    )
    put(root, 'notes.txt', 'hello')
    const store = await newStore()
    const report = await importFolder(store, newMedia(), root)
    expect(report).toMatchObject({ items: 4, annotations: 0, problems: [], splits: [{ name: 'none', items: 4 }] })
    const items = await itemsByName(store, report.datasetId!)
    expect([...items].map(([name, { width, height, orientation }]) => [name, width, height, orientation])).toEqual([
      ['a', 30, 20, 1],
      ['b/two', 30, 20, 1],
      ['c', 30, 20, 1],
      ['turned', 20, 30, 6],
    ])
    expect((await store.call('datasets.get', { datasetId: report.datasetId! })).dialect.format).toBe('images')
    const car = await store.call('classes.add', { id: report.datasetId!, datasetId: report.datasetId!, name: 'car' })
    expect((await store.call('classes.list', { datasetId: report.datasetId! })).map((c) => [c.name, c.maskIndex])).toEqual([
      ['background', 0],
      ['car', 1],
    ])
    expect(car.order).toBe(1)
  })

  it('takes what shifts by __ignore__ from the folder above, and decides where boxes count from', async () => {
    const top = temporaryFolder()
    put(top, 'labels.txt', '__ignore__\n_background_\ncar\n')
    const root = path.join(top, 'voc')
    put(root, 'JPEGImages/a.jpg', await jpeg(40, 30))
    put(root, 'Annotations/a.xml', voc(object('car', [0, 2, 9, 9])))
    put(
      root,
      'SegmentationClass/a.png',
      mask(40, 30, (x) => (x < 8 ? 1 : 0), 'grayscale', 1),
    )
    const store = await newStore()
    const report = await importFolder(store, newMedia(), root)
    expect(report.problems).toEqual([])
    expect(report.classes.map((c) => [c.name, c.maskIndex])).toEqual([
      ['_background_', 0],
      ['car', 1],
    ])
    const [item] = [...(await itemsByName(store, report.datasetId!)).values()]
    expect((await list(store, item!.id)).map((a) => a.shape).find((s) => s.kind === 'box')).toEqual({ kind: 'box', x: 0, y: 2, w: 9, h: 7 })
  })

  it('keeps splits apart that contradict each other', async () => {
    const root = temporaryFolder()
    for (const name of ['a', 'b', 'c']) put(root, `JPEGImages/${name}.jpg`, await jpeg(8, 8))
    put(
      root,
      'SegmentationClass/a.png',
      mask(8, 8, () => 1),
    )
    put(root, 'ImageSets/Main/train.txt', 'a\nb\n')
    put(root, 'ImageSets/Main/val.txt', 'c\n')
    put(root, 'ImageSets/Segmentation/train.txt', 'b\n')
    put(root, 'ImageSets/Segmentation/val.txt', 'a\n')
    const report = await importFolder(await newStore(), newMedia(), root)
    expect(report.splits).toEqual([
      { name: 'Main/train', items: 2 },
      { name: 'Main/val', items: 1 },
      { name: 'train', items: 1 },
      { name: 'val', items: 1 },
    ])
  })

  it('says what a folder lacks', async () => {
    const store = await newStore()
    const media = newMedia()
    const root = temporaryFolder()
    await expect(importFolder(store, media, root)).rejects.toMatchObject({ code: 'dataset/empty' })
    put(root, 'Annotations/a.xml', '<annotation/>')
    await expect(importFolder(store, media, root)).rejects.toMatchObject({ code: 'dataset/not-voc' })
    await expect(importFolder(store, media, path.join(root, 'nothing'))).rejects.toMatchObject({ code: 'folder/not-found' })
    const several = temporaryFolder()
    for (const year of ['VOC2007', 'VOC2012']) mkdirSync(path.join(several, year, 'JPEGImages'), { recursive: true })
    await expect(importFolder(store, media, several)).rejects.toMatchObject({ code: 'dataset/not-voc' })
    expect(await store.call('datasets.list', {})).toEqual([])
  })

  it('reads masks in colours by labelmap.txt, and says which colour is nobody’s', async () => {
    const root = temporaryFolder()
    put(root, 'labelmap.txt', '# label:color_rgb:parts:actions\nbackground:0,0,0::\ncar:1,2,3::\ntree:7,8,9::\n')
    const colored = (at: (x: number) => number[]) =>
      sharp(Buffer.from(Array.from({ length: 40 * 30 }, (_, i) => at(i % 40)).flat()), { raw: { width: 40, height: 30, channels: 3 } })
        .png()
        .toBuffer()
    for (const name of ['a', 'b']) put(root, `JPEGImages/${name}.jpg`, await jpeg(40, 30))
    put(root, 'SegmentationClass/a.png', await colored((x) => (x < 10 ? [7, 8, 9] : x === 39 ? [224, 224, 192] : [0, 0, 0])))
    put(root, 'SegmentationClass/b.png', await colored((x) => (x === 5 ? [9, 9, 9] : [1, 2, 3])))
    const store = await newStore()
    const report = await importFolder(store, newMedia(), root)
    expect(report.problems).toMatchObject([{ file: 'SegmentationClass/b.png', code: 'voc/bad-mask', severity: 'refused' }])
    expect(report.problems[0]!.message).toContain('9,9,9 at pixel 5,0')
    const items = await itemsByName(store, report.datasetId!)
    const classes = await store.call('classes.list', { datasetId: report.datasetId! })
    const found = await list(store, items.get('a')!.id)
    expect(
      found.map((one) => [one.region, classes.find((c) => c.id === one.classId)?.name, one.shape.kind === 'mask' && maskArea(one.shape)]),
    ).toEqual([
      ['object', 'tree', 300],
      ['void', undefined, 30],
    ])
    expect((await store.call('datasets.get', { datasetId: report.datasetId! })).dialect.maskKind).toBe('color')
  })

  it('passes over no file in silence: formats it cannot read, links to folders, huge lists of bad lines', async () => {
    const root = temporaryFolder()
    const picture = await jpeg(8, 8)
    for (const name of ['a.jpg', 'b.jfif', 'frame 0.JPG', 'frame 1.jpg']) put(root, `JPEGImages/${name}`, picture)
    put(root, 'JPEGImages/old.bmp', 'BM 12345678901234567890')
    put(root, 'JPEGImages/moving.gif', 'GIF89a')
    put(root, 'JPEGImages/renamed.png', '\0\0\0\x20ftypavif')
    const large = mask(8, 8, () => 1)
    large.writeUInt32BE(2 ** 31 - 1, 16)
    large.writeUInt32BE(2 ** 31 - 1, 20)
    put(root, 'JPEGImages/large.png', large)
    symlinkSync('../JPEGImages', path.join(root, 'JPEGImages', 'again'))
    put(root, 'Annotations/a.xml', voc(object('car', ['NaN', 2, 9, 9]).repeat(300)))
    put(root, 'ImageSets/Main/train.txt', 'frame 0\nframe 1\n')
    put(root, 'ImageSets/Main/._train.txt', '\x01\x02')
    put(root, 'ImageSets/Main/bad.txt', '../../x\n'.repeat(5_000))
    const report = await importFolder(await newStore(), newMedia(), root)
    const refused = new Map(report.problems.filter((p) => p.severity === 'refused').map((p) => [p.file, p]))
    expect([...refused.keys()].sort()).toEqual([
      'Annotations/a.xml',
      'ImageSets/Main/bad.txt',
      'JPEGImages/again',
      'JPEGImages/large.png',
      'JPEGImages/moving.gif',
      'JPEGImages/old.bmp',
      'JPEGImages/renamed.png',
    ])
    expect(refused.get('JPEGImages/old.bmp')!.facts).toMatchObject({ found: 'BMP' })
    expect(refused.get('JPEGImages/renamed.png')!.facts).toMatchObject({ found: 'AVIF' })
    expect(refused.get('JPEGImages/large.png')).toMatchObject({ code: 'file/too-large' })
    expect(report.problems.length).toBeLessThan(450)
    expect(report.problems.map((p) => p.message)).toEqual(expect.arrayContaining(['and 100 more like this', 'and 4800 more like this']))
    expect(report.items).toBe(4)
    expect(report.splits).toEqual([
      { name: 'bad', items: 0 },
      { name: 'train', items: 2 },
    ])
  })

  it('puts what no list names into "none" when there is no ImageSets', async () => {
    const root = temporaryFolder()
    for (const name of ['a', 'b', 'c']) put(root, `JPEGImages/${name}.jpg`, await jpeg(8, 8))
    put(root, 'labelmap.txt', '# nothing yet\n')
    put(root, 'labels.txt', 'background\ncar\n')
    for (const name of ['a', 'b'])
      put(
        root,
        `SegmentationClassAug/${name}.png`,
        mask(8, 8, () => 1),
      )
    put(root, 'SegmentationClassAug/aug.txt', 'a\n')
    const store = await newStore()
    const report = await importFolder(store, newMedia(), root)
    expect(report.splits).toEqual([
      { name: 'aug', items: 2 },
      { name: 'none', items: 1 },
    ])
    expect(report.classes.map((c) => c.name)).toEqual(['background', 'car'])
    mkdirSync(path.join(root, 'ImageSets', 'Main'), { recursive: true })
    rmSync(path.join(root, 'SegmentationClassAug'), { recursive: true })
    expect((await importFolder(store, newMedia(), root)).splits).toEqual([{ name: 'none', items: 3 }])
  })

  it('leaves nothing when cancelled', async () => {
    const root = temporaryFolder()
    const picture = await jpeg(8, 8)
    for (let i = 0; i < 80; i++) put(root, `JPEGImages/${i}.jpg`, picture)
    const store = await newStore()
    const abort = new AbortController()
    const media = newMedia()
    const context = {
      signal: abort.signal,
      report: ({ phase, done }: { phase: string; done: number }) => (phase === 'read' && done > 20 ? abort.abort() : undefined),
    }
    await expect(importFolder(store, media, root, context)).rejects.toThrow(CancelledError)
    expect(await store.call('datasets.list', {})).toEqual([])
    expect((await importFolder(store, media, root, quietContext())).items).toBe(80)
  })
})
