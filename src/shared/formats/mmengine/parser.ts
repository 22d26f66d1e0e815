import { configError, type ConfigSource, type Origin } from '../../model/config/origin.ts'
import { ExpressionParser } from './expressionParser.ts'
import { readTokens } from './tokens.ts'
import type { Expression, Operator, Statement, Target } from './syntax.ts'

const blocks: ReadonlySet<string> = new Set([
  'def',
  'class',
  'if',
  'elif',
  'else',
  'for',
  'while',
  'with',
  'try',
  'except',
  'finally',
  'async',
  '@',
])
const simple: ReadonlySet<string> = new Set([
  'import',
  'from',
  'del',
  'assert',
  'raise',
  'return',
  'global',
  'nonlocal',
  'pass',
  'break',
  'continue',
  'yield',
])
const augmented: ReadonlyMap<string, Operator> = new Map(
  (['+', '-', '*', '/', '//', '%', '**'] as const).map((operator) => [`${operator}=`, operator]),
)

/**
 * Reads the assignments of a Python text and runs nothing. What is no assignment of values is `skipped`, with its block; a value it does not read is `unsupported`.
 * Errors: config/invalid for what is no Python, with file, line and column.
 */
export function parsePython(source: Pick<ConfigSource, 'from' | 'name' | 'text'>): Statement[] {
  return new StatementParser(source).all()
}

class StatementParser {
  readonly #words: ExpressionParser

  constructor(source: Pick<ConfigSource, 'from' | 'name' | 'text'>) {
    this.#words = new ExpressionParser(readTokens(source))
  }

  all(): Statement[] {
    const statements: Statement[] = []
    const words = this.#words
    while (words.next.kind !== 'end') {
      const statement = this.#statement()
      if (statement) statements.push(statement)
    }
    return statements
  }

  /** Null for what means nothing to a config: a text on its own, `pass`. */
  #statement(): Statement | null {
    const words = this.#words
    const { text, kind, at, indent } = words.next
    if (kind === 'newline') {
      words.take()
      return null
    }
    if (indent !== null && indent > 0) throw configError('config/invalid', at, '', 'indented')
    if ((kind === 'name' || text === '@') && blocks.has(text)) return this.#block()
    const second = words.peek(1)
    if (kind === 'name' && simple.has(text) && second.text !== '=') {
      words.skipStatement()
      return text === 'pass' ? null : { kind: 'skipped', subject: null, what: `"${text}" is not run`, at }
    }
    const subject = kind === 'name' && second.kind === 'operator' && (second.text === '=' || augmented.has(second.text)) ? text : null
    const start = words.mark()
    const read = words.guarded(() => this.#assignment(at))
    if (read?.kind !== 'unsupported') return read
    words.reset(start)
    words.skipStatement()
    return { kind: 'skipped', subject, what: read.what, at: read.at }
  }

  /** A header and the indented lines under it. */
  #block(): Statement {
    const words = this.#words
    const { text, at } = words.next
    const lazy = text === 'with' && words.peek(1).text === 'read_base'
    words.skipLine()
    while (words.next.kind === 'newline' || (words.next.indent ?? 0) > 0) words.skipLine()
    const what = lazy
      ? '"with read_base()" imports Python modules; only `_base_` is followed. mmengine writes the whole config as one file: Config.fromfile(...).dump(...)'
      : `"${text}" is not run`
    return { kind: 'skipped', subject: null, what, at }
  }

  #assignment(at: Origin): Statement | null {
    const words = this.#words
    const targets: Expression[] = []
    for (;;) {
      const expression = words.expressions()
      if (words.is('=')) {
        words.take()
        targets.push(expression)
        continue
      }
      const operator = words.next.kind === 'operator' ? augmented.get(words.next.text) : undefined
      if (operator && targets.length === 0) return this.#augment(expression, operator, at)
      if (targets.length === 0) return this.#alone(expression)
      words.endLine()
      return { kind: 'assign', targets: targets.map((target) => this.#target(target)), value: expression, at }
    }
  }

  #augment(left: Expression, operator: Operator, at: Origin): Statement {
    const words = this.#words
    words.take()
    const right = words.expressions()
    words.endLine()
    return { kind: 'augment', target: this.#target(left), operator, right, at }
  }

  #alone(expression: Expression): Statement | null {
    const words = this.#words
    const { at } = expression
    if (words.is(':')) return words.refuse(at, 'an annotation; write name = value')
    words.endLine()
    if (expression.kind === 'constant') return null
    return { kind: 'skipped', subject: null, what: 'a value that is not assigned to anything', at }
  }

  #target(expression: Expression): Target {
    if (expression.kind === 'name' || (expression.kind === 'access' && expression.of.kind === 'name')) return expression
    return this.#words.refuse(expression.at, 'only name = value, name.key = value and name[...] = value are read')
  }
}
