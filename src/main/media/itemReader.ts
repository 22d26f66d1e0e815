import { append } from '../../shared/append.ts'
import { AppError } from '../../shared/errors.ts'
import { boxFault, shapeFromVocBox } from '../../shared/formats/vocBox.ts'
import { parseVocXml, type VocFile } from '../../shared/formats/vocXml.ts'
import { XmlFault } from '../../shared/formats/xmlTree.ts'
import type { MaskLegend } from '../../shared/formats/maskLegend.ts'
import { masksFromIndexMap } from '../../shared/geometry/rle.ts'
import type { Attributes } from '../../shared/model/annotation.ts'
import type { FileProblem } from '../../shared/model/dataset.ts'
import type { Shape } from '../../shared/model/shape.ts'
import { turnedSize, type UprightPicture } from '../../shared/picture/turn.ts'
import type { Remark, RemarkFacts } from '../../shared/remarks.ts'
import type { SourceFile, SourceKind } from '../db/records.ts'
import type { ScanEntry } from './datasetScan.ts'
import { noteMaskTurn, noteSize, turnedMask, turnOfFile, turnOfMask, uprightBox } from './exifTurn.ts'
import { decodeIndexPng, readPngHeader, type IndexPng } from './indexPng.ts'
import { inspectPicture, type PictureFacts } from './picture.ts'
import { createProblemList, type ProblemList } from './problemList.ts'
import { hasParentStep, hashBytes, isAbsoluteAnywhere, readSmallFile, readTextFile } from './safeFiles.ts'

/** What a region is of, before classes have ids: a box's name or a mask's index; null for void. */
export type ClassRef = { name: string } | { index: number } | null

export interface ReadAnnotation {
  class: ClassRef
  region: 'object' | 'void'
  shape: Shape
  attributes: Attributes
  z: number
  source: { kind: SourceKind; index: number }
}

export interface ReadItem {
  name: string
  relPath: string
  picture: PictureFacts
  sources: SourceFile[]
  annotations: ReadAnnotation[]
  maskKinds: IndexPng['kind'][]
}

/** How the masks and boxes of a dataset are read. */
export interface ReadRules {
  origin: 0 | 1
  /** Index 0 is 'nothing here': it becomes no annotation. */
  background: boolean
  /** What the colours of class masks in colours stand for; null: VOC's palette. */
  legend: MaskLegend | null
}

export const voidIndex = 255
const maxMaskBytes = 512 << 20

/** One picture with its labels. The picture itself must be sound; a bad label file is reported and the rest is read. */
export async function readItem(
  root: string,
  entry: ScanEntry,
  rules: ReadRules,
): Promise<{ item: ReadItem | null; problems: FileProblem[] }> {
  const problems = createProblemList()
  try {
    const picture = await inspectPicture(root, entry.image)
    const sources: SourceFile[] = [{ kind: 'image', relPath: entry.image, sha256: picture.sha256, bytes: picture.bytes }]
    const item: ReadItem = { name: entry.name, relPath: entry.image, picture, sources, annotations: [], maskKinds: [] }
    noteOddities(entry.image, picture.header, problems)
    await readMasks(root, entry, rules, item, problems)
    await readXml(root, entry, rules, item, problems)
    return { item, problems: problems.list() }
  } catch (error) {
    problems.refuse(entry.image, error)
    return { item: null, problems: problems.list() }
  }
}

/** What the user should know about a picture that can be used all the same. */
function noteOddities(file: string, { frames }: PictureFacts['header'], problems: ProblemList): void {
  if (frames === 1) return
  problems.add({ file, code: 'file/first-frame', remark: 'animated', facts: { frames }, severity: 'note' })
}

async function readXml(root: string, entry: ScanEntry, rules: ReadRules, item: ReadItem, problems: ProblemList): Promise<void> {
  if (entry.xml === null) return
  try {
    const { text, bytes } = await readTextFile(root, entry.xml)
    const file = parseVocFile(text, entry.xml)
    checkFilename(file, entry.xml, problems)
    item.sources.push({ kind: 'xml', relPath: entry.xml, sha256: hashBytes(bytes), bytes: bytes.length })
    append(item.annotations, boxesOf(file, entry.xml, rules.origin, item.picture, problems))
  } catch (error) {
    problems.refuse(entry.xml, error)
  }
}

/** Errors: voc/doctype, voc/bad-xml, both with data.line. */
export function parseVocFile(text: string, relPath: string): VocFile {
  try {
    return parseVocXml(text)
  } catch (error) {
    if (!(error instanceof XmlFault)) throw error
    throw new AppError(error.code, `${relPath}:${error.line}: ${error.message}`, { file: relPath, line: error.line }, { cause: error })
  }
}

/** The name inside is never followed; one that leads out of the folder still makes the file suspect. */
function checkFilename(file: VocFile, relPath: string, problems: ProblemList): void {
  const name = file.filename
  if (name === null) return
  const line = file.root.children.find((child) => child.name === 'filename')?.line ?? 1
  const shown = name.slice(0, 80)
  if (hasParentStep(name)) throw new AppError('file/path-escape', `filename '${shown}' leads out of the dataset`, { file: relPath, line })
  if (isAbsoluteAnywhere(name))
    problems.add({ file: relPath, line, code: 'file/path-escape', remark: 'nameOutside', facts: { name: shown }, severity: 'warning' })
}

/** Boxes of a file in picture pixels; what is odd about one is reported with its line, what cannot be a box is left in the file only. */
export function boxesOf(file: VocFile, relPath: string, origin: 0 | 1, picture: UprightPicture, problems: ProblemList): ReadAnnotation[] {
  const bad = (line: number, severity: FileProblem['severity'], remark: Remark, facts?: RemarkFacts) =>
    problems.add({ file: relPath, line, code: 'voc/bad-box', remark, facts, severity })
  for (const { line, remark, facts, refused } of file.problems) bad(line, refused ? 'refused' : 'warning', remark, facts)
  if (file.objects.length > 0) noteSize(file.size, relPath, picture, problems)
  const turn = turnOfFile(file, picture)
  const drawnOn = turnedSize(picture, turn)
  return file.objects.flatMap(({ index, name, box, attributes, line }) => {
    if (box === null) return []
    if (name.length > 200) return (bad(line, 'refused', 'objectNameLong'), [])
    const drawn = shapeFromVocBox(box, origin)
    const corners = `${box.xmin},${box.ymin} ${box.xmax},${box.ymax}`
    if (drawn === null) return (bad(line, 'refused', 'boxNoArea', { corners }), [])
    const fault = boxFault(box, origin, drawnOn.width, drawnOn.height)
    if (fault === 'reversed') bad(line, 'warning', 'boxReversed', { corners })
    if (fault === 'outside') bad(line, 'warning', 'boxReaches', { corners })
    if (name === '') bad(line, 'warning', 'objectNameless')
    return [
      {
        class: name === '' ? null : { name },
        region: 'object' as const,
        shape: uprightBox(drawn, picture, turn),
        attributes,
        z: index,
        source: { kind: 'xml' as const, index },
      },
    ]
  })
}

async function readMasks(root: string, entry: ScanEntry, rules: ReadRules, item: ReadItem, problems: ProblemList): Promise<void> {
  const read = async (kind: SourceKind, relPath: string | null) => {
    if (relPath === null) return null
    try {
      const bytes = await readSmallFile(root, relPath, maxMaskBytes)
      // Before anything is decoded: a mask of another size may be of any size.
      const turn = turnOfMask(readPngHeader(bytes, relPath), relPath, item.picture)
      const stored = decodeIndexPng(bytes, relPath, kind === 'objectMask' ? null : rules.legend)
      if (stored.greyColors) problems.add({ file: relPath, code: 'voc/bad-mask', remark: 'greyColors', severity: 'warning' })
      noteMaskTurn(turn, stored, relPath, item.picture, problems)
      const png = turnedMask(stored, turn)
      item.sources.push({ kind, relPath, sha256: hashBytes(bytes), bytes: bytes.length })
      item.maskKinds.push(png.kind)
      return png
    } catch (error) {
      problems.refuse(relPath, error)
      return null
    }
  }
  const classMask = await read('classMask', entry.classMask)
  const augMask = await read('augMask', entry.augMask)
  const objectMask = await read('objectMask', entry.objectMask)
  const classes = classMask ?? augMask
  if (classes) item.annotations.push(...masksOf(classes, classMask ? 'classMask' : 'augMask', objectMask, rules))
  else if (objectMask)
    problems.add({
      file: entry.objectMask!,
      code: 'voc/bad-mask',
      remark: 'objectsWithoutClasses',
      severity: 'warning',
    })
}

/** Index maps -> one region per object where objects are known, per class elsewhere, and one void region; the regions cover each labelled pixel once. */
export function masksOf(
  classes: IndexPng,
  kind: 'classMask' | 'augMask',
  objects: IndexPng | null,
  rules: Pick<ReadRules, 'background'>,
): ReadAnnotation[] {
  const { width, height, indices } = classes
  let keys: Uint8Array | Uint16Array = indices
  if (objects) {
    keys = new Uint16Array(indices.length)
    for (let i = 0; i < indices.length; i++) keys[i] = pixelKey(indices[i]!, objects.indices[i]!, rules)
  }
  const masks = masksFromIndexMap(keys, width, height, (key) => rules.background && (key & 255) === 0)
  return [...masks]
    .sort(([a], [b]) => a - b)
    .map(([key, shape], z) => {
      const index = key & 255
      const object = key >> 8
      const isVoid = index === voidIndex
      const source = object > 0 ? { kind: 'objectMask' as const, index: object } : { kind, index }
      return {
        class: isVoid ? null : { index },
        region: isVoid ? ('void' as const) : ('object' as const),
        shape,
        attributes: {},
        z,
        source,
      }
    })
}

/** Void and background pixels belong to no object. */
function pixelKey(index: number, object: number, rules: Pick<ReadRules, 'background'>): number {
  const none = index === voidIndex || (rules.background && index === 0) || object === voidIndex
  return none ? index : (object << 8) | index
}
