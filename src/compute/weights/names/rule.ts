import { joinRows, splitRows, withShape } from '../tensorRows.ts'
import type { WeightTensor } from '../weightTensor.ts'

/**
 * How the same weights are called and cut in our names and in others. Names are templates: {s} a stage counted from 0, {n} the same from 1,
 * {j} a block, {p} what the tensor is (weight, bias, running_mean..). Stacked along the first axis, `own` and `other` hold the same rows.
 */
export interface NameRule {
  readonly own: readonly string[]
  readonly other: readonly string[]
  /** Rows of each of `own`, in shares; equal ones when absent. */
  readonly ownShares?: readonly number[]
  /** A Linear of ours, `[out, in]`, that is a 1x1 convolution there, `[out, in, 1, 1]`. */
  readonly pointwise?: true
}

interface Indices {
  readonly s?: number
  readonly j?: string
  readonly p: string
}

const patterns = { s: '(?<s>\\d+)', n: '(?<n>\\d+)', j: '(?<j>\\d+)', p: '(?<p>[a-z_]+)' } as const
const compiled = new Map<string, RegExp>()

function match(template: string, name: string): Indices | null {
  let pattern = compiled.get(template)
  if (!pattern) {
    const text = template.replaceAll('.', '\\.').replace(/\{([snjp])\}/g, (_, key: keyof typeof patterns) => patterns[key])
    pattern = new RegExp(`^${text}$`)
    compiled.set(template, pattern)
  }
  const groups = pattern.exec(name)?.groups
  if (!groups) return null
  const { s, n, j, p } = groups
  const stage = s !== undefined ? Number(s) : n !== undefined ? Number(n) - 1 : undefined
  return { ...(stage === undefined ? {} : { s: stage }), ...(j === undefined ? {} : { j }), p: p! }
}

function fill(template: string, { s = 0, j = '', p }: Indices): string {
  return template
    .replace('{s}', String(s))
    .replace('{n}', String(s + 1))
    .replace('{j}', j)
    .replace('{p}', p)
}

export interface Converted {
  readonly tensors: ReadonlyMap<string, WeightTensor>
  /** Names of the source that were used. */
  readonly used: ReadonlySet<string>
}

/** Tensors under other names as ours; what no rule knows, or what is not whole, is left over. */
export function toOwnNames(tensors: ReadonlyMap<string, WeightTensor>, rules: readonly NameRule[]): Converted {
  return convert(tensors, rules, ({ own, other, ownShares, pointwise }) => ({
    from: other,
    to: own,
    shares: ownShares ?? own.map(() => 1),
    reshape: (tensor, p) => (pointwise && p === 'weight' ? flat(tensor) : tensor),
  }))
}

/** Our tensors under other names, in our order. */
export function toOtherNames(tensors: ReadonlyMap<string, WeightTensor>, rules: readonly NameRule[]): Converted {
  return convert(tensors, rules, ({ own, other, pointwise }) => ({
    from: own,
    to: other,
    shares: other.map(() => 1),
    reshape: (tensor, p) =>
      pointwise && p === 'weight' && tensor.shape.length === 2 ? withShape(tensor, [...tensor.shape, 1, 1]) : tensor,
  }))
}

function flat(tensor: WeightTensor): WeightTensor {
  const [out, width, ...kernel] = tensor.shape
  return kernel.length === 2 && kernel.every((size) => size === 1) ? withShape(tensor, [out!, width!]) : tensor
}

interface Direction {
  readonly from: readonly string[]
  readonly to: readonly string[]
  readonly shares: readonly number[]
  readonly reshape: (tensor: WeightTensor, p: string) => WeightTensor
}

function convert(
  tensors: ReadonlyMap<string, WeightTensor>,
  rules: readonly NameRule[],
  directionOf: (rule: NameRule) => Direction,
): Converted {
  const directions = rules.map(directionOf)
  const result = new Map<string, WeightTensor>()
  const used = new Set<string>()
  for (const name of tensors.keys()) {
    for (const { from, to, shares, reshape } of directions) {
      const indices = match(from[0]!, name)
      if (!indices) continue
      const names = from.map((template) => fill(template, indices))
      const parts = names.flatMap((part) => tensors.get(part) ?? [])
      const cut = parts.length === names.length ? splitRows(joinRows(parts), shares) : null
      if (!cut) continue
      to.forEach((template, i) => result.set(fill(template, indices), reshape(cut[i]!, indices.p)))
      for (const part of names) used.add(part)
      break
    }
  }
  return { tensors: result, used }
}
