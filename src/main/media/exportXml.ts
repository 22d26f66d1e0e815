import path from 'node:path'
import { vocBoxFromShape } from '../../shared/formats/vocBox.ts'
import type { VocBox, VocObject } from '../../shared/formats/vocXml.ts'
import { newVocXml, patchVocXml, unwritable, type ObjectChange, type ObjectContent } from '../../shared/formats/vocXmlPatch.ts'
import { paintedShape } from '../../shared/geometry/rasterize.ts'
import { attributeOf, type Attributes } from '../../shared/model/annotation.ts'
import type { BoxShape, Shape } from '../../shared/model/shape.ts'
import { turnedSize } from '../../shared/picture/turn.ts'
import type { Remark, RemarkFacts } from '../../shared/remarks.ts'
import { writtenPicture, type ExportAnnotation, type ExportItem, type ExportRules } from './exportRecords.ts'
import { storedBox, turnOfFile } from './exifTurn.ts'
import { boxesOf, parseVocFile, type ReadAnnotation } from './itemReader.ts'
import { createProblemList, type ProblemList } from './problemList.ts'
import { decodeText, encodeText, readTextFile } from './safeFiles.ts'
import { readAsImported, reportReplaced } from './sourceFiles.ts'

/** A picture on its way into its file. */
interface Writing {
  item: ExportItem
  rules: ExportRules
  /** Every character of the file is one byte. */
  narrow: boolean
  /** Its boxes lie on the picture before this EXIF orientation. */
  turn: number
  readonly lose: (remark: Remark, facts?: RemarkFacts, severity?: 'warning' | 'note') => void
}

/** Path and bytes of the item's annotation file, or null when it stays as it is (or there is none and none is needed). */
export async function exportXml(
  root: string,
  item: ExportItem,
  rules: ExportRules,
  losses: ProblemList,
): Promise<{ relPath: string; bytes: Uint8Array } | null> {
  const lose: Writing['lose'] = (remark, facts, severity = 'warning') =>
    losses.add({ file: item.relPath, code: 'annotation/invalid', remark, facts, severity })
  const writing = { item, rules, narrow: false, turn: 1, lose }
  const source = item.sources.find((file) => file.kind === 'xml')
  const boxes = item.annotations.flatMap((annotation) => {
    const box = asBox(annotation, writing)
    return box ? [{ annotation, box }] : []
  })
  const bytes = source && (await readAsImported(root, source, async (file) => (await readTextFile(root, file)).bytes, losses))
  if (source && bytes) {
    const { text, encoding } = decodeText(bytes)
    const narrow = encoding === 'latin1'
    const patched = patchFile(text, source.relPath, boxes, { ...writing, narrow })
    return patched === text ? null : { relPath: source.relPath, bytes: encodeText(narrow ? asReferences(patched) : patched, encoding) }
  }
  const objects = boxes.flatMap((boxed) => newObject(boxed, writing))
  if (!source && objects.length === 0) return null
  const relPath = source?.relPath ?? `Annotations/${item.name}.xml`
  if (!source) await reportReplaced(root, relPath, losses)
  return { relPath, bytes: encodeText(newFile(objects, writing), 'utf8') }
}

/** Characters that a byte cannot hold, by number, as XML has them. */
const asReferences = (text: string): string => text.replace(/[^\0-\xff]/gu, (character) => `&#x${character.codePointAt(0)!.toString(16)};`)

interface Boxed {
  annotation: ExportAnnotation
  box: BoxShape
}

const outside = ({ x, y, w, h }: BoxShape, { width, height }: ExportItem): boolean => x >= width || y >= height || x + w <= 0 || y + h <= 0

/** An object that is in no file yet; none where it has no place in the picture. */
function newObject({ annotation, box }: Boxed, writing: Writing): ObjectContent[] {
  const { item, lose } = writing
  if (outside(box, item)) return (lose('boxOutside'), [])
  if (annotation.className === null) lose('nameless')
  return [{ name: annotation.className ?? '', box: boxInside(box, null, writing), attributes: writable(annotation, null, writing) }]
}

function newFile(objects: readonly ObjectContent[], { item, rules }: Writing): string {
  const { width, height } = item
  return newVocXml({
    folder: rules.pictureFolder,
    filename: path.posix.basename(writtenPicture(item)),
    width,
    height,
    depth: 3,
    segmented: rules.hasMasks,
    objects,
  })
}

function patchFile(text: string, relPath: string, boxes: readonly Boxed[], asIs: Writing): string {
  const { item, rules } = asIs
  const file = parseVocFile(text, relPath)
  const picture = rules.turned ? item : { ...item, orientation: 1 }
  const writing = { ...asIs, turn: turnOfFile(file, picture) }
  const imported = new Map(boxesOf(file, relPath, rules.origin, picture, createProblemList()).map((read) => [read.source.index, read]))
  const current = new Map(
    boxes.flatMap((boxed) => (boxed.annotation.origin?.kind === 'xml' ? [[boxed.annotation.origin.index, boxed] as const] : [])),
  )
  const changes = new Map<number, ObjectChange>()
  for (const object of file.objects) {
    const before = imported.get(object.index)
    // What could not be read as a box was never ours to change.
    if (!before) continue
    const now = current.get(object.index)
    const change = now ? changeOf(object, before, now, writing) : null
    if (change === null || Object.keys(change).length > 0) changes.set(object.index, change)
  }
  const added = boxes.filter(({ annotation }) => annotation.origin?.kind !== 'xml' || !imported.has(annotation.origin.index))
  return patchVocXml(
    text,
    file,
    changes,
    added.flatMap((boxed) => newObject(boxed, writing)),
  )
}

/** Only the fields that are no longer as they were read. */
function changeOf(object: VocObject, before: ReadAnnotation, now: Boxed, writing: Writing): ObjectChange {
  const { item, lose } = writing
  const change: Partial<ObjectContent> = {}
  const was = before.shape.kind === 'box' ? before.shape : null
  if (!was || (['x', 'y', 'w', 'h'] as const).some((key) => was[key] !== now.box[key])) {
    if (outside(now.box, item)) return (lose('boxOutside'), null)
    change.box = boxInside(now.box, object.box, writing)
  }
  const name = now.annotation.className ?? ''
  if (name !== object.name) {
    change.name = name
    if (name === '') lose('nameless')
  }
  const { attributes } = now.annotation
  const keys = new Set([...Object.keys(before.attributes), ...Object.keys(attributes)])
  if ([...keys].some((key) => attributeOf(before.attributes, key) !== attributeOf(attributes, key)))
    change.attributes = writable(now.annotation, object, writing)
  return change
}

/** The attributes that the file can hold; the others are named as lost. */
function writable({ attributes }: ExportAnnotation, object: VocObject | null, { narrow, lose }: Writing): Attributes {
  const wide = narrow ? Object.keys(attributes).filter((name) => /[^\0-\xff]/.test(name)) : []
  const lost = new Set([...unwritable(attributes, object), ...wide])
  if (lost.size === 0) return attributes
  const shown = [...lost].slice(0, 8).map((name) => `'${name.slice(0, 40)}'`)
  lose('attributeNames', { names: shown.join(', '), more: lost.size > shown.length ? lost.size - shown.length : null })
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => !lost.has(name)))
}

/** A box cut to the picture; an edge that was not moved keeps all the digits it has in the file, wherever it lies. */
function boxInside(upright: BoxShape, was: VocBox | null, { item, rules, turn, lose }: Writing): VocBox {
  const { width, height } = turnedSize(item, turn)
  const box = vocBoxFromShape(storedBox(upright, { width, height }, turn), rules.origin)
  let cut = false
  const edge = (key: keyof VocBox, most: number) => {
    if (was && Math.abs(was[key] - box[key]) <= 0.0005) return was[key]
    const inside = Math.min(most, Math.max(rules.origin, box[key]))
    if (inside !== box[key]) cut = true
    return inside
  }
  const inside = { xmin: edge('xmin', width), ymin: edge('ymin', height), xmax: edge('xmax', width), ymax: edge('ymax', height) }
  if (cut) lose('boxCut')
  return inside
}

/** The box that stands for an annotation in a dataset of boxes; what gets lost by that is reported. */
function asBox(annotation: ExportAnnotation, { rules, lose }: Writing): BoxShape | null {
  const { shape, region, origin } = annotation
  // Void regions are pixels of a mask (255), never an object: a detector would learn to find them.
  if (region === 'void') {
    if (!rules.hasMasks || !paintedShape(annotation)) lose('voidLeftOut')
    else if (Object.keys(annotation.attributes).length > 0) lose('voidAttributes')
    return null
  }
  if (shape.kind === 'box') {
    const rounded = rules.origin === 1 && [shape.x, shape.y, shape.w, shape.h].some((v) => !Number.isInteger(v))
    if (rounded) lose('boxRounded', {}, 'note')
    return shape
  }
  switch (shape.kind) {
    case 'rotatedBox':
      lose('rotatedUpright')
      return boundsOf(shape)
    case 'polygon':
    case 'mask': {
      const isBox = origin?.kind === 'xml'
      if (isBox || !rules.hasMasks) lose(shape.kind === 'mask' ? 'maskBoxed' : 'polygonBoxed')
      // Where a dataset has both, a region drawn here gets its box as well.
      const written = isBox || !rules.hasMasks || (rules.hasBoxes && origin === null)
      if (!written && Object.keys(annotation.attributes).length > 0) lose(shape.kind === 'mask' ? 'maskAttributes' : 'polygonAttributes')
      return written ? boundsOf(shape) : null
    }
    default:
      lose(shape.kind === 'point' ? 'pointLeftOut' : 'polylineLeftOut')
      return null
  }
}

function boundsOf(shape: Exclude<Shape, { kind: 'box' | 'polyline' | 'point' }>): BoxShape | null {
  if (shape.kind === 'mask') return { kind: 'box', x: shape.x, y: shape.y, w: shape.w, h: shape.h }
  const points = shape.kind === 'polygon' ? shape.parts.flatMap((part) => [...part.outer, ...part.holes.flat()]) : cornersOf(shape)
  const low = [Infinity, Infinity]
  const high = [-Infinity, -Infinity]
  for (const point of points) {
    for (const axis of [0, 1] as const) {
      low[axis] = Math.min(low[axis]!, point[axis])
      high[axis] = Math.max(high[axis]!, point[axis])
    }
  }
  const [x, y, right, bottom] = [low[0]!, low[1]!, high[0]!, high[1]!]
  return right > x && bottom > y ? { kind: 'box', x, y, w: right - x, h: bottom - y } : null
}

function cornersOf({ cx, cy, w, h, angleRad }: Extract<Shape, { kind: 'rotatedBox' }>): [number, number][] {
  const cos = Math.cos(angleRad)
  const sin = Math.sin(angleRad)
  return [-1, 1].flatMap((a) =>
    [-1, 1].map((b): [number, number] => [cx + (a * w * cos - b * h * sin) / 2, cy + (a * w * sin + b * h * cos) / 2]),
  )
}
