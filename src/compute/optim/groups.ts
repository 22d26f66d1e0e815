import { AppError } from '../../shared/errors.ts'
import type { Optimizer } from '../../shared/model/train/optimizers/table.ts'

export interface ParameterGroup {
  /** The rule's `match`, or '' for the tensors no rule names. */
  readonly match: string
  readonly lrMult: number
  readonly decayMult: number
  readonly names: readonly string[]
  readonly elements: number
}

/** Where a parameter stands between the input (layer 0) and the head (layer `last`). */
export interface LayerOrder {
  readonly last: number
  layerOf(name: string): number
}

/** What the network says about its parameters. */
export interface ParameterNature {
  readonly layers: LayerOrder
  /** Whether the network itself holds this parameter still. */
  isFrozen(name: string): boolean
}

export interface Multipliers {
  readonly lrMult: number
  readonly decayMult: number
}

/** What happens to every parameter, settled before the first step. */
export interface ParameterPlan {
  /** Of what is trained, by rule: every rule is listed, also one that names nothing. */
  readonly groups: readonly ParameterGroup[]
  /** Of what is not, by its reason: a `freeze` entry, or '' for the network's own. */
  readonly frozen: readonly { readonly match: string; readonly names: readonly string[]; readonly elements: number }[]
  readonly layerDecay: number
  /** With layer decay: every layer's factor on the rate, from the input to the head. */
  readonly layerFactors: readonly number[]
  /** Undefined where frozen. */
  multipliers(name: string): Multipliers | undefined
}

interface Sized {
  readonly name: string
  readonly length: number
}
type Choices = Pick<Optimizer, 'rules' | 'freeze' | 'layerDecay'>

const alike: ParameterNature = { layers: { last: 0, layerOf: () => 0 }, isFrozen: () => false }

class Gathered {
  readonly names: string[] = []
  elements = 0

  add({ name, length }: Sized): void {
    this.names.push(name)
    this.elements += length
  }
}

/**
 * Frozen parameters first; for the rest the longest `match` that is a substring of the name wins, ties alphabetical, the others are skipped
 * (mmengine custom_keys, specs/segformer.md section 10). Layer decay multiplies the rate of layer l by layerDecay^(last - l) on top.
 * Errors: config/invalid when nothing is left to train.
 */
export function planParameters(parameters: Iterable<Sized>, choices: Choices, nature: ParameterNature = alike): ParameterPlan {
  const { rules, freeze, layerDecay } = choices
  const { layers } = nature
  const ordered = [...rules].sort((a, b) => b.match.length - a.match.length || (a.match < b.match ? -1 : 1))
  const groups = new Map([undefined, ...rules].map((rule) => [rule, new Gathered()]))
  const frozen = new Map(['', ...freeze].map((match) => [match, new Gathered()]))
  const multipliers = new Map<string, Multipliers>()
  for (const parameter of parameters) {
    const { name } = parameter
    const reason = nature.isFrozen(name) ? '' : freeze.find((match) => name.includes(match))
    if (reason !== undefined) {
      frozen.get(reason)!.add(parameter)
      continue
    }
    const rule = ordered.find(({ match }) => name.includes(match))
    groups.get(rule)!.add(parameter)
    const factor = layerDecay ** (layers.last - layers.layerOf(name))
    multipliers.set(name, { lrMult: (rule?.lrMult ?? 1) * factor, decayMult: rule?.decayMult ?? 1 })
  }
  if (multipliers.size === 0 && [...frozen.values()].some(({ names }) => names.length > 0))
    throw new AppError('config/invalid', 'optimizer.freeze: every parameter is frozen; nothing would be learnt', {
      path: 'optimizer.freeze',
    })
  return {
    groups: [...groups].map(([rule, { names, elements }]) => ({
      match: rule?.match ?? '',
      lrMult: rule?.lrMult ?? 1,
      decayMult: rule?.decayMult ?? 1,
      names,
      elements,
    })),
    frozen: [...frozen].map(([match, { names, elements }]) => ({ match, names, elements })),
    layerDecay,
    layerFactors: layerDecay === 1 ? [] : Array.from({ length: layers.last + 1 }, (_, layer) => layerDecay ** (layers.last - layer)),
    multipliers: (name) => multipliers.get(name),
  }
}

/** Rules and freeze entries that name no parameter: most likely a slip of the pen. */
export function idleRules(plan: ParameterPlan): string[] {
  return [...plan.groups, ...plan.frozen].filter(({ match, names }) => match !== '' && names.length === 0).map(({ match }) => match)
}

/** One line per group: what the run prints before its first step. */
export function describePlan({ groups, frozen, layerDecay, layerFactors }: ParameterPlan): string[] {
  const count = ({ names, elements }: { names: readonly string[]; elements: number }) =>
    `${names.length} ${names.length === 1 ? 'tensor' : 'tensors'}, ${elements} values`
  const idle = ({ names, match }: { names: readonly string[]; match: string }) =>
    names.length === 0 && match !== '' ? ' (matches nothing)' : ''
  const trained = groups.map((g) => `${g.match || '(no rule)'}: ${count(g)}, lr x ${g.lrMult}, decay x ${g.decayMult}${idle(g)}`)
  const still = frozen
    .filter((f) => f.match !== '' || f.names.length > 0)
    .map((f) => `${f.match || '(stages)'}: ${count(f)}, frozen${idle(f)}`)
  const factors = layerFactors.map((factor) => factor.toPrecision(3)).join(', ')
  return [...trained, ...still, ...(layerFactors.length > 0 ? [`layer decay ${layerDecay}, from input to head: lr x ${factors}`] : [])]
}
