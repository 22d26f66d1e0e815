import { describe, expect, it } from 'vitest'
import { Arena } from '../tensor/arena.ts'
import { counterRng } from '../tensor/rng.ts'
import { AdamW, arenaSegments } from './adamw.ts'
import { addGradients, clipScale, gradientNorm } from './gradients.ts'
import { describeGroups, resolveGroups } from './groups.ts'

const rules = [
  { match: 'norm', lrMult: 1, decayMult: 0 },
  { match: 'decode_head', lrMult: 10, decayMult: 1 },
  { match: 'pos_block', lrMult: 1, decayMult: 0 },
]
const tensors = [
  { name: 'backbone.conv.weight', shape: [3, 5] },
  { name: 'backbone.norm1.weight', shape: [7] },
  { name: 'backbone.norm1.bias', shape: [7] },
  { name: 'decode_head.linear_fuse.bn.weight', shape: [4] },
  { name: 'decode_head.norm.bias', shape: [4] },
]
const sized = tensors.map((t) => ({ name: t.name, length: t.shape.reduce((a, b) => a * b, 1) }))

describe('parameter groups', () => {
  it('lets the longest key that is a substring win, and shows rules that match nothing', () => {
    const groups = resolveGroups(sized, rules)
    expect(groups.map((g) => [g.match, g.names.length, g.elements])).toEqual([
      ['', 1, 15],
      ['norm', 2, 14],
      ['decode_head', 2, 8],
      ['pos_block', 0, 0],
    ])
    expect(describeGroups(groups)[3]).toBe('pos_block: 0 tensors, 0 values, lr x 1, decay x 0 (matches nothing)')
  })

  it('breaks ties alphabetically', () => {
    const groups = resolveGroups(
      [{ name: 'ab.cd', length: 1 }],
      [
        { match: 'cd', lrMult: 3, decayMult: 1 },
        { match: 'ab', lrMult: 2, decayMult: 1 },
      ],
    )
    expect(groups.find((g) => g.names.length > 0)?.match).toBe('ab')
  })

  it('cuts the arena into runs of equal multipliers', () => {
    const segments = arenaSegments(new Arena(tensors), resolveGroups(sized, rules))
    expect(segments).toEqual([
      { begin: 0, end: 16, lrMult: 1, decayMult: 1 },
      { begin: 16, end: 48, lrMult: 1, decayMult: 0 },
      { begin: 48, end: 80, lrMult: 10, decayMult: 1 },
    ])
  })
})

/** Textbook AdamW in double precision, one number. */
function reference(p: number, gradients: readonly number[], lr: number, decay: number): number {
  let m = 0
  let v = 0
  gradients.forEach((g, i) => {
    const t = i + 1
    m = 0.9 * m + 0.1 * g
    v = 0.999 * v + 0.001 * g * g
    p *= 1 - lr * decay
    p -= (lr * (m / (1 - 0.9 ** t))) / (Math.sqrt(v / (1 - 0.999 ** t)) + 1e-8)
  })
  return p
}

describe('AdamW', () => {
  it('follows the formula in every group for several steps', () => {
    const optimizer = new AdamW(tensors, resolveGroups(sized, rules), { betas: [0.9, 0.999], eps: 1e-8, weightDecay: 0.01 })
    const { params, gradients } = optimizer
    const rng = counterRng(3, 'adamw')
    const start = new Map(tensors.map((t) => [t.name, params.view(t.name).map(() => rng.normal())]))
    for (const [name, values] of start) params.view(name).set(values)
    const seen = new Map<string, number[]>(tensors.map((t) => [t.name, []]))
    for (let step = 0; step < 5; step++) {
      for (const t of tensors) {
        gradients.view(t.name).forEach((_, i, view) => (view[i] = rng.normal() * (i + 1)))
        seen.get(t.name)!.push(gradients.view(t.name)[2]! * 0.5)
      }
      optimizer.step(1e-2, 0.5)
    }
    const expectNear = (name: string, lr: number, decay: number): void => {
      const want = reference(start.get(name)![2]!, seen.get(name)!, lr, decay)
      expect(Math.abs(params.view(name)[2]! - want)).toBeLessThan(1e-6 * Math.max(1, Math.abs(want)))
    }
    expectNear('backbone.conv.weight', 1e-2, 0.01)
    expectNear('backbone.norm1.bias', 1e-2, 0)
    expectNear('decode_head.linear_fuse.bn.weight', 1e-1, 0.01)
    expect(optimizer.steps).toBe(5)
  })
})

describe('gradients', () => {
  it('are added, measured and clipped', () => {
    const a = new Arena([{ name: 'w', shape: [3] }])
    const b = a.like()
    a.view('w').set([1, 2, 2])
    b.view('w').set([2, 2, 4])
    addGradients(a, b)
    expect([...a.view('w')]).toEqual([3, 4, 6])
    expect(gradientNorm(a)).toBeCloseTo(Math.sqrt(61), 6)
    expect(clipScale(10, 1)).toBeCloseTo(0.1, 6)
    expect(clipScale(0.5, 1)).toBe(1)
    expect(clipScale(10, null)).toBe(1)
  })
})
