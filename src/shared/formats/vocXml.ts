import { isAttributeName, type Attributes } from '../model/annotation.ts'
import type { Remark, RemarkFacts } from '../remarks.ts'
import { parseXml, XmlFault, type XmlElement } from './xmlTree.ts'

/** The four numbers of a bndbox as written; what they mean depends on the dataset's origin. */
export interface VocBox {
  xmin: number
  ymin: number
  xmax: number
  ymax: number
}

export const boxKeys = ['xmin', 'ymin', 'xmax', 'ymax'] as const

export interface VocObject {
  /** Position among the objects of the file, from 0. */
  index: number
  name: string
  box: VocBox | null
  /** Every other field as text, nested ones with dots ('part.bndbox.xmin'), repeated ones with '#2', XML attributes with '@'. */
  attributes: Attributes
  line: number
  element: XmlElement
}

export interface VocFile {
  /** From <filename>, null when absent. */
  filename: string | null
  size: { width: number; height: number } | null
  objects: VocObject[]
  /** What is odd about objects; `refused`: it is no box and stays in the file only. */
  problems: { line: number; remark: Remark; facts?: RemarkFacts; refused: boolean }[]
  root: XmlElement
}

/** Pictures have at most a gigapixel; what lies further out is no coordinate, and sums of such numbers end in infinity. */
const farthest = 1e9

const child = (element: XmlElement, name: string) => element.children.find((c) => c.name === name)
const textOf = (element: XmlElement | undefined) => element?.text.trim() ?? ''

/** Text of a VOC annotation file -> its objects with all fields. Throws XmlFault (voc/doctype, voc/bad-xml). Source: VOC 2012 devkit, section 7. */
export function parseVocXml(text: string): VocFile {
  const root = parseXml(text)
  if (root.name !== 'annotation' && !child(root, 'object'))
    throw new XmlFault('voc/bad-xml', root.line, `its root is <${root.name.slice(0, 40)}>, a VOC file has <annotation>`)
  const problems: VocFile['problems'] = []
  const objects = root.children.filter((c) => c.name === 'object').map((element, index) => toObject(element, index, problems))
  const size = child(root, 'size')
  const width = Number(textOf(size && child(size, 'width')))
  const height = Number(textOf(size && child(size, 'height')))
  const filename = textOf(child(root, 'filename'))
  return { filename: filename === '' ? null : filename, size: width > 0 && height > 0 ? { width, height } : null, objects, problems, root }
}

function toObject(element: XmlElement, index: number, problems: VocFile['problems']): VocObject {
  const [bndbox, another] = element.children.filter((c) => c.name === 'bndbox')
  if (another) problems.push({ line: another.line, remark: 'secondBox', refused: false })
  for (const { name, line } of unnameable(element)) problems.push({ line, remark: 'reservedName', facts: { name }, refused: false })
  return {
    index,
    name: textOf(child(element, 'name')),
    box: bndbox ? toBox(bndbox, problems) : missing(element, problems),
    attributes: fieldsOf(element, (name) => name === 'name' || name === 'bndbox'),
    line: element.line,
    element,
  }
}

/** Fields whose name no attribute can have. */
const unnameable = ({ children }: XmlElement): XmlElement[] =>
  children.flatMap((field) => (isAttributeName(field.name) ? unnameable(field) : [field]))

function missing(element: XmlElement, problems: VocFile['problems']): null {
  problems.push({ line: element.line, remark: 'noBox', refused: true })
  return null
}

function toBox(bndbox: XmlElement, problems: VocFile['problems']): VocBox | null {
  const box: VocBox = { xmin: NaN, ymin: NaN, xmax: NaN, ymax: NaN }
  for (const key of boxKeys) {
    const field = child(bndbox, key)
    const text = textOf(field)
    box[key] = text === '' ? NaN : Number(text)
    if (!(Math.abs(box[key]) <= farthest)) {
      const remark = text === '' ? 'edgeMissing' : Number.isFinite(box[key]) ? 'edgeFar' : 'edgeNoNumber'
      problems.push({ line: field?.line ?? bndbox.line, remark, facts: { key, value: text.slice(0, 40) }, refused: true })
      return null
    }
  }
  return box
}

/** The fields of an element that is not a leaf, flattened; `path` of each leads back to its element (`fieldElements`). */
function fieldsOf(element: XmlElement, leaveOut: (name: string) => boolean): Attributes {
  return Object.fromEntries(
    [...fieldElements(element, leaveOut)].map(([key, field]) => [key, typeof field === 'string' ? field : field.text.trim()]),
  )
}

/** Key -> leaf element, or the value of an XML attribute. Names that no attribute can have are left out: they are kept in the file only. */
export function fieldElements(
  element: XmlElement,
  leaveOut: (name: string) => boolean = () => false,
  prefix = '',
): Map<string, XmlElement | string> {
  const found = new Map<string, XmlElement | string>()
  const seen = new Map<string, number>()
  for (const field of element.children) {
    if (leaveOut(field.name) || !isAttributeName(field.name)) continue
    const count = (seen.get(field.name) ?? 0) + 1
    seen.set(field.name, count)
    const key = `${prefix}${field.name}${count > 1 ? `#${count}` : ''}`
    for (const [name, value] of field.attributes) found.set(`${key}@${name}`, value)
    if (field.children.length === 0) found.set(key, field)
    else for (const [inner, value] of fieldElements(field, undefined, `${key}.`)) found.set(inner, value)
  }
  return found
}
