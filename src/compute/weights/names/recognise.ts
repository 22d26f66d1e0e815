import { AppError } from '../../../shared/errors.ts'
import type { DroppedReason, WeightNaming } from '../../../shared/model/weights.ts'
import type { WeightTensor } from '../weightTensor.ts'
import { toOtherNames, toOwnNames, type Converted } from './rule.ts'
import { ownRoots, segformerNamings } from './segformer.ts'

type Tensors = ReadonlyMap<string, WeightTensor>

/** A file's tensors under our names. */
export interface RecognisedWeights {
  readonly naming: WeightNaming
  /** What stood before the names of the backbone. */
  readonly prefix: string
  readonly tensors: Tensors
  readonly unexpected: readonly string[]
  readonly dropped: readonly { name: string; why: DroppedReason }[]
}

const counter = /(^|\.)num_batches_tracked$/

/**
 * Finds out whose names these are, whatever stands before them (`module.`, `backbone.`, `model.`, nothing), and gives the tensors ours.
 * Errors: weights/unknown-names when nothing of a SegFormer is in there.
 */
export function recogniseWeights(all: Tensors, naming: WeightNaming | 'auto'): RecognisedWeights {
  const tensors = new Map([...all].filter(([name]) => !counter.test(name)))
  const wanted: readonly WeightNaming[] = naming === 'auto' ? ['nvidia', 'hf', 'mmseg'] : [naming]
  const best = mostUsed(wanted.flatMap((each) => bestPart(tensors, each, 'backbone') ?? []))
  if (!best || best.converted.used.size === 0) throw unknownNames(all, naming)
  const head = bestPart(tensors, best.naming, 'head')
  const used = new Set([...best.converted.used, ...(head?.converted.used ?? [])])
  const dropped: { name: string; why: DroppedReason }[] = [...all.keys()]
    .filter((name) => counter.test(name))
    .map((name) => ({ name, why: 'counter' }))
  const unexpected: string[] = []
  for (const name of tensors.keys()) {
    if (used.has(name)) continue
    const why = knownUseless(name, best.naming, head?.prefix ?? null)
    if (why) dropped.push({ name, why })
    else unexpected.push(name)
  }
  const own = new Map([
    ...addPrefix(ownRoots.backbone, best.converted.tensors),
    ...addPrefix(ownRoots.head, head?.converted.tensors ?? new Map<string, WeightTensor>()),
  ])
  return { naming: best.naming, prefix: best.prefix, tensors: own, unexpected, dropped }
}

interface Part {
  readonly naming: WeightNaming
  readonly prefix: string
  /** Converted names lack the prefix; used ones have it. */
  readonly converted: Converted
}

const mostUsed = (parts: Part[]): Part | null => parts.sort((a, b) => b.converted.used.size - a.converted.used.size)[0] ?? null

/** The prefix under which most names are known; files with several networks (a teacher beside the model) have several. */
function bestPart(tensors: Tensors, naming: WeightNaming, part: 'backbone' | 'head'): Part | null {
  const { anchor, root, rules } = segformerNamings[naming][part]
  const prefixes = naming === 'own' ? [root] : prefixesOf(tensors, anchor)
  return mostUsed(
    prefixes.map((prefix): Part => {
      const { tensors: own, used } = toOwnNames(below(tensors, prefix), rules)
      return { naming, prefix, converted: { tensors: own, used: new Set([...used].map((name) => prefix + name)) } }
    }),
  )
}

const below = (tensors: Tensors, prefix: string): Tensors =>
  new Map([...tensors].filter(([name]) => name.startsWith(prefix)).map(([name, tensor]) => [name.slice(prefix.length), tensor]))

/** A file of networks has a handful; each of them costs a look at every name. */
const maxPrefixes = 16

function prefixesOf(tensors: Tensors, anchor: string): string[] {
  return [...tensors.keys()]
    .filter((name) => name === anchor || name.endsWith(`.${anchor}`))
    .map((name) => name.slice(0, -anchor.length))
    .sort((a, b) => a.length - b.length)
    .slice(0, maxPrefixes)
}

function knownUseless(name: string, naming: WeightNaming, headPrefix: string | null): DroppedReason | null {
  if (/(^|\.)auxiliary_head\./.test(name)) return 'auxiliaryHead'
  if (naming === 'mmseg' && headPrefix !== null && name.startsWith(headPrefix)) return 'otherHead'
  if (/(^|\.)decode_head\.conv_seg\./.test(name)) return 'unused'
  const classifier = naming === 'hf' ? /^(module\.)?classifier\.(weight|bias)$/ : /(^|\.)head\.(weight|bias)$/
  return classifier.test(name) ? 'imagenetClassifier' : null
}

const addPrefix = (prefix: string, tensors: Tensors): [string, WeightTensor][] =>
  [...tensors].map(([name, tensor]) => [prefix + name, tensor])

function unknownNames(tensors: Tensors, naming: string): AppError {
  const names = [...tensors.keys()].slice(0, 3).join(', ')
  const what = naming === 'auto' ? 'NVIDIA, MMSegmentation or Hugging Face' : naming
  return new AppError('weights/unknown-names', `the names are not those of a SegFormer as ${what} writes it: ${names}…`, { names })
}

/** Our tensors under the names of a naming, prefixes included; what it has no name for (the head, for MMSegmentation) is left out. */
export function renameWeights(tensors: Tensors, naming: WeightNaming): { tensors: Tensors; leftOut: string[] } {
  const result = new Map<string, WeightTensor>()
  const used = new Set<string>()
  for (const part of ['backbone', 'head'] as const) {
    const { root, rules } = segformerNamings[naming][part]
    const prefix = ownRoots[part]
    const converted = toOtherNames(below(tensors, prefix), rules)
    for (const [name, tensor] of addPrefix(root, converted.tensors)) result.set(name, tensor)
    for (const name of converted.used) used.add(prefix + name)
  }
  return { tensors: result, leftOut: [...tensors.keys()].filter((name) => !used.has(name)) }
}
