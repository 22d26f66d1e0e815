import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import sharp from 'sharp'
import { expect, it, onTestFinished } from 'vitest'
import type { ScanEntry } from './datasetScan.ts'
import { exportMasks } from './exportMasks.ts'
import type { ExportAnnotation, ExportItem, ExportRules } from './exportRecords.ts'
import { exportXml } from './exportXml.ts'
import { encodeIndexPng } from './indexPng.ts'
import { readItem, type ReadItem } from './itemReader.ts'
import { createProblemList } from './problemList.ts'

const [width, height] = [40, 30]
/** As it is drawn on the stored pixels: left, top, right, bottom. */
const [x0, y0, x1, y1] = [4, 6, 15, 12]
const entry: ScanEntry = {
  name: 'a',
  image: 'JPEGImages/a.jpg',
  xml: 'Annotations/a.xml',
  classMask: 'SegmentationClass/a.png',
  augMask: null,
  objectMask: 'SegmentationObject/a.png',
}
const rules: ExportRules = {
  origin: 0,
  turned: true,
  background: true,
  hasBoxes: true,
  hasMasks: true,
  hasObjectMasks: true,
  legend: null,
  pictureFolder: 'JPEGImages',
}

const xmlOf = (size: string) =>
  `<annotation>${size}<object><name>car</name><bndbox><xmin>${x0}.0</xmin><ymin>${y0}.0</ymin><xmax>${x1}.0</xmax><ymax>${y1}.0</ymax></bndbox></object></annotation>\n`
const marked = Uint8Array.from({ length: width * height }, (_, i) => {
  const [x, y] = [i % width, Math.floor(i / width)]
  return x >= x0 && x < x1 && y >= y0 && y < y1 ? 1 : 0
})

/** A dataset with one picture that its EXIF turns, and labels that were drawn on it as it is stored. */
async function dataset(orientation: number, size = `<size><width>${width}</width><height>${height}</height></size>`) {
  const root = mkdtempSync(path.join(tmpdir(), 'mw-exif-turn-'))
  onTestFinished(() => rmSync(root, { recursive: true }))
  const put = (relPath: string, bytes: Uint8Array | string) => {
    mkdirSync(path.dirname(path.join(root, relPath)), { recursive: true })
    writeFileSync(path.join(root, relPath), bytes)
  }
  const mask = encodeIndexPng({ width, height, indices: marked, kind: 'palette', bitDepth: 8, palette: null })
  put(
    entry.image,
    await sharp({ create: { width, height, channels: 3, background: 'red' } })
      .withMetadata({ orientation })
      .jpeg()
      .toBuffer(),
  )
  put(entry.xml!, xmlOf(size))
  put(entry.classMask!, mask)
  put(entry.objectMask!, mask)
  const read = () => readItem(root, entry, { origin: 0, background: true, legend: null })
  return { root, put, read }
}

/** Where the marked pixels are when sharp turns them. */
async function uprightMark(orientation: number) {
  const grey = await sharp(marked, { raw: { width, height, channels: 1 } })
    .png()
    .withMetadata({ orientation })
    .toBuffer()
  const { data, info } = await sharp(grey).autoOrient().extractChannel(0).raw().toBuffer({ resolveWithObject: true })
  const places = [...data].flatMap((v, i) => (v > 0 ? [[i % info.width, Math.floor(i / info.width)] as const] : []))
  const [xs, ys] = [places.map(([x]) => x), places.map(([, y]) => y)]
  const [x, y] = [Math.min(...xs), Math.min(...ys)]
  return { x, y, w: Math.max(...xs) + 1 - x, h: Math.max(...ys) + 1 - y }
}

const toExport = ({ name, relPath, picture, sources, annotations }: ReadItem): ExportItem => ({
  name,
  relPath,
  width: picture.width,
  height: picture.height,
  orientation: picture.orientation,
  sources,
  annotations: annotations.map(({ region, shape, attributes, z, source }, i): ExportAnnotation => ({
    id: String(i),
    region,
    shape,
    attributes,
    z,
    className: 'car',
    maskIndex: 1,
    origin: source,
  })),
})

it('turns boxes and masks that were drawn without the EXIF turn with their picture, and back into their files', async () => {
  for (const orientation of [5, 6, 7, 8]) {
    const { root, put, read } = await dataset(orientation)
    const { item, problems } = await read()
    expect(problems.map(({ file, remark, severity }) => [file, remark, severity])).toEqual([
      [entry.classMask, 'turnedAlong', 'note'],
      [entry.objectMask, 'turnedAlong', 'note'],
      [entry.xml, 'turnedAlong', 'note'],
    ])
    const place = await uprightMark(orientation)
    expect(item!.annotations.map(({ shape }) => shape)).toMatchObject([
      { kind: 'mask', ...place },
      { kind: 'box', ...place },
    ])
    const exported = toExport(item!)
    const losses = createProblemList()
    expect(await exportXml(root, exported, rules, losses)).toBeNull()
    expect(await exportMasks(root, exported, rules, losses, new Set())).toEqual([])

    // One side of the box moves by two pixels, which is one number of the file; the mask goes.
    const [, box] = exported.annotations
    const moved = { ...place, w: place.w - 2 }
    const changed = { ...exported, annotations: [{ ...box!, shape: { kind: 'box' as const, ...moved } }] }
    const xml = (await exportXml(root, changed, rules, losses))!
    const numbers = (text: string) => [...text.matchAll(/<[xy]m..>([\d.]+)</g)].map((match) => match[1])
    const text = Buffer.from(xml.bytes).toString()
    expect(numbers(text).filter((number, i) => number !== [`${x0}.0`, `${y0}.0`, `${x1}.0`, `${y1}.0`][i])).toHaveLength(1)
    put(entry.xml!, text)
    for (const { relPath, bytes } of await exportMasks(root, changed, rules, losses, new Set())) put(relPath, bytes)
    expect(losses.list()).toEqual([])
    const again = await read()
    expect(again.item!.annotations.map(({ shape }) => shape)).toMatchObject([{ kind: 'box', ...moved }])
    expect(again.problems).toHaveLength(3)
    // An object that is new in the file is written as the others are.
    const added = { ...changed, annotations: [{ ...box!, origin: null, shape: { kind: 'box' as const, ...moved } }] }
    put(entry.xml!, (await exportXml(root, { ...added, sources: again.item!.sources }, rules, losses))!.bytes)
    expect((await read()).item!.annotations.map(({ shape }) => shape)).toMatchObject([{ kind: 'box', ...moved }])
  }
})

it('leaves files of earlier imports as they are, whose boxes were not turned', async () => {
  const { root, read } = await dataset(6)
  const exported = toExport((await read()).item!)
  const asWritten = { kind: 'box' as const, x: x0, y: y0, w: x1 - x0, h: y1 - y0 }
  const annotations = exported.annotations.map((one) => (one.origin?.kind === 'xml' ? { ...one, shape: asWritten } : one))
  expect(await exportXml(root, { ...exported, annotations }, { ...rules, turned: false }, createProblemList())).toBeNull()
})

it('says where sizes do not tell whether a file was made with the turn', async () => {
  const asWritten = { kind: 'box', x: x0, y: y0, w: x1 - x0, h: y1 - y0 }
  for (const [orientation, size] of [
    [3, undefined],
    [2, undefined],
  ] as const) {
    const { item, problems } = await (await dataset(orientation, size)).read()
    expect(problems.map(({ file, remark, severity }) => [file, remark, severity])).toEqual(
      [entry.classMask, entry.objectMask, entry.xml].map((file) => [file, 'turnOpen', 'warning']),
    )
    expect(item!.annotations.at(-1)!.shape).toEqual(asWritten)
  }
  const unsized = await (await dataset(6, '')).read()
  expect(unsized.problems.at(-1)).toMatchObject({ file: entry.xml, remark: 'turnOpen' })
  const upright = await (await dataset(6, `<size><width>${height}</width><height>${width}</height></size>`)).read()
  expect(upright.problems.filter(({ file }) => file === entry.xml)).toEqual([])
  expect(upright.item!.annotations.at(-1)!.shape).toEqual(asWritten)
  expect((await (await dataset(1)).read()).problems).toEqual([])
})
