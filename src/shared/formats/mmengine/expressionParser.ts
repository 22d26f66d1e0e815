import { configError, type Origin } from '../../model/config/origin.ts'
import type { ConfigRule, RuleFacts } from '../../model/config/rules.ts'
import { pythonLimits } from './limits.ts'
import { pythonStringValue } from './pythonString.ts'
import type { DictEntry, Expression, Loop, Operation, Operator, Step } from './syntax.ts'
import type { Token } from './tokens.ts'

/** Valid Python that is not read here. */
class Unsupported extends Error {
  readonly at: Origin

  constructor(at: Origin, what: string) {
    super(what)
    this.at = at
  }
}

type Refused = Extract<Expression, { kind: 'unsupported' }>

const sums: ReadonlySet<string> = new Set(['+', '-'])
const products: ReadonlySet<string> = new Set(['*', '/', '//', '%'])
const constants: ReadonlyMap<string, boolean | null> = new Map([
  ['True', true],
  ['False', false],
  ['None', null],
])
/** Operators and keywords that go on with an expression. */
const foreign: ReadonlySet<string> = new Set([
  ...['==', '!=', '<', '>', '<=', '>=', '|', '&', '^', '<<', '>>', '@', ':='],
  ...['if', 'else', 'and', 'or', 'in', 'is', 'not', 'for', 'async'],
])
const foreignStart: ReadonlySet<string> = new Set(['lambda', 'not', 'await', 'yield', '*', '**', '~', '...'])

/** A walk over the words of a Python text that reads expressions. Errors: config/invalid for what is no Python. */
export class ExpressionParser {
  readonly #tokens: readonly Token[]
  #at = 0
  #depth = 0

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens
  }

  get next(): Token {
    return this.#tokens[this.#at]!
  }

  mark(): number {
    return this.#at
  }

  reset(mark: number): void {
    this.#at = mark
  }

  peek(ahead: number): Token {
    return this.#tokens[Math.min(this.#at + ahead, this.#tokens.length - 1)]!
  }

  take(): void {
    if (this.#at < this.#tokens.length - 1) this.#at++
  }

  is(text: string): boolean {
    return this.next.kind === 'operator' && this.next.text === text
  }

  skipLine(): void {
    while (this.next.kind !== 'newline' && this.next.kind !== 'end') this.take()
    this.take()
  }

  /** To the end of the line, or of what a `;` ends. */
  skipStatement(): void {
    for (let open = 0; this.next.kind !== 'newline' && this.next.kind !== 'end'; this.take()) {
      if (this.next.kind !== 'operator') continue
      if (open === 0 && this.is(';')) break
      if ('([{'.includes(this.next.text)) open++
      else if (')]}'.includes(this.next.text)) open--
    }
    this.take()
  }

  endLine(): void {
    if (this.next.kind === 'newline' || this.is(';')) return this.take()
    this.#unexpected('lineEndExpected')
  }

  refuse(at: Origin, what: string): never {
    throw new Unsupported(at, what)
  }

  /** What `read` gives; where it meets something unsupported, that, with everything up to the next comma, closing bracket or end of the line taken. */
  guarded<T>(read: () => T): T | Refused {
    const start = this.#at
    const depth = this.#depth
    try {
      return read()
    } catch (error) {
      if (!(error instanceof Unsupported)) throw error
      this.#at = start
      this.#depth = depth
      this.#skipValue()
      return { kind: 'unsupported', what: error.message, at: error.at }
    }
  }

  /** `a`, or the tuple `a, b`. */
  expressions(): Expression {
    const first = this.#expression()
    if (!this.is(',')) return first
    const items = [first]
    while (this.is(',')) {
      this.take()
      if (this.next.kind === 'newline' || this.is('=')) break
      items.push(this.#expression())
    }
    return { kind: 'tuple', items, at: first.at }
  }

  #skipValue(): void {
    let open = 0
    let inLambda = 0
    for (; this.next.kind !== 'end' && this.next.kind !== 'newline'; this.take()) {
      const { text, kind } = this.next
      if (kind === 'name' && text === 'lambda' && open === 0) inLambda++
      if (kind !== 'operator') continue
      if (inLambda > 0 && open === 0 && text === ':') inLambda--
      else if (text === ';' || (open === 0 && inLambda === 0 && text === ',')) return
      if ('([{'.includes(text)) open++
      else if (')]}'.includes(text) && open-- === 0) return
    }
  }

  /** `beforeFor`: a `for` may follow, as in a list comprehension. */
  #expression(beforeFor = false): Expression {
    if (++this.#depth > pythonLimits.depth * 2)
      throw configError('config/invalid', this.next.at, '', 'tooDeep', { most: pythonLimits.depth })
    const value = this.#folded(sums, () => this.#folded(products, () => this.#signed()))
    this.#depth--
    const { text, kind, at } = this.next
    if (foreign.has(text) && kind !== 'string' && !(beforeFor && text === 'for')) this.refuse(at, `"${text}" is not evaluated`)
    return value
  }

  #folded(operators: ReadonlySet<string>, operand: () => Expression): Expression {
    const first = operand()
    const rest: Operation[] = []
    while (this.next.kind === 'operator' && operators.has(this.next.text)) {
      const { text, at } = this.next
      this.take()
      rest.push({ operator: text as Operator, right: operand(), at })
    }
    return rest.length === 0 ? first : { kind: 'fold', first, rest, at: first.at }
  }

  #signed(): Expression {
    const { at } = this.next
    let negative = false
    let signs = 0
    for (; this.is('-') || this.is('+'); this.take()) {
      if (this.is('-')) negative = !negative
      signs++
    }
    const value = this.#power()
    return signs === 0 ? value : { kind: 'sign', negative, of: value, at }
  }

  #power(): Expression {
    const base = this.#accessed()
    if (!this.is('**')) return base
    const { at } = this.next
    this.take()
    if (++this.#depth > pythonLimits.depth * 2) throw configError('config/invalid', at, '', 'tooDeep', { most: pythonLimits.depth })
    const right = this.#signed()
    this.#depth--
    return { kind: 'fold', first: base, rest: [{ operator: '**', right, at }], at: base.at }
  }

  #accessed(): Expression {
    const of = this.#atom()
    const path: Step[] = []
    for (;;) {
      const { at } = this.next
      if (this.is('.')) {
        this.take()
        if (this.next.kind !== 'name') this.#unexpected('nameExpected')
        path.push({ attribute: this.next.text, at: this.next.at })
        this.take()
      } else if (this.is('[')) {
        this.take()
        const index = this.is(':') ? this.refuse(at, 'a slice is not evaluated') : this.expressions()
        if (this.is(':')) this.refuse(at, 'a slice is not evaluated')
        this.#close(']')
        path.push({ index, at })
      } else if (this.is('(')) this.refuse(of.at, `a call of ${nameOf(of, path)} is not run`)
      else return path.length === 0 ? of : { kind: 'access', of, path, at: of.at }
    }
  }

  #atom(): Expression {
    const { kind, text, at } = this.next
    if (foreignStart.has(text) && kind !== 'string') this.refuse(at, `"${text}" is not evaluated`)
    switch (kind) {
      case 'string':
        return this.#strings(at)
      case 'number':
        return this.#number(at)
      case 'placeholder':
        this.take()
        return { kind: 'placeholder', text, at }
      case 'name':
        return this.#name(at)
      case 'operator':
        if (text === '(') return this.#parenthesised(at)
        if (text === '[') return this.#list(at)
        if (text === '{') return this.#braces(at)
    }
    return this.#unexpected('valueExpected')
  }

  #name(at: Origin): Expression {
    const { text } = this.next
    this.take()
    if (constants.has(text)) return { kind: 'constant', value: constants.get(text)!, at }
    if (text === 'dict' && this.is('(')) return this.#dictCall(at)
    return { kind: 'name', name: text, at }
  }

  /** Literals side by side are one text. */
  #strings(at: Origin): Expression {
    let value = ''
    for (; this.next.kind === 'string'; this.take()) {
      const part = pythonStringValue(this.next.text)
      if (part === null) this.refuse(this.next.at, 'only plain texts are read: no bytes, no {…} of an f-string, no \\N{…}')
      value += part
    }
    return { kind: 'constant', value, at }
  }

  #number(at: Origin): Expression {
    const { text } = this.next
    if (/j$/i.test(text)) this.refuse(at, 'a complex number')
    const value = Number(text.replaceAll('_', ''))
    if (!Number.isFinite(value) || (Number.isInteger(value) && !Number.isSafeInteger(value) && /^\d+$/.test(text)))
      this.refuse(at, `${text.slice(0, 40)} is too large for a number`)
    this.take()
    return { kind: 'constant', value, at }
  }

  #parenthesised(at: Origin): Expression {
    this.take()
    if (this.is(')')) {
      this.take()
      return { kind: 'tuple', items: [], at }
    }
    const inner = this.#items(')')
    if (inner.comma) return { kind: 'tuple', items: inner.items, at }
    return inner.items[0]!
  }

  #list(at: Origin): Expression {
    this.take()
    if (this.is(']')) {
      this.take()
      return { kind: 'list', items: [], at }
    }
    const first = this.#expression(true)
    if (this.next.kind === 'name' && this.next.text === 'for') return this.#comprehension(first, at)
    return { kind: 'list', items: this.#items(']', first).items, at }
  }

  #comprehension(item: Expression, at: Origin): Expression {
    const loops: Loop[] = []
    while (this.next.kind === 'name' && this.next.text === 'for') {
      this.take()
      if (this.next.kind !== 'name' || this.peek(1).text !== 'in') this.refuse(this.next.at, 'only "for name in list" is read')
      const name = this.next.text
      this.take()
      this.take()
      loops.push({ name, over: this.#expression(true) })
    }
    if (!this.is(']')) this.refuse(this.next.at, 'only "for name in list" is read')
    this.take()
    return { kind: 'comprehension', item, loops, at }
  }

  #items(end: ']' | ')', first?: Expression): { items: Expression[]; comma: boolean } {
    const items = [first ?? this.#expression()]
    let comma = false
    while (this.is(',')) {
      comma = true
      this.take()
      if (this.is(end)) break
      items.push(this.#expression())
    }
    this.#close(end)
    return { items, comma }
  }

  #braces(at: Origin): Expression {
    this.take()
    const entries: DictEntry[] = []
    while (!this.is('}')) {
      const entry = this.#entry(() => {
        const key = this.#expression()
        if (!this.is(':')) this.refuse(key.at, 'a set')
        this.take()
        return key
      })
      entries.push(entry)
      this.#separator('}')
    }
    this.take()
    return { kind: 'dict', entries, call: false, at }
  }

  #dictCall(at: Origin): Expression {
    this.take()
    const entries: DictEntry[] = []
    while (!this.is(')')) {
      const entry = this.#entry(() => {
        const { kind, text: value, at: keyAt } = this.next
        if (kind !== 'name' || this.peek(1).text !== '=') this.refuse(keyAt, 'dict(...) is read with key=value and **name only')
        this.take()
        this.take()
        return { kind: 'constant', value, at: keyAt }
      })
      entries.push(entry)
      this.#separator(')')
    }
    this.take()
    return { kind: 'dict', entries, call: true, at }
  }

  /** A key that cannot be read makes the dict unsupported, a value only its entry. */
  #entry(readKey: () => Expression): DictEntry {
    const { at } = this.next
    if (this.is('**')) {
      this.take()
      return { key: null, value: this.guarded(() => this.#expression()), at }
    }
    const key = readKey()
    return { key, value: this.guarded(() => this.#expression()), at }
  }

  #separator(end: string): void {
    if (this.is(',')) return this.take()
    if (!this.is(end)) this.#unexpected('commaExpected', { end })
  }

  #close(end: string): void {
    if (!this.is(end)) this.#unexpected('commaExpected', { end })
    this.take()
  }

  #unexpected(rule: ConfigRule, facts: RuleFacts = {}): never {
    const { kind, text, at } = this.next
    const found = kind === 'newline' || kind === 'end' ? 'lineEnd' : JSON.stringify(text.slice(0, 40))
    throw configError('config/invalid', at, '', rule, { ...facts, found })
  }
}

function nameOf(of: Expression, path: readonly Step[]): string {
  const steps = path.map((step) => ('attribute' in step ? `.${step.attribute}` : '[…]')).join('')
  return `${of.kind === 'name' ? of.name : 'a value'}${steps}`
}
