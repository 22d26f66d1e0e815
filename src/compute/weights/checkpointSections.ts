import { badWeights } from './byteSource.ts'
import type { PickleValue } from './pickle/values.ts'
import type { WeightTensor } from './weightTensor.ts'

/** One dictionary of tensors inside a checkpoint. */
export interface WeightSection {
  /** Where it lies: 'state_dict', 'ema.module'; '' for a file that is nothing else. */
  readonly path: string
  readonly kind: 'model' | 'ema'
  readonly tensors: ReadonlyMap<string, WeightTensor>
}

const isTensor = (value: PickleValue): value is WeightTensor =>
  value !== null && typeof value === 'object' && 'read' in value && 'shape' in value && 'dtype' in value

/** The state of an optimizer has tensors, too, and none of them is a weight. */
const notWeights = /optim|sched|scaler|momentum|exp_avg/i
const averaged = /ema|averag|swa|shadow|teacher/i
const maxDepth = 3
/** Dictionaries may hold one another more than once: what is looked at is counted, not what is stored. */
const entryLimit = 1_000_000

/** Every dictionary of named tensors in what torch.save stored, the largest first; those of optimizers are left out. Errors: weights/bad-file. */
export function findSections(root: PickleValue): WeightSection[] {
  const found: WeightSection[] = []
  let seen = 0
  const visit = (value: PickleValue, path: readonly string[]): void => {
    if (!(value instanceof Map) || path.length > maxDepth) return
    seen += value.size
    if (seen > entryLimit) throw badWeights(`its dictionaries have more entries than ${entryLimit}`, { why: 'tooLarge' })
    const named = [...value].filter((entry): entry is [string, PickleValue] => typeof entry[0] === 'string')
    const tensors = new Map(named.filter((entry): entry is [string, WeightTensor] => isTensor(entry[1])))
    const name = path.join('.')
    if (tensors.size > 0) found.push({ path: name, kind: averaged.test(name) ? 'ema' : 'model', tensors })
    for (const [key, inner] of named) if (!notWeights.test(key)) visit(inner, [...path, key])
  }
  visit(root, [])
  if (found.length === 0) throw badWeights('it holds no dictionary of tensors', { why: 'noTensors' })
  return found.sort((a, b) => b.tensors.size - a.tensors.size)
}

/** The section a caller means; `auto` takes the model's own weights, and averaged ones only where there are no others. Errors: weights/bad-file. */
export function chooseSection(sections: readonly WeightSection[], use: 'auto' | 'model' | 'ema'): WeightSection {
  const wanted = sections.find(({ kind }) => kind === (use === 'ema' ? 'ema' : 'model')) ?? (use === 'auto' ? sections[0] : undefined)
  if (wanted) return wanted
  const names = sections.map(({ path }) => path || '(top level)').join(', ')
  throw use === 'ema'
    ? badWeights(`it holds no averaged (EMA) weights, only ${names}`, { why: 'noAveraged' })
    : badWeights(`it holds only averaged (EMA) weights: ${names}`, { why: 'onlyAveraged' })
}
