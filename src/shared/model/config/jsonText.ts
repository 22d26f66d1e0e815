import { configError } from './origin.ts'
import type { ConfigSource, Origin } from './origin.ts'
import { limits, requireKey } from './node.ts'
import type { ConfigNode, Entry } from './node.ts'
import type { ConfigRule, RuleFacts } from './rules.ts'

/**
 * Reads JSON (RFC 8259: no comments, no trailing commas) and keeps the place of every key and value. A key that stands twice in an object is an error, as is a number
 * beyond the range of a double. Errors: config/invalid and config/unknown-key with file, line and column.
 */
export function readJsonText(source: Pick<ConfigSource, 'from' | 'name' | 'text'>): ConfigNode {
  return new JsonText(source).whole()
}

const space = /[ \t\n\r]*/y
const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const string = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y
const word = /[A-Za-z_$][\w$.-]*/y
const literals: ReadonlyMap<string, boolean | null> = new Map([
  ['true', true],
  ['false', false],
  ['null', null],
])

class JsonText {
  readonly #source: Pick<ConfigSource, 'from' | 'name'>
  readonly #text: string
  readonly #lineStarts: number[] = [0]
  #at = 0
  #nodes = 0

  constructor({ from, name, text }: Pick<ConfigSource, 'from' | 'name' | 'text'>) {
    this.#source = { from, name }
    // A byte order mark is no part of the text.
    this.#text = text.startsWith('\ufeff') ? text.slice(1) : text
    if (text.length > limits.bytes) throw this.#fail(0, 'textTooLong', { most: limits.bytes })
    for (let i = this.#text.indexOf('\n'); i >= 0; i = this.#text.indexOf('\n', i + 1)) this.#lineStarts.push(i + 1)
  }

  whole(): ConfigNode {
    const node = this.#value('', 0)
    this.#skip()
    if (this.#at < this.#text.length) throw this.#fail(this.#at, 'afterEnd', { found: this.#seen() })
    return node
  }

  #origin(offset: number): Origin {
    let low = 0
    let high = this.#lineStarts.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if (this.#lineStarts[middle]! <= offset) low = middle
      else high = middle - 1
    }
    return { ...this.#source, line: low + 1, column: offset - this.#lineStarts[low]! + 1 }
  }

  #fail(offset: number, rule: ConfigRule, facts: RuleFacts = {}, path = '') {
    return configError('config/invalid', this.#origin(offset), path, rule, facts)
  }

  /** What stands here, for the fact `found` of a rule. */
  #seen(): string {
    if (this.#at >= this.#text.length) return 'textEnd'
    const found = this.#match(word, false) ?? this.#text[this.#at]!
    if (found === '/') return 'comment'
    return found === "'" ? 'singleQuote' : JSON.stringify(found.slice(0, 40))
  }

  #match(pattern: RegExp, take = true): string | null {
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.#text)?.[0] ?? null
    if (take && found !== null) this.#at += found.length
    return found
  }

  #skip(): void {
    this.#match(space)
  }

  #take(character: string): boolean {
    this.#skip()
    if (this.#text[this.#at] !== character) return false
    this.#at++
    return true
  }

  #value(path: string, depth: number): ConfigNode {
    this.#skip()
    const start = this.#at
    if (depth > limits.depth) throw this.#fail(start, 'tooDeep', { most: limits.depth })
    if (++this.#nodes > limits.nodes) throw this.#fail(start, 'tooManyValues', { most: limits.nodes })
    const origin = this.#origin(start)
    const first = this.#text[start]
    if (first === '{') return this.#object(path, depth, origin)
    if (first === '[') return this.#list(path, depth, origin)
    if (first === '"') return { kind: 'scalar', value: this.#string(), origin }
    if (first !== undefined && /[-\d]/.test(first)) return { kind: 'scalar', value: this.#number(path), origin }
    const literal = this.#match(word, false)
    if (literal !== null && literals.has(literal)) {
      this.#at += literal.length
      return { kind: 'scalar', value: literals.get(literal)!, origin }
    }
    throw this.#fail(start, 'valueExpected', { found: this.#seen() }, path)
  }

  #string(): string {
    const text = this.#match(string)
    if (text === null) throw this.#fail(this.#at, 'badText')
    return JSON.parse(text) as string
  }

  #number(path: string): number {
    const start = this.#at
    const text = this.#match(number)
    const rest = this.#match(/[\w.+-]+/y, false)
    if (text === null || rest !== null) throw this.#fail(start, 'noNumber', { value: JSON.stringify(`${text ?? ''}${rest ?? ''}`) }, path)
    const value = Number(text)
    if (!Number.isFinite(value)) throw this.#fail(start, 'numberTooLarge', { value: text }, path)
    return value
  }

  #list(path: string, depth: number, origin: Origin): ConfigNode {
    this.#at++
    const items: ConfigNode[] = []
    if (this.#take(']')) return { kind: 'list', items, origin }
    for (;;) {
      items.push(this.#value(`${path}${path === '' ? '' : '.'}${items.length}`, depth + 1))
      if (this.#take(']')) return { kind: 'list', items, origin }
      this.#comma(']', path)
    }
  }

  #object(path: string, depth: number, origin: Origin): ConfigNode {
    this.#at++
    const entries = new Map<string, Entry>()
    if (this.#take('}')) return { kind: 'object', entries, origin }
    for (;;) {
      this.#skip()
      const keyAt = this.#at
      if (this.#text[keyAt] !== '"') throw this.#fail(keyAt, 'keyExpected', { found: this.#seen() }, path)
      const name = this.#string()
      const inner = path === '' ? name : `${path}.${name}`
      const key = this.#origin(keyAt)
      requireKey(name, key, inner)
      const earlier = entries.get(name)
      if (earlier) throw this.#fail(keyAt, 'keyTwice', { first: earlier.key.line ?? 1 }, inner)
      if (!this.#take(':')) throw this.#fail(this.#at, 'colonExpected', { found: this.#seen() }, inner)
      entries.set(name, { key, node: this.#value(inner, depth + 1) })
      if (this.#take('}')) return { kind: 'object', entries, origin }
      this.#comma('}', path)
    }
  }

  #comma(end: string, path: string): void {
    if (!this.#take(',')) throw this.#fail(this.#at, 'commaExpected', { end, found: this.#seen() }, path)
    const comma = this.#at - 1
    this.#skip()
    if (this.#text[this.#at] === end) throw this.#fail(comma, 'trailingComma', { end }, path)
  }
}
