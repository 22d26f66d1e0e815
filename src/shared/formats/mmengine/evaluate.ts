import type { Origin } from '../../model/config/origin.ts'
import { nearestName } from '../../model/nearest.ts'
import { operate, Unknown } from './arithmetic.ts'
import { pythonLimits } from './limits.ts'
import { substituted, type FileFacts } from './placeholders.ts'
import { emptyDict, pythonKind, scalar, type PythonDict, type PythonValue, type Work } from './pythonValue.ts'
import type { Expression, Statement, Step, Target } from './syntax.ts'

/** A part of a Python text that was left out, with its reason; `subject` is the name or key that got no value. */
export interface LeftOut {
  readonly at: Origin
  readonly subject: string | null
  readonly what: string
}

export interface Evaluated {
  readonly variables: PythonDict
  readonly leftOut: readonly LeftOut[]
  /** Names that the text has used after giving them a value. */
  readonly used: ReadonlySet<string>
}

/** Longer names get no suggestion, and a text not many: each costs a comparison with every name there is. */
const suggestionLength = 40

interface Scope {
  readonly names: Map<string, PythonValue>
  readonly outer: Scope | null
}

/**
 * Works out the assignments of a text, one after the other, with `_base_` standing for the merged bases. Nothing is called. The smallest key or name whose value is
 * not understood is left out. Errors: config/invalid where a text asks for more than any config needs.
 */
export function evaluatePython(statements: readonly Statement[], base: PythonDict, facts: FileFacts, at: Origin, work: Work): Evaluated {
  return new Evaluation(base, facts, work).run(statements, at)
}

class Evaluation {
  readonly #base: PythonDict
  readonly #facts: FileFacts
  readonly #work: Work
  readonly #variables = new Map<string, { at: Origin; value: PythonValue }>()
  readonly #leftOut: LeftOut[] = []
  readonly #used = new Set<string>()
  #suggestions = 0

  constructor(base: PythonDict, facts: FileFacts, work: Work) {
    this.#base = base
    this.#facts = facts
    this.#work = work
  }

  run(statements: readonly Statement[], at: Origin): Evaluated {
    for (const statement of statements) {
      if (statement.kind === 'skipped') this.#leftOut.push(statement)
      else if (statement.kind === 'augment') this.#guarded(subjectOf(statement.target), () => this.#augment(statement))
      else
        this.#guarded(statement.targets.map(subjectOf).join(' = '), () =>
          this.#assign(statement.targets, this.#value(statement.value, null)),
        )
    }
    return { variables: { ...emptyDict(at), entries: this.#variables }, leftOut: this.#leftOut, used: this.#used }
  }

  /** Null where the value is not understood, which is noted. */
  #guarded<T>(subject: string | null, read: () => T): T | null {
    try {
      return read()
    } catch (error) {
      if (!(error instanceof Unknown)) throw error
      this.#leftOut.push({ at: error.at, subject, what: error.message })
      return null
    }
  }

  #assign(targets: readonly Target[], value: PythonValue): void {
    for (const target of targets) {
      if (target.kind === 'name') {
        if (target.name !== '_base_') this.#variables.set(target.name, { at: target.at, value })
        continue
      }
      const last = target.path.at(-1)!
      const holder = this.#follow(this.#value(target.of, null), target.path.slice(0, -1), null)
      this.#put(holder, last, value)
    }
  }

  /** A list grows where it is, for everyone who shares it. */
  #augment({ target, operator, right, at }: Extract<Statement, { kind: 'augment' }>): void {
    const left = this.#value(target, null)
    const more = this.#value(right, null)
    if (left.kind !== 'list' || operator !== '+' || (more.kind !== 'list' && more.kind !== 'tuple'))
      return this.#assign([target], operate(operator, left, more, at, this.#work))
    this.#work.spend(left.items.length + more.items.length, at)
    const items = [...more.items]
    for (const item of items) left.items.push(item)
  }

  #put(holder: PythonValue, step: Step, value: PythonValue): void {
    const key = this.#keyOf(step, null)
    if (holder.kind === 'dict' && typeof key === 'string') holder.entries.set(key, { at: step.at, value })
    else if (holder.kind === 'list' && typeof key === 'number') {
      const index = indexIn(holder.items.length, key)
      if (index === null) throw new Unknown(step.at, `a list of ${holder.items.length} has no entry ${key}`)
      holder.items[index] = value
    } else throw new Unknown(step.at, `${pythonKind(holder)} has no place for ${JSON.stringify(key)}`)
  }

  #value(expression: Expression, scope: Scope | null): PythonValue {
    const { at } = expression
    this.#work.spend(1, at)
    switch (expression.kind) {
      case 'constant':
        return typeof expression.value === 'string' ? this.#text(expression.value, at) : scalar(expression.value, at)
      case 'placeholder':
        return literalOf(this.#text(expression.text, at))
      case 'name':
        return this.#named(expression.name, at, scope)
      case 'list':
      case 'tuple':
        return { kind: expression.kind, items: expression.items.map((item) => this.#value(item, scope)), at }
      case 'dict':
        return this.#dict(expression, scope)
      case 'comprehension':
        return { kind: 'list', items: this.#loop(expression, 0, scope), at }
      case 'access':
        return this.#follow(this.#value(expression.of, scope), expression.path, scope)
      case 'sign':
        return this.#signed(this.#value(expression.of, scope), expression.negative, at)
      case 'fold':
        return expression.rest.reduce(
          (left, { operator, right, at: where }) => operate(operator, left, this.#value(right, scope), where, this.#work),
          this.#value(expression.first, scope),
        )
      case 'unsupported':
        throw new Unknown(at, expression.what)
    }
  }

  #text(text: string, at: Origin): PythonValue {
    const base = /^\{\{\s*_base_\.([\w.]+)\s*\}\}$/.exec(text)?.[1]
    if (base === undefined) return scalar(substituted(text, this.#facts, at), at)
    const path = base.split('.').map((attribute): Step => ({ attribute, at }))
    return this.#follow(this.#base, path, null)
  }

  #named(name: string, at: Origin, scope: Scope | null): PythonValue {
    if (name === '_base_') return this.#base
    for (let inner = scope; inner; inner = inner.outer) if (inner.names.has(name)) return inner.names.get(name)!
    const found = this.#variables.get(name)
    if (!found) throw new Unknown(at, `nothing is known of "${name}"`)
    this.#used.add(name)
    return found.value
  }

  #dict({ entries, call, at }: Extract<Expression, { kind: 'dict' }>, scope: Scope | null): PythonValue {
    const made = emptyDict(at)
    const put = (key: string, value: PythonValue, where: Origin) => {
      if (call && made.entries.has(key)) throw new Unknown(where, `the key "${key}" is given twice`)
      made.entries.set(key, { at: where, value })
    }
    for (const { key: keyExpression, value: expression, at: where } of entries) {
      if (keyExpression === null) {
        const spread = this.#guarded('**', () => this.#value(expression, scope))
        if (spread && spread.kind !== 'dict') throw new Unknown(where, `** needs a dict, not ${pythonKind(spread)}`)
        this.#work.spend(spread?.entries.size ?? 0, where)
        for (const [name, entry] of spread?.entries ?? []) put(name, entry.value, entry.at)
        continue
      }
      const key = this.#value(keyExpression, scope)
      if (key.kind !== 'scalar' || typeof key.value !== 'string') throw new Unknown(where, `a key is a text, not ${pythonKind(key)}`)
      const name = key.value
      if (name.length > pythonLimits.key) throw new Unknown(where, `a key of more than ${pythonLimits.key} characters`)
      const value = this.#guarded(name, () => this.#value(expression, scope))
      if (value) put(name, value, where)
    }
    return made
  }

  #loop(expression: Extract<Expression, { kind: 'comprehension' }>, depth: number, scope: Scope | null): PythonValue[] {
    const loop = expression.loops[depth]
    if (!loop) return [this.#value(expression.item, scope)]
    const over = this.#value(loop.over, scope)
    if (over.kind !== 'list' && over.kind !== 'tuple') throw new Unknown(loop.over.at, `${pythonKind(over)} has no entries`)
    return over.items.flatMap((item) => this.#loop(expression, depth + 1, { names: new Map([[loop.name, item]]), outer: scope }))
  }

  #follow(from: PythonValue, path: readonly Step[], scope: Scope | null): PythonValue {
    return path.reduce((holder, step) => this.#child(holder, step, scope), from)
  }

  #child(holder: PythonValue, step: Step, scope: Scope | null): PythonValue {
    this.#work.spend(1, step.at)
    const key = this.#keyOf(step, scope)
    if (holder.kind === 'dict' && typeof key === 'string') {
      const found = holder.entries.get(key)
      if (found) return found.value
      const nearest = this.#nearest(key, holder)
      throw new Unknown(step.at, `there is no "${key.slice(0, pythonLimits.key)}"${nearest ? `; did you mean "${nearest}"?` : ''}`)
    }
    if (holder.kind !== 'dict' && holder.kind !== 'scalar' && typeof key === 'number') {
      const index = indexIn(holder.items.length, key)
      if (index !== null) return holder.items[index]!
    }
    throw new Unknown(step.at, `${pythonKind(holder)} has no entry ${JSON.stringify(key)}`)
  }

  #nearest(key: string, { entries }: PythonDict): string {
    if (key.length > suggestionLength || ++this.#suggestions > 20) return ''
    return nearestName(key, [...entries.keys()].filter((name) => name.length <= suggestionLength).slice(0, 200))
  }

  #keyOf(step: Step, scope: Scope | null): string | number {
    if ('attribute' in step) return step.attribute
    const index = this.#value(step.index, scope)
    if (index.kind === 'scalar' && (typeof index.value === 'string' || typeof index.value === 'number')) return index.value
    throw new Unknown(step.at, `an index is a number or a text, not ${pythonKind(index)}`)
  }

  #signed(value: PythonValue, negative: boolean, at: Origin): PythonValue {
    if (value.kind !== 'scalar' || typeof value.value !== 'number') throw new Unknown(at, `${pythonKind(value)} has no sign`)
    return scalar(negative ? -value.value : value.value, at)
  }
}

/** Outside of quotes a default of the environment is Python, so a number is a number. */
function literalOf(value: PythonValue): PythonValue {
  if (value.kind !== 'scalar' || typeof value.value !== 'string') return value
  const { value: text, at } = value
  if (/^-?\d{1,15}(?:\.\d{1,15})?(?:[eE][+-]?\d{1,3})?$/.test(text)) return scalar(Number(text), at)
  const words: Readonly<Record<string, boolean | null>> = { True: true, False: false, None: null }
  return Object.hasOwn(words, text) ? scalar(words[text]!, at) : value
}

/** Negative ones count from the end. */
function indexIn(length: number, index: number): number | null {
  const at = index < 0 ? index + length : index
  return Number.isInteger(at) && at >= 0 && at < length ? at : null
}

function subjectOf(target: Target): string {
  if (target.kind === 'name') return target.name
  const steps = target.path.map((step) => ('attribute' in step ? `.${step.attribute}` : '[…]')).join('')
  return `${target.of.kind === 'name' ? target.of.name : ''}${steps}`
}
