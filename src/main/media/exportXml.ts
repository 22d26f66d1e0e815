import path from 'node:path'
import { shapeFromVocBox, vocBoxFromShape } from '../../shared/formats/vocBox.ts'
import type { VocBox, VocObject } from '../../shared/formats/vocXml.ts'
import { newVocXml, patchVocXml, type ObjectChange, type ObjectContent } from '../../shared/formats/vocXmlPatch.ts'
import type { BoxShape, Shape } from '../../shared/model/shape.ts'
import type { ExportAnnotation, ExportItem, ExportRules } from './exportRecords.ts'
import { boxesOf, parseVocFile, type ReadAnnotation } from './itemReader.ts'
import { createProblemList, type ProblemList } from './problemList.ts'
import { decodeText, encodeText, readTextFile } from './safeFiles.ts'
import { readAsImported, reportReplaced } from './sourceFiles.ts'

/** Path and bytes of the item's annotation file, or null when it stays as it is (or there is none and none is needed). */
export async function exportXml(
  root: string,
  item: ExportItem,
  rules: ExportRules,
  losses: ProblemList,
): Promise<{ relPath: string; bytes: Uint8Array } | null> {
  const source = item.sources.find((file) => file.kind === 'xml')
  const boxes = item.annotations.flatMap((annotation) => {
    const box = asBox(annotation, item, rules, losses)
    return box ? [{ annotation, box }] : []
  })
  const bytes = source && (await readAsImported(root, source, async (file) => (await readTextFile(root, file)).bytes, losses))
  if (source && bytes) {
    const { text, encoding } = decodeText(bytes)
    const patched = patchFile(text, source.relPath, boxes, item, rules)
    return patched === text ? null : { relPath: source.relPath, bytes: encodeText(patched, encoding) }
  }
  if (!source && boxes.length === 0) return null
  const relPath = source?.relPath ?? `Annotations/${item.name}.xml`
  if (!source) await reportReplaced(root, relPath, losses)
  return { relPath, bytes: encodeText(newFile(boxes, item, rules), 'utf8') }
}

interface Boxed {
  annotation: ExportAnnotation
  box: BoxShape
}

const content = ({ annotation, box }: Boxed, origin: 0 | 1): ObjectContent => ({
  name: annotation.className ?? '',
  box: vocBoxFromShape(box, origin),
  attributes: annotation.attributes,
})

function newFile(boxes: readonly Boxed[], item: ExportItem, rules: ExportRules): string {
  const { width, height } = item
  const objects = boxes.map((boxed) => content(boxed, rules.origin))
  return newVocXml({
    folder: rules.pictureFolder,
    filename: path.posix.basename(item.relPath),
    width,
    height,
    depth: 3,
    segmented: rules.hasMasks,
    objects,
  })
}

function patchFile(text: string, relPath: string, boxes: readonly Boxed[], item: ExportItem, rules: ExportRules): string {
  const file = parseVocFile(text, relPath)
  const imported = new Map(boxesOf(file, relPath, rules.origin, item, createProblemList()).map((read) => [read.source.index, read]))
  const current = new Map(
    boxes.flatMap((boxed) => (boxed.annotation.origin?.kind === 'xml' ? [[boxed.annotation.origin.index, boxed] as const] : [])),
  )
  const changes = new Map<number, ObjectChange>()
  for (const object of file.objects) {
    const before = imported.get(object.index)
    // What could not be read as a box was never ours to change.
    if (!before) continue
    const now = current.get(object.index)
    const change = now ? changeOf(object, before, now, rules.origin) : null
    if (change === null || Object.keys(change).length > 0) changes.set(object.index, change)
  }
  const added = boxes.filter(({ annotation }) => annotation.origin?.kind !== 'xml' || !imported.has(annotation.origin.index))
  return patchVocXml(
    text,
    file,
    changes,
    added.map((boxed) => content(boxed, rules.origin)),
  )
}

/** Only the fields that are no longer as they were read. */
function changeOf(object: VocObject, before: ReadAnnotation, now: Boxed, origin: 0 | 1): Partial<ObjectContent> {
  const change: Partial<ObjectContent> = {}
  const name = now.annotation.className ?? ''
  if (name !== object.name) change.name = name
  const was = object.box && shapeFromVocBox(object.box, origin)
  if (!was || (['x', 'y', 'w', 'h'] as const).some((key) => was[key] !== now.box[key]))
    change.box = keepDigits(vocBoxFromShape(now.box, origin), object.box)
  const { attributes } = now.annotation
  const keys = new Set([...Object.keys(before.attributes), ...Object.keys(attributes)])
  if ([...keys].some((key) => before.attributes[key] !== attributes[key])) change.attributes = attributes
  return change
}

/** An edge that was not moved keeps all the digits it has in the file. */
function keepDigits(box: VocBox, was: VocBox | null): VocBox {
  const edge = (key: keyof VocBox) => (was && Math.abs(was[key] - box[key]) <= 0.0005 ? was[key] : box[key])
  return { xmin: edge('xmin'), ymin: edge('ymin'), xmax: edge('xmax'), ymax: edge('ymax') }
}

/** The box that stands for an annotation in a dataset of boxes; what gets lost by that is reported. */
function asBox(annotation: ExportAnnotation, item: ExportItem, rules: ExportRules, losses: ProblemList): BoxShape | null {
  const { shape, region, origin } = annotation
  const lose = (message: string) => losses.add({ file: item.relPath, code: 'annotation/invalid', message, severity: 'warning' })
  if (shape.kind === 'box') {
    const rounded = rules.origin === 1 && [shape.x, shape.y, shape.w, shape.h].some((v) => !Number.isInteger(v))
    if (rounded)
      losses.add({ file: item.relPath, code: 'annotation/invalid', message: 'a box was rounded to whole pixels', severity: 'note' })
    return shape
  }
  if (region === 'void') return null
  switch (shape.kind) {
    case 'rotatedBox':
      lose('a rotated box became the upright box around it')
      return boundsOf(shape)
    case 'polygon':
    case 'mask': {
      const isBox = origin?.kind === 'xml'
      if (isBox || !rules.hasMasks) lose(`a ${shape.kind} became the box around it`)
      // Where a dataset has both, a region drawn here gets its box as well.
      const written = isBox || !rules.hasMasks || (rules.hasBoxes && origin === null)
      if (!written && Object.keys(annotation.attributes).length > 0) lose(`the attributes of a ${shape.kind} have no place in a mask file`)
      return written ? boundsOf(shape) : null
    }
    default:
      lose(`a ${shape.kind} has no place in this format and was left out`)
      return null
  }
}

function boundsOf(shape: Exclude<Shape, { kind: 'box' | 'polyline' | 'point' }>): BoxShape | null {
  if (shape.kind === 'mask') return { kind: 'box', x: shape.x, y: shape.y, w: shape.w, h: shape.h }
  const points = shape.kind === 'polygon' ? shape.parts.flatMap((part) => part.outer) : cornersOf(shape)
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
