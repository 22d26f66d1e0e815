import { XMLValidator } from 'fast-xml-parser'

/** An element with where it lies in the text, so that a change can leave every other character alone. */
export interface XmlElement {
  name: string
  /** Offsets of the whole element, tags included. */
  start: number
  end: number
  /** Offsets of what is between the tags; both -1 for `<name/>`. */
  innerStart: number
  innerEnd: number
  /** 1-based line of its start. */
  line: number
  attributes: [name: string, value: string][]
  children: XmlElement[]
  /** Own text, entities resolved, CDATA included, not trimmed. */
  text: string
}

/** Why a text is not accepted as XML. */
export class XmlFault extends Error {
  readonly code: 'voc/doctype' | 'voc/bad-xml'
  readonly line: number

  constructor(code: 'voc/doctype' | 'voc/bad-xml', line: number, message: string) {
    super(message)
    this.code = code
    this.line = line
  }
}

const maxDepth = 64
const namedEntities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

function resolveEntities(text: string): string {
  return text.replace(/&(#x[0-9a-f]{1,6}|#[0-9]{1,7}|amp|lt|gt|quot|apos);/gi, (whole, body: string) => {
    if (!body.startsWith('#')) return namedEntities[body.toLowerCase()] ?? whole
    const code = body[1]?.toLowerCase() === 'x' ? parseInt(body.slice(2), 16) : parseInt(body.slice(1), 10)
    return (code >= 32 || code === 9 || code === 10 || code === 13) && code <= 0x10ffff ? String.fromCodePoint(code) : whole
  })
}

export function escapeXml(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;')
}

/** Line of an offset, counted from 1; asked in rising order, so that a file is walked once. */
function lineCounter(text: string): (offset: number) => number {
  let at = 0
  let line = 1
  return (offset) => {
    for (; at < offset; at++) if (text.charCodeAt(at) === 10) line++
    return line
  }
}

const token =
  /<!--[\s\S]*?-->|<!\[CDATA\[[\s\S]*?\]\]>|<\?[\s\S]*?\?>|<!DOCTYPE|<\/([^\s>]+)\s*>|<([^\s/>!?]+)((?:[^>"']|"[^"]*"|'[^']*')*?)(\/?)>/gi
const attribute = /([^\s=]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g

/**
 * Text -> its root element, every element with offsets and line. Entities other than the five of XML and character numbers stay as written;
 * any DOCTYPE is refused, and so is what is not well-formed. Throws XmlFault.
 */
export function parseXml(text: string): XmlElement {
  const body = text.startsWith('\uFEFF') ? ` ${text.slice(1)}` : text
  refuseDoctype(body)
  refuseControls(body)
  if (body.trim() === '') throw new XmlFault('voc/bad-xml', 1, 'the file is empty')
  const valid = XMLValidator.validate(text)
  if (valid !== true) throw new XmlFault('voc/bad-xml', valid.err.line, valid.err.msg)
  const lineAt = lineCounter(body)
  const stack: XmlElement[] = []
  let root: XmlElement | null = null
  let textFrom = 0
  token.lastIndex = 0
  for (let match = token.exec(body); match; match = token.exec(body)) {
    const top = stack.at(-1)
    if (top) top.text += resolveEntities(body.slice(textFrom, match.index))
    textFrom = token.lastIndex
    const [whole, closing, opening, attributes, slash] = match
    if (opening !== undefined) {
      const element: XmlElement = {
        name: opening,
        start: match.index,
        end: token.lastIndex,
        innerStart: slash ? -1 : token.lastIndex,
        innerEnd: -1,
        line: lineAt(match.index),
        attributes: [...(attributes ?? '').matchAll(attribute)].map((a) => [a[1]!, resolveEntities(a[2] ?? a[3] ?? '')]),
        children: [],
        text: '',
      }
      if (top) top.children.push(element)
      else if (root) throw new XmlFault('voc/bad-xml', element.line, 'a second root element')
      else root = element
      if (slash) continue
      stack.push(element)
      if (stack.length > maxDepth) throw new XmlFault('voc/bad-xml', element.line, `nested deeper than ${maxDepth}`)
    } else if (closing !== undefined) {
      const element = stack.pop()
      if (element?.name !== closing) throw new XmlFault('voc/bad-xml', lineAt(match.index), `</${closing}> closes nothing`)
      element.innerEnd = match.index
      element.end = token.lastIndex
    } else if (top && whole.startsWith('<![CDATA[')) {
      top.text += whole.slice(9, -3)
    }
  }
  if (!root || stack.length > 0) throw new XmlFault('voc/bad-xml', lineAt(body.length), 'the text ends before its root element does')
  return root
}

/** In one pass: a DOCTYPE inside a comment or CDATA declares nothing, and one that never closes is found by the validator. */
function refuseDoctype(body: string): void {
  if (!/<!DOCTYPE/i.test(body)) return
  const opening = /<!(?:--|\[CDATA\[|DOCTYPE)/gi
  for (let match = opening.exec(body); match; match = opening.exec(body)) {
    if (match[0].length > 8 && match[0][2] !== '[')
      throw new XmlFault('voc/doctype', lineCounter(body)(match.index), 'a DOCTYPE is not accepted')
    const close = body.indexOf(match[0] === '<!--' ? '-->' : ']]>', opening.lastIndex)
    if (close < 0) return
    opening.lastIndex = close + 3
  }
}

/** XML 1.0, section 2.2: of the control characters only tab and line ends are text. */
function refuseControls(body: string): void {
  const at = body.search(/[\0-\x08\x0b\x0c\x0e-\x1f]/)
  if (at < 0) return
  const code = body.charCodeAt(at).toString(16).padStart(2, '0')
  throw new XmlFault('voc/bad-xml', lineCounter(body)(at), `the character 0x${code} is not allowed in XML`)
}
