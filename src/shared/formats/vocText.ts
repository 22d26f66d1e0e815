import { classColor, hexColor } from './classColor.ts'

export interface NamedClass {
  name: string
  index: number
  /** '#rrggbb' */
  color: string
}

/** Lines without BOM, line ends and outer spaces. */
export function linesOf(text: string): string[] {
  return text
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\n|\r/)
    .map((line) => line.trim())
}

/** class_names.txt, labels.txt: a name per line, its line is its index; a first line '__ignore__' shifts by -1 (it stands for 255 itself). */
export function parseClassNames(text: string): NamedClass[] {
  return numbered(linesOf(text).map((name) => ({ name, color: null })))
}

/** labelmap.txt (CVAT, datumaro): 'name:r,g,b:parts:actions' per line, '#' starts a comment; colours are kept. */
export function parseLabelmap(text: string): NamedClass[] {
  const lines = linesOf(text).filter((line) => !line.startsWith('#') && line !== '')
  return numbered(
    lines.map((line) => {
      const [name = '', rgb = ''] = line.split(':')
      const parts = rgb.split(',').map(Number)
      const color = parts.length === 3 && parts.every((v) => Number.isInteger(v) && v >= 0 && v <= 255) ? hexColor(parts) : null
      return { name: name.trim(), color }
    }),
  )
}

function numbered(entries: { name: string; color: string | null }[]): NamedClass[] {
  const shift = entries[0]?.name === '__ignore__' ? -1 : 0
  return entries.flatMap(({ name, color }, line) => {
    const index = line + shift
    return name === '' || index < 0 ? [] : [{ name, index, color: color ?? classColor(name, index) }]
  })
}

export interface SplitLine {
  id: string
  line: number
}

/** Lines of a split file; null when it is a list for one class ('id -1|0|1' on every line, and no picture has such a name), which is no split of its own. */
export function parseSplitFile(text: string, isPicture: (id: string) => boolean = () => false): SplitLine[] | null {
  const lines = linesOf(text).flatMap((content, i) => (content === '' ? [] : [{ id: content, line: i + 1 }]))
  const isClassList = lines.length > 0 && lines.every(({ id }) => /\s(-1|0|1)$/.test(id) && !isPicture(id))
  return isClassList ? null : lines
}

/** Writes names into a copy of a class file: only the lines of `renamed` (line number -> name) change, `added` follow at the end. */
export function patchClassFile(
  text: string,
  renamed: ReadonlyMap<string, string>,
  added: readonly NamedClass[],
  labelmap: boolean,
): string {
  const newline = text.includes('\r\n') ? '\r\n' : '\n'
  const lines = text.split(/(\r\n|\n|\r)/)
  const changed = lines.map((line, i) => {
    if (i % 2 === 1) return line
    const bare = line.replace(/^\uFEFF/, '')
    const name = (labelmap ? (bare.split(':')[0] ?? '') : bare).trim()
    const to = renamed.get(name)
    return to === undefined || name === '' ? line : line.replace(name, () => to)
  })
  let result = changed.join('')
  for (const { name, color } of added) {
    if (result !== '' && !/[\r\n]$/.test(result)) result += newline
    const rgb = [1, 3, 5].map((at) => parseInt(color.slice(at, at + 2), 16)).join(',')
    result += labelmap ? `${name}:${rgb}::` : name
    result += newline
  }
  return result
}
