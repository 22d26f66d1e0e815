import { configError, type ConfigSource, type Origin } from '../../model/config/origin.ts'
import type { ConfigRule, RuleFacts } from '../../model/config/rules.ts'
import { pythonLimits } from './limits.ts'
import { readPythonString } from './pythonString.ts'

/** A word of a Python text. `newline` ends a logical line; `indent` is the column of the first word of one, null elsewhere. */
export interface Token {
  readonly kind: 'name' | 'number' | 'string' | 'operator' | 'placeholder' | 'newline' | 'end'
  readonly text: string
  readonly at: Origin
  readonly indent: number | null
}

type Source = Pick<ConfigSource, 'from' | 'name' | 'text'>

const blank = /[ \t\f]+|#[^\r\n]*|\\(?:\r\n|\r|\n)/y
const lineEnd = /\r\n|\r|\n/y
const name = /[\p{L}_][\p{L}\p{N}_]*/uy
const number =
  /(?:0[xX](?:_?[\da-fA-F])+|0[oO](?:_?[0-7])+|0[bB](?:_?[01])+|(?:\d(?:_?\d)*(?:\.(?:\d(?:_?\d)*)?)?|\.\d(?:_?\d)*)(?:[eE][+-]?\d(?:_?\d)*)?)[jJ]?/y
const operator = /\*\*=|\/\/=|>>=|<<=|\.\.\.|\*\*|\/\/|>>|<<|[=!<>:+\-*/%&|^@]=|->|[-+*/%@&|^~<>()[\]{},:.;=]/y
/** What mmengine replaces in the text before Python sees it (Config._substitute_predefined_vars, _substitute_env_variables, _pre_substitute_base_vars). */
const placeholder = /\{\{\s*(?:_base_(?:\.\w+)+\s*|file(?:BasenameNoExtension|Basename|Extname|Dirname)\s*|\$\s*\w+\s*:[^{}\r\n]*)\}\}/y
const opening = '([{'
const closing = ')]}'

/** The words of a Python text without comments and layout. Errors: config/invalid with file, line and column for what is no Python at all. */
export function readTokens(source: Source): Token[] {
  return new Reader(source).all()
}

class Reader {
  readonly #source: Pick<ConfigSource, 'from' | 'name'>
  readonly #text: string
  readonly #tokens: Token[] = []
  readonly #open: { text: string; at: Origin }[] = []
  #at = 0
  #line = 1
  #lineStart = 0
  #fresh = true

  constructor({ from, name: file, text }: Source) {
    this.#source = { from, name: file }
    // A byte order mark is no part of the text.
    this.#text = text.startsWith('\ufeff') ? text.slice(1) : text
    if (text.length > pythonLimits.characters) throw this.#fail('textTooLong', { most: pythonLimits.characters })
  }

  all(): Token[] {
    while (this.#at < this.#text.length) this.#step()
    const open = this.#open.at(-1)
    if (open) throw configError('config/invalid', open.at, '', 'neverClosed', { text: open.text })
    this.#push('newline', '')
    this.#push('end', '')
    return this.#tokens
  }

  #step(): void {
    const skipped = this.#match(blank)
    if (skipped !== null) return this.#countLines(skipped)
    if (this.#match(lineEnd) !== null) return this.#endLine()
    if (this.#placeholder()) return
    const start = this.#origin()
    const string = readPythonString(this.#text, this.#at, (quote) => configError('config/invalid', start, '', 'openText', { quote }))
    if (string !== null) {
      this.#push('string', string)
      this.#at += string.length
      return this.#countLines(string)
    }
    if (this.#word('name', name) || this.#number() || this.#word('operator', operator)) return
    throw this.#fail('noPython', { value: JSON.stringify(this.#text[this.#at]) })
  }

  #endLine(): void {
    if (this.#open.length === 0 && !this.#fresh) {
      this.#push('newline', '')
      this.#fresh = true
    }
    this.#line++
    this.#lineStart = this.#at
  }

  #placeholder(): boolean {
    const text = this.#match(placeholder, false)
    if (text === null) return false
    this.#push('placeholder', text)
    this.#at += text.length
    this.#countLines(text)
    return true
  }

  #number(): boolean {
    const text = this.#match(number, false)
    if (text === null) return false
    name.lastIndex = this.#at + text.length
    const rest = name.exec(this.#text)?.[0] ?? ''
    if (rest !== '' || /^0\d*[1-9]\d*$/.test(text)) throw this.#fail('noNumber', { value: JSON.stringify((text + rest).slice(0, 40)) })
    this.#push('number', text)
    this.#at += text.length
    return true
  }

  #word(kind: 'name' | 'operator', pattern: RegExp): boolean {
    const text = this.#match(pattern, false)
    if (text === null) return false
    if (opening.includes(text)) this.#open.push({ text, at: this.#origin() })
    if (closing.includes(text) && this.#open.pop()?.text !== opening[closing.indexOf(text)]) throw this.#fail('closesNothing', { text })
    if (this.#open.length > pythonLimits.depth) throw this.#fail('tooDeep', { most: pythonLimits.depth })
    this.#push(kind, text)
    this.#at += text.length
    return true
  }

  #push(kind: Token['kind'], text: string): void {
    const indent = this.#fresh && kind !== 'newline' && kind !== 'end' ? this.#at - this.#lineStart : null
    if (indent !== null) this.#fresh = false
    this.#tokens.push({ kind, text, at: this.#origin(), indent })
  }

  #match(pattern: RegExp, take = true): string | null {
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.#text)?.[0] ?? null
    if (take && found !== null) this.#at += found.length
    return found
  }

  /** After a text that may run over several lines has been taken. */
  #countLines(text: string): void {
    const from = this.#at - text.length
    for (const { index, 0: end } of text.matchAll(/\r\n|\r|\n/g)) {
      this.#line++
      this.#lineStart = from + index + end.length
    }
  }

  #origin(): Origin {
    return { ...this.#source, line: this.#line, column: this.#at - this.#lineStart + 1 }
  }

  #fail(rule: ConfigRule, facts: RuleFacts) {
    return configError('config/invalid', this.#origin(), '', rule, facts)
  }
}
