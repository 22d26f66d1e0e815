import { configError, type Origin } from '../../model/config/origin.ts'
import { pythonLimits } from './limits.ts'

/** A value of a Python config; lists and dicts are shared and changed as in Python until `settled` makes a tree of them. */
export type PythonValue = PythonScalar | PythonSequence | PythonDict
export interface PythonScalar {
  readonly kind: 'scalar'
  readonly value: string | number | boolean | null
  readonly at: Origin
}
export interface PythonSequence {
  readonly kind: 'list' | 'tuple'
  readonly items: PythonValue[]
  readonly at: Origin
}
export interface PythonDict {
  readonly kind: 'dict'
  readonly entries: Map<string, PythonEntry>
  readonly at: Origin
}
export interface PythonEntry {
  /** Where the key stands. */
  readonly at: Origin
  readonly value: PythonValue
}

export const scalar = (value: PythonScalar['value'], at: Origin): PythonScalar => ({ kind: 'scalar', value, at })
export const emptyDict = (at: Origin): PythonDict => ({ kind: 'dict', entries: new Map(), at })

export function pythonKind(value: PythonValue): string {
  if (value.kind !== 'scalar') return value.kind === 'tuple' ? 'a tuple' : `a ${value.kind}`
  return value.value === null ? 'None' : `the ${typeof value.value} ${JSON.stringify(value.value).slice(0, 60)}`
}

/** The same for the fact `found` of a rule. */
export function pythonFound(value: PythonValue): string {
  if (value.kind !== 'scalar') return value.kind
  return value.value === null ? 'None' : JSON.stringify(value.value).slice(0, 60)
}

/** How much has been read so far: every file of an import draws on the same amount. */
export class Work {
  #done = 0

  /** Errors: config/invalid where a text asks for more than any config needs. */
  spend(amount: number, at: Origin): void {
    this.#done += amount
    if (this.#done > pythonLimits.work) throw configError('config/invalid', at, '', 'tooMuchWork', { most: pythonLimits.work })
  }
}

/** A copy in which nothing is shared. Errors: config/invalid for what is nested too deep, also in itself, or multiplies beyond any sense. */
export function settled<T extends PythonValue>(value: T, work: Work): T {
  let nodes = 0
  const count = (text: unknown) => (nodes += 1 + (typeof text === 'string' ? text.length / pythonLimits.charactersPerNode : 0))
  const copy = (from: PythonValue, depth: number): PythonValue => {
    if (depth > pythonLimits.depth) throw configError('config/invalid', from.at, '', 'tooDeep', { most: pythonLimits.depth })
    if (count(from.kind === 'scalar' ? from.value : null) > pythonLimits.nodes)
      throw configError('config/invalid', from.at, '', 'tooManyValues', { most: pythonLimits.nodes })
    if (from.kind === 'scalar') return { ...from }
    if (from.kind !== 'dict') return { ...from, items: from.items.map((item) => copy(item, depth + 1)) }
    const entries = [...from.entries].map(([key, { at, value: inner }]): [string, PythonEntry] => [
      key,
      { at, value: copy(inner, depth + 1) },
    ])
    return { ...from, entries: new Map(entries) }
  }
  const made = copy(value, 0) as T
  work.spend(Math.ceil(nodes), value.at)
  return made
}
