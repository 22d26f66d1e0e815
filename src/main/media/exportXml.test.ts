import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { parseVocXml } from '../../shared/formats/vocXml.ts'
import type { Shape } from '../../shared/model/shape.ts'
import type { ExportAnnotation, ExportItem, ExportRules } from './exportRecords.ts'
import { exportXml } from './exportXml.ts'
import { createProblemList } from './problemList.ts'
import { hashBytes } from './safeFiles.ts'

const rules: ExportRules = {
  origin: 0,
  turned: true,
  background: true,
  hasBoxes: true,
  hasMasks: false,
  hasObjectMasks: false,
  legend: null,
  pictureFolder: 'JPEGImages',
}

const box = (x: number, y: number, w: number, h: number): Shape => ({ kind: 'box', x, y, w, h })

const object = (fields: Partial<ExportAnnotation>): ExportAnnotation => ({
  id: 'a',
  region: 'object',
  shape: box(1, 2, 10, 10),
  attributes: {},
  z: 0,
  className: 'car',
  maskIndex: null,
  origin: null,
  ...fields,
})

/** What becomes of a picture of 50 x 40 pixels, whose annotation file (null: it has none) lies in a folder of its own. */
async function written(annotations: ExportAnnotation[], file: string | null = null, options: Partial<ExportRules> = {}, latin = false) {
  const root = mkdtempSync(path.join(tmpdir(), 'export-xml-'))
  onTestFinished(() => rmSync(root, { recursive: true }))
  const bytes = Buffer.from(file ?? '', latin ? 'latin1' : 'utf8')
  const source = { kind: 'xml' as const, relPath: 'Annotations/one.xml', sha256: hashBytes(bytes), bytes: bytes.length }
  if (file !== null) {
    mkdirSync(path.join(root, 'Annotations'))
    writeFileSync(path.join(root, source.relPath), bytes)
  }
  const sources = file === null ? [] : [source]
  const item: ExportItem = { name: 'one', relPath: 'JPEGImages/one.jpg', width: 50, height: 40, orientation: 1, sources, annotations }
  const losses = createProblemList()
  const result = await exportXml(root, item, { ...rules, ...options }, losses)
  const text = result && Buffer.from(result.bytes).toString(latin ? 'latin1' : 'utf8')
  return { text, losses: losses.list().map(({ message }) => message) }
}

const imported = (name: string, inner = '') =>
  `<annotation>\n\t<object>\n\t\t<name>${name}</name>\n${inner}\t\t<bndbox><xmin>1</xmin><ymin>2</ymin><xmax>11</xmax><ymax>12</ymax></bndbox>\n\t</object>\n</annotation>\n`

const polygon: Shape = {
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
}

it('writes no void region as an object: a mask holds it, and where there is none it is named as lost', async () => {
  const lost = 'a void region has no mask to be in and was left out'
  const drawn = object({ region: 'void', className: null })
  expect(await written([drawn, object({ region: 'void', shape: polygon })])).toEqual({ text: null, losses: [lost, lost] })
  expect(await written([drawn], null, { hasMasks: true })).toEqual({ text: null, losses: [] })
  const described = object({ region: 'void', attributes: { occluded: true } })
  expect((await written([described], null, { hasMasks: true })).losses).toEqual([
    'the attributes of a void region have no place in a mask file',
  ])
  const line: Shape = {
    kind: 'polyline',
    points: [
      [1, 1],
      [5, 5],
    ],
  }
  expect((await written([object({ region: 'void', shape: line })], null, { hasMasks: true })).losses).toEqual([lost])
  // One that was an object of the file is so no more.
  const after = await written([object({ region: 'void', origin: { kind: 'xml', index: 0 } })], imported('car'), { hasMasks: true })
  expect(after).toEqual({ text: '<annotation>\n</annotation>\n', losses: [] })
})

it('cuts new boxes and moved edges to the picture, leaves out what lies beside it, and says so', async () => {
  const cut = 'a box that reached over the edge of the picture was cut to it'
  const over = object({ shape: box(-3, 5, 79, 40) })
  const first = await written([over, object({ shape: box(60, 1, 5, 5) })])
  expect(first.losses).toEqual([cut, 'a box that lies outside of the picture was left out'])
  expect(first.text?.match(/<(xmin|ymin|xmax|ymax)>[^<]*/g)).toEqual(['<xmin>0', '<ymin>5', '<xmax>50', '<ymax>40'])
  const ofOne = await written([over], null, { origin: 1 })
  expect(ofOne.text?.match(/<(xmin|ymin|xmax|ymax)>[^<]*/g)).toEqual(['<xmin>1', '<ymin>6', '<xmax>50', '<ymax>40'])
  // An edge that lay outside when it was imported, and was not moved, stays as it is.
  const file = imported('car').replace('<xmin>1<', '<xmin>-4.5<')
  const origin = { kind: 'xml' as const, index: 0 }
  const moved = await written([object({ shape: box(-4.5, 2, 90, 10), origin })], file)
  expect(moved).toEqual({ text: file.replace('<xmax>11<', '<xmax>50<'), losses: [cut] })
  expect(await written([object({ shape: box(-4.5, 2, 15.5, 10), origin })], file)).toEqual({ text: null, losses: [] })
})

it('writes attributes by names in any script, and names those that cannot be written', async () => {
  const attributes = { 颜色: '红', цвет: 'a<b', 'door count': 4, '2nd': true, bndbox: 'x', occluded: true }
  const { text, losses } = await written([object({ attributes })])
  expect(parseVocXml(text!).objects[0]!.attributes).toMatchObject({ 颜色: '红', цвет: 'a<b', occluded: '1' })
  expect(losses).toEqual(["attributes whose names cannot stand in this file were left out: 'door count', '2nd', 'bndbox'"])
  // Fields of the file keep whatever names they have there; what stands inside of a tag stays.
  const file = imported('car', '\t\t<part id="7"><name>head</name></part>\n')
  const origin = { kind: 'xml' as const, index: 0 }
  const known = { 'part@id': '7', 'part.name': 'foot' }
  expect(await written([object({ attributes: known, origin })], file)).toEqual({ text: file.replace('head', 'foot'), losses: [] })
  const changed = await written([object({ attributes: { ...known, 'part@id': '8' }, origin })], file)
  expect(changed.losses).toEqual(["attributes whose names cannot stand in this file were left out: 'part@id'"])
})

it('keeps every other byte of a file of single bytes, whatever is written into it', async () => {
  const file = imported('caf\u00e9')
  const origin = { kind: 'xml' as const, index: 0 }
  const { text, losses } = await written([object({ className: '汽车', attributes: { 颜色: '红', note: '红' }, origin })], file, {}, true)
  expect(text).toBe(file.replace('café</name>', '&#x6c7d;&#x8f66;</name>').replace('</bndbox>\n', '</bndbox>\n\t\t<note>&#x7ea2;</note>\n'))
  expect(losses).toEqual(["attributes whose names cannot stand in this file were left out: '颜色'"])
})

it('says that a box has no class, where the file did not say so before', async () => {
  const lost = ['a box without a class was written without a name']
  const drawn = await written([object({ className: null })])
  expect([drawn.text?.includes('<name></name>'), drawn.losses]).toEqual([true, lost])
  const origin = { kind: 'xml' as const, index: 0 }
  const unnamed = object({ shape: box(1, 2, 10, 10), className: null, origin })
  expect((await written([unnamed], imported('car'))).losses).toEqual(lost)
  expect(await written([unnamed], imported(''))).toEqual({ text: null, losses: [] })
})
