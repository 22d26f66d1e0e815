import { configError, originText, type ConfigSource, type Origin } from '../../model/config/origin.ts'
import { evaluatePython, type LeftOut } from './evaluate.ts'
import { pythonLimits } from './limits.ts'
import { besidePython, mergePython, withoutIdleFlags } from './mergePython.ts'
import { parsePython } from './parser.ts'
import type { FileFacts } from './placeholders.ts'
import { emptyDict, pythonFound, settled, Work, type PythonDict, type PythonEntry, type PythonValue } from './pythonValue.ts'
import type { Expression, Statement, Target } from './syntax.ts'

/** The text of a Python config; `id` tells files apart, whatever they are called. */
export interface PythonSource extends Pick<ConfigSource, 'from' | 'name' | 'text'> {
  readonly id: string
  readonly facts: FileFacts
}

/** Finds the file that a name in `_base_` means, as seen from the file that names it. Errors: config/invalid, file/*. */
export type LoadPythonBase = (name: string, from: PythonSource, at: Origin) => Promise<PythonSource>

export interface LoadedPython {
  readonly config: PythonDict
  readonly leftOut: readonly LeftOut[]
  /** Names of a base that a later file gives another value without using it: what the base has built from it keeps the old one. */
  readonly captured: readonly { readonly name: string; readonly at: Origin }[]
  /** Every file it was made from, itself last. */
  readonly files: readonly string[]
}

/** Reads a Python config over its bases, by mmengine's rules (specs/runtime.md section 1); nothing is run. Errors: config/invalid with file, line and column; those of `load`. */
export async function loadPython(source: PythonSource, load: LoadPythonBase): Promise<LoadedPython> {
  const loader = new Loader(load)
  const merged = await loader.load(source, [])
  const config = settled(withoutIdleFlags(merged, loader.leftOut), loader.work)
  return { config, leftOut: loader.leftOut, captured: loader.captured, files: loader.files }
}

class Loader {
  readonly work = new Work()
  readonly leftOut: LeftOut[] = []
  readonly captured: { name: string; at: Origin }[] = []
  readonly files: string[] = []
  readonly #load: LoadPythonBase
  #loads = 0

  constructor(load: LoadPythonBase) {
    this.#load = load
  }

  async load(source: PythonSource, open: readonly PythonSource[]): Promise<PythonDict> {
    const at: Origin = { from: source.from, name: source.name, line: 1, column: 1 }
    const { names, statements } = this.#split(parsePython(source), source.facts)
    let base = emptyDict(at)
    for (const { name, at: where } of names) base = besidePython(base, await this.#base(name, where, source, [...open, source]))
    const inherited = new Set(base.entries.keys())
    const { variables, leftOut, used } = evaluatePython(statements, base, source.facts, at, this.work)
    this.leftOut.push(...leftOut)
    for (const [name, { at: where, value }] of variables.entries)
      if (inherited.has(name) && value.kind !== 'dict' && !used.has(name)) this.captured.push({ name, at: where })
    if (!this.files.includes(source.name)) this.files.push(source.name)
    const own = [...variables.entries].filter(([name]) => !name.startsWith('__'))
    return mergePython(settled(base, this.work), settled({ ...variables, entries: new Map<string, PythonEntry>(own) }, this.work))
  }

  async #base(name: string, at: Origin, source: PythonSource, open: readonly PythonSource[]): Promise<PythonDict> {
    if (++this.#loads > pythonLimits.files) throw configError('config/invalid', at, '_base_', 'tooManyBases', { most: pythonLimits.files })
    const base = await this.#load(name, source, at)
    const round = open.findIndex(({ id }) => id === base.id)
    if (round < 0) return this.load(base, open)
    const way = [...open.slice(round), base].map((each) => each.name).join(' -> ')
    throw configError('config/invalid', at, '_base_', 'circle', { way })
  }

  /** `_base_` counts wherever it stands at the top of the text, before anything else is worked out. */
  #split(statements: readonly Statement[], facts: FileFacts): { names: { name: string; at: Origin }[]; statements: Statement[] } {
    const named = (target: Target) => target.kind === 'name' && target.name === '_base_'
    const isBase = (statement: Statement): boolean => {
      if (statement.kind === 'skipped') return statement.subject === '_base_'
      return statement.kind === 'augment' ? named(statement.target) : statement.targets.some(named)
    }
    const given = statements.filter(isBase)
    const [first, second] = given
    if (second) throw configError('config/invalid', second.at, '_base_', 'basesTwice', { other: originText(first!.at) })
    if (first?.kind === 'augment') throw configError('config/invalid', first.at, '_base_', 'basesAdded')
    if (first?.kind === 'skipped') throw configError('config/invalid', first.at, '_base_', 'basesNotRead', { what: first.what })
    return { names: first ? namesOf(first.value, facts, this.work) : [], statements: statements.filter((statement) => statement !== first) }
  }
}

/** A text or a list of texts. */
function namesOf(expression: Expression, facts: FileFacts, work: Work): { name: string; at: Origin }[] {
  const { at } = expression
  const target = { kind: 'name', name: 'value', at } as const
  const { variables, leftOut } = evaluatePython(
    [{ kind: 'assign', targets: [target], value: expression, at }],
    emptyDict(at),
    facts,
    at,
    work,
  )
  const value = variables.entries.get('value')?.value
  if (!value) throw configError('config/invalid', leftOut[0]?.at ?? at, '_base_', 'basesNotRead', { what: leftOut[0]?.what ?? '' })
  const nameOf = (item: PythonValue) => {
    if (item.kind === 'scalar' && typeof item.value === 'string' && item.value !== '') return { name: item.value, at: item.at }
    throw configError('config/invalid', item.at, '_base_', 'fileExpected', { found: pythonFound(item) })
  }
  return value.kind === 'list' || value.kind === 'tuple' ? value.items.map(nameOf) : [nameOf(value)]
}
