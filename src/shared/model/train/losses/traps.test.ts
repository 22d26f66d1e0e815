import { describe, expect, it } from 'vitest'
import { lossListSchema } from './table.ts'
import { lossTraps, startOf } from './traps.ts'

const of = (...list: object[]) => lossListSchema.parse(list)
const keys = (list: ReturnType<typeof of>, classes = 21) => lossTraps(list, classes, 512 * 512).map(({ key }) => key)
const mmsegFocal = { type: 'sigmoidFocal', average: 'all' }
const mmsegDice = { type: 'dice', form: 'global', activation: 'sigmoid' }

describe('traps of a list of losses', () => {
  it('finds those of the focal loss of MMSegmentation: its mean, and gamma 2, with the values that run', () => {
    const traps = lossTraps(of(mmsegFocal), 21, 512 * 512)
    expect(traps.map(({ key }) => key)).toEqual(['focalDiluted', 'focalCollapse'])
    // 21 terms of 0.5 * 0.25 * ln 2 each.
    expect(traps[0]!.data).toEqual({ name: 'sigmoidFocal', gamma: 2, alpha: 0.5, classes: 21, value: 0.087, labelled: 1.8 })
    expect(traps[1]!.data).toMatchObject({ gamma: 2, sure: 80 })
  })
  it('finds Dice drowning that focal loss, both of weight 1', () => {
    const traps = lossTraps(of(mmsegFocal, mmsegDice), 21, 512 * 512)
    expect(traps.map(({ key }) => key)).toEqual(['focalDiluted', 'lossDrowned'])
    expect(traps[1]!.data).toMatchObject({ strong: 'dice', weak: 'sigmoidFocal' })
    expect(traps[1]!.data['times']).toBeGreaterThan(50)
  })
  it('depends on the number of classes, and is silent where nothing is wrong', () => {
    expect(keys(of({ ...mmsegFocal, gamma: 0.5 }), 3)).toEqual([])
    expect(keys(of({ type: 'crossEntropy' }))).toEqual([])
    expect(keys(of({ type: 'crossEntropy' }, { type: 'dice' }, { type: 'lovasz' }, { type: 'tversky' }))).toEqual([])
    expect(keys(of({ type: 'softmaxFocal', gamma: 1 }))).toEqual([])
    expect(keys(of({ type: 'crossEntropy' }, { type: 'crossEntropy', weight: 0.01 }))).toEqual(['lossDrowned'])
    expect(keys(of({ type: 'crossEntropy' }, { ...mmsegFocal, weight: 0 }))).toEqual([])
    expect(keys(of(mmsegFocal, mmsegDice), 1)).toEqual([])
  })
  it('knows what a network without knowledge is charged', () => {
    expect(startOf(of({ type: 'crossEntropy', weight: 2 }, { type: 'dice', weight: 0 }), 21, 100)).toBeCloseTo(2 * Math.log(21), 12)
  })
})
