import { describe, expect, it } from 'vitest'
import { Arena } from '../tensor/arena.ts'
import { describePlan, idleRules, planParameters } from './groups.ts'
import { arenaSegments, elementMultipliers } from './segments.ts'

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
const choices = { rules, freeze: [], layerDecay: 1 }
const layers = { last: 2, layerOf: (name: string) => (name.startsWith('decode_head') ? 2 : name.includes('norm') ? 1 : 0) }

describe('parameter plan', () => {
  it('refuses to train nothing at all', () => {
    expect(() => planParameters(sized, { ...choices, freeze: ['backbone', 'decode_head'] })).toThrow(
      expect.objectContaining({ code: 'config/invalid', message: expect.stringContaining('optimizer.freeze') as unknown }),
    )
    expect(() => planParameters(sized, choices, { layers, isFrozen: () => true })).toThrow(/every parameter is frozen/)
    expect(planParameters([], choices).groups).toHaveLength(4)
  })

  it('lets the longest key that is a substring win, and shows rules that match nothing', () => {
    const plan = planParameters(sized, choices)
    expect(plan.groups.map((g) => [g.match, g.names.length, g.elements])).toEqual([
      ['', 1, 15],
      ['norm', 2, 14],
      ['decode_head', 2, 8],
      ['pos_block', 0, 0],
    ])
    expect(describePlan(plan)).toEqual([
      '(no rule): 1 tensor, 15 values, lr x 1, decay x 1',
      'norm: 2 tensors, 14 values, lr x 1, decay x 0',
      'decode_head: 2 tensors, 8 values, lr x 10, decay x 1',
      'pos_block: 0 tensors, 0 values, lr x 1, decay x 0 (matches nothing)',
    ])
    expect(idleRules(plan)).toEqual(['pos_block'])
  })

  it('breaks ties alphabetically', () => {
    const tied = [
      { match: 'cd', lrMult: 3, decayMult: 1 },
      { match: 'ab', lrMult: 2, decayMult: 1 },
    ]
    const plan = planParameters([{ name: 'ab.cd', length: 1 }], { ...choices, rules: tied })
    expect(plan.groups.find((g) => g.names.length > 0)?.match).toBe('ab')
  })

  it('cuts the arena into runs of equal multipliers', () => {
    expect(arenaSegments(new Arena(tensors), planParameters(sized, choices))).toEqual([
      { begin: 0, end: 16, lrMult: 1, decayMult: 1 },
      { begin: 16, end: 48, lrMult: 1, decayMult: 0 },
      { begin: 48, end: 80, lrMult: 10, decayMult: 1 },
    ])
  })

  it('leaves out what the network or an entry freezes, whatever the rules say', () => {
    const nature = { layers, isFrozen: (name: string) => name === 'backbone.conv.weight' }
    const plan = planParameters(sized, { ...choices, freeze: ['norm1.weight', 'nothing'] }, nature)
    expect(arenaSegments(new Arena(tensors), plan)).toEqual([
      { begin: 32, end: 48, lrMult: 1, decayMult: 0 },
      { begin: 48, end: 80, lrMult: 10, decayMult: 1 },
    ])
    expect([...elementMultipliers(new Arena(tensors), plan).rateOf.subarray(0, 33)].slice(-2)).toEqual([0, 1])
    expect(describePlan(plan).slice(4)).toEqual([
      '(stages): 1 tensor, 15 values, frozen',
      'norm1.weight: 1 tensor, 7 values, frozen',
      'nothing: 0 tensors, 0 values, frozen (matches nothing)',
    ])
    expect(idleRules(plan)).toEqual(['pos_block', 'nothing'])
  })

  it('multiplies rates down layer by layer, on top of the rules', () => {
    const plan = planParameters(sized, { ...choices, layerDecay: 0.5 }, { layers, isFrozen: () => false })
    expect(arenaSegments(new Arena(tensors), plan).map((s) => s.lrMult)).toEqual([0.25, 0.5, 10])
    expect(describePlan(plan).at(-1)).toBe('layer decay 0.5, from input to head: lr x 0.250, 0.500, 1.00')
  })
})
