import type { Attributes } from '../model/annotation.ts'
import { boxKeys, fieldElements, type VocBox, type VocFile, type VocObject } from './vocXml.ts'
import { escapeXml, type XmlElement } from './xmlTree.ts'

/** An object as it shall be in the file. */
export interface ObjectContent {
  name: string
  box: VocBox
  attributes: Attributes
}

/** What to do with one object of the file: the fields that changed, or null to remove it. */
export type ObjectChange = Partial<ObjectContent> | null

interface Replacement {
  from: number
  to: number
  text: string
}

/**
 * The text with some objects changed, removed or added; every character that does not belong to them stays.
 * A removed object takes its line with it; an added one follows the last, indented like it.
 */
export function patchVocXml(
  text: string,
  file: VocFile,
  changes: ReadonlyMap<number, ObjectChange>,
  added: readonly ObjectContent[],
): string {
  const replacements: Replacement[] = []
  for (const object of file.objects) {
    const change = changes.get(object.index)
    if (change === null) replacements.push({ from: spaceBefore(text, object.element.start), to: object.element.end, text: '' })
    else if (change) replacements.push(...changeObject(text, object, change))
  }
  if (added.length > 0) replacements.push(addObjects(text, file, added))
  let result = ''
  let at = 0
  for (const { from, to, text: insert } of replacements.sort((a, b) => a.from - b.from)) {
    result += text.slice(at, from) + insert
    at = to
  }
  return result + text.slice(at)
}

/** Where the white space before an offset begins: one line break at most, so that blank lines above stay. */
function spaceBefore(text: string, offset: number): number {
  let at = offset
  while (at > 0 && (text[at - 1] === ' ' || text[at - 1] === '\t')) at--
  if (text[at - 1] === '\n') at--
  if (text[at - 1] === '\r') at--
  return at
}

function changeObject(text: string, object: VocObject, change: Partial<ObjectContent>): Replacement[] {
  const replacements: Replacement[] = []
  const child = (parent: XmlElement, name: string) => parent.children.find((c) => c.name === name)
  if (change.name !== undefined) {
    const name = child(object.element, 'name')
    replacements.push(name ? setText(text, name, change.name) : insertInto(text, object.element, `<name>${escapeXml(change.name)}</name>`))
  }
  if (change.box !== undefined) {
    const bndbox = child(object.element, 'bndbox')
    if (!bndbox) replacements.push(insertInto(text, object.element, boxXml(change.box, '', '')))
    for (const key of bndbox ? boxKeys : []) {
      if (object.box && object.box[key] === change.box[key]) continue
      const field = child(bndbox!, key)
      replacements.push(
        field
          ? setText(text, field, numberText(change.box[key], field.text))
          : insertInto(text, bndbox!, `<${key}>${change.box[key]}</${key}>`),
      )
    }
  }
  if (change.attributes !== undefined) replacements.push(...changeAttributes(text, object, change.attributes))
  return replacements
}

/** '191.0' stays a number with a fraction. */
function numberText(value: number, old: string): string {
  return Number.isInteger(value) && /\.\d/.test(old) ? value.toFixed(1) : String(value)
}

const valueText = (value: Attributes[string]) => (value === true ? '1' : value === false ? '0' : value === null ? '' : String(value))

function changeAttributes(text: string, object: VocObject, attributes: Attributes): Replacement[] {
  const fields = fieldElements(object.element, (name) => name === 'name' || name === 'bndbox')
  const replacements: Replacement[] = []
  for (const [key, field] of fields) {
    if (typeof field === 'string') continue
    const wanted = Object.hasOwn(attributes, key) ? attributes[key]! : undefined
    if (wanted === undefined) replacements.push({ from: spaceBefore(text, field.start), to: field.end, text: '' })
    else if (valueText(wanted) !== field.text.trim()) replacements.push(setText(text, field, valueText(wanted)))
  }
  for (const [key, value] of Object.entries(attributes)) {
    if (fields.has(key) || !isElementName(key)) continue
    replacements.push(insertInto(text, object.element, `<${key}>${escapeXml(valueText(value))}</${key}>`))
  }
  return replacements
}

// Letters that XML 1.0 has in names since its first edition: expat, and with it Python, still reads by that one.
const letter =
  'A-Za-z_\\u00C0-\\u00D6\\u00D8-\\u00F6\\u00F8-\\u0131\\u014A-\\u017E\\u03A3-\\u03CE\\u0410-\\u044F\\u3041-\\u3094\\u30A1-\\u30FA\\u4E00-\\u9FA5\\uAC00-\\uD7A3'
const elementName = new RegExp(`^[${letter}][${letter}0-9-]*$`)
const isElementName = (key: string) => elementName.test(key) && key !== 'name' && key !== 'bndbox'

/** Attributes that have no place in a VOC file, by name; `object`: as it is in the file now, whose fields keep whatever names they have. */
export function unwritable(attributes: Attributes, object: VocObject | null): string[] {
  const fits = (key: string, value: Attributes[string]) => {
    if (!object || !Object.hasOwn(object.attributes, key)) return isElementName(key)
    // What stands inside of a tag is not rewritten.
    return !key.includes('@') || valueText(value) === object.attributes[key]
  }
  return Object.entries(attributes).flatMap(([key, value]) => (fits(key, value) ? [] : [key]))
}

function setText(text: string, element: XmlElement, value: string): Replacement {
  if (element.innerStart < 0) {
    const tag = text.slice(element.start, element.end).replace(/\s*\/>$/, '>')
    return { from: element.start, to: element.end, text: `${tag}${escapeXml(value)}</${element.name}>` }
  }
  return { from: element.innerStart, to: element.innerEnd, text: escapeXml(value) }
}

/** Indentation of an element: the blanks between the line break and it; null when it does not begin its line. */
function indentOf(text: string, offset: number): string | null {
  const line = text.lastIndexOf('\n', offset - 1) + 1
  const before = text.slice(line, offset)
  return /^[ \t]*$/.test(before) && line > 0 ? before : null
}

const newlineOf = (text: string) => (text.includes('\r\n') ? '\r\n' : '\n')

/** A child put after the last one, on a line of its own when that one has its own. */
function insertInto(text: string, parent: XmlElement, xml: string): Replacement {
  const last = parent.children.at(-1)
  if (!last) return { from: parent.start, to: parent.end, text: `<${parent.name}>${xml}</${parent.name}>` }
  const indent = indentOf(text, last.start)
  return { from: last.end, to: last.end, text: indent === null ? xml : `${newlineOf(text)}${indent}${xml}` }
}

function addObjects(text: string, file: VocFile, added: readonly ObjectContent[]): Replacement {
  const newline = newlineOf(text)
  const sample = file.objects.at(-1)?.element ?? file.root.children.at(-1)
  const indent = sample ? (indentOf(text, sample.start) ?? '') : '\t'
  const unit = indent.includes(' ') ? indent : '\t'
  const xml = added.map((object) => `${newline}${indent}${objectXml(object, indent, unit, newline)}`).join('')
  if (sample) return { from: sample.end, to: sample.end, text: xml }
  const { start, end, innerStart, name } = file.root
  if (innerStart < 0) return { from: start, to: end, text: `<${name}>${xml}${newline}</${name}>` }
  return { from: innerStart, to: innerStart, text: xml }
}

function boxXml(box: VocBox, indent: string, unit: string, newline = ''): string {
  const fields = boxKeys.map((key) => `${newline}${indent}${newline ? unit : ''}<${key}>${box[key]}</${key}>`).join('')
  return `<bndbox>${fields}${newline}${indent}</bndbox>`
}

/** One <object>, fields in VOC's order; the four that VOC always has are written even when nothing is known. */
function objectXml({ name, box, attributes }: ObjectContent, indent: string, unit: string, newline: string): string {
  const known: Attributes = { pose: 'Unspecified', truncated: '0', difficult: '0', ...attributes }
  const inner = `${newline}${indent}${unit}`
  const fields = Object.entries(known).flatMap(([key, value]) =>
    isElementName(key) ? [`${inner}<${key}>${escapeXml(valueText(value))}</${key}>`] : [],
  )
  return `<object>${inner}<name>${escapeXml(name)}</name>${fields.join('')}${inner}${boxXml(box, indent + unit, unit, newline)}${newline}${indent}</object>`
}

export interface NewVocFile {
  folder: string
  filename: string
  width: number
  height: number
  depth: number
  segmented: boolean
  objects: readonly ObjectContent[]
}

/** A VOC annotation file for a picture that had none. */
export function newVocXml({ folder, filename, width, height, depth, segmented, objects }: NewVocFile): string {
  const lines = [
    '<annotation>',
    `\t<folder>${escapeXml(folder)}</folder>`,
    `\t<filename>${escapeXml(filename)}</filename>`,
    '\t<source>\n\t\t<database>Unknown</database>\n\t</source>',
    `\t<size>\n\t\t<width>${width}</width>\n\t\t<height>${height}</height>\n\t\t<depth>${depth}</depth>\n\t</size>`,
    `\t<segmented>${segmented ? 1 : 0}</segmented>`,
    ...objects.map((object) => `\t${objectXml(object, '\t', '\t', '\n')}`),
    '</annotation>\n',
  ]
  return lines.join('\n')
}
