const start = /([rRbBuUfF]{0,2})('''|"""|'|")/y
const escapes: ReadonlyMap<string, string> = new Map([
  ['\\', '\\'],
  ["'", "'"],
  ['"', '"'],
  ['a', '\u0007'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['v', '\v'],
])

/** The string literal that begins at `at`, with its prefix and quotes; null where there is none. Errors: that of `openText`, for one that does not end. */
export function readPythonString(text: string, at: number, openText: (quote: string) => Error): string | null {
  start.lastIndex = at
  const found = start.exec(text)
  if (!found) return null
  const quote = found[2]!
  for (let i = at + found[0].length; i < text.length; i++) {
    if (text.startsWith(quote, i)) return text.slice(at, i + quote.length)
    if (text[i] === '\\') i++
    else if (quote.length === 1 && (text[i] === '\n' || text[i] === '\r')) break
  }
  throw openText(quote)
}

/** What a string literal stands for; null for bytes, for an f-string and for named characters, which need more than reading. */
export function pythonStringValue(literal: string): string | null {
  start.lastIndex = 0
  const [whole, prefix, quote] = start.exec(literal) as unknown as [string, string, string]
  const body = literal.slice(whole.length, -quote.length).replace(/\r\n?/g, '\n')
  if (/b/i.test(prefix) || (/f/i.test(prefix) && /[{}]/.test(body))) return null
  if (/r/i.test(prefix)) return body
  return /\\N\{/.test(body) ? null : unescaped(body)
}

function unescaped(body: string): string | null {
  let valid = true
  const value = body.replace(/\\(?:\n|x[\da-fA-F]{2}|u[\da-fA-F]{4}|U[\da-fA-F]{8}|[0-7]{1,3}|[^])/g, (escape) => {
    const letter = escape[1]!
    if (letter === '\n') return ''
    if (/[0-7]/.test(letter)) return String.fromCodePoint(Number.parseInt(escape.slice(1), 8))
    if ('xuU'.includes(letter)) {
      const code = escape.length > 2 ? Number.parseInt(escape.slice(2), 16) : Number.NaN
      valid &&= code <= 0x10_ffff
      return code <= 0x10_ffff ? String.fromCodePoint(code) : ''
    }
    // Python keeps the backslash of an escape it does not know.
    return escapes.get(letter) ?? escape
  })
  return valid ? value : null
}
