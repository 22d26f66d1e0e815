import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { planClasses } from '../../../shared/model/classPlan.ts'
import { classRulesSchema } from '../../../shared/model/train/data/classRules.ts'
import { setLocale } from '../../i18n/i18n.ts'
import { freeFor, groupsOf, mergedNames, mergeOf, mergeText } from './classRules.ts'

const classes = ['background', 'disc', 'square', 'ring']
beforeEach(() => setLocale('en'))
afterEach(() => setLocale('en'))

describe('merged classes', () => {
  it('are read from the config and written back as they were', () => {
    const merge = { round: ['disc', 'ring'], square: ['background'] }
    expect(groupsOf(merge)).toEqual([
      { into: 'round', from: ['disc', 'ring'] },
      { into: 'square', from: ['background'] },
    ])
    expect(mergeOf(groupsOf(merge))).toEqual({ value: merge })
    expect(groupsOf(undefined)).toEqual([])
    expect(mergeOf([])).toEqual({ value: {} })
  })
  it('need a name of their own and a class each', () => {
    const problem = (...groups: Parameters<typeof mergeOf>[0][number][]) => (mergeOf(groups) as { problem: string }).problem
    expect(problem({ into: ' ', from: ['disc'] })).toBe('Give every merged class a name.')
    expect(problem({ into: 'round', from: [] })).toBe('Choose the classes that become “round”.')
    expect(problem({ into: 'round', from: ['disc'] }, { into: 'round ', from: ['ring'] })).toBe('Two merged classes are called “round”.')
    setLocale('zh-CN')
    expect(problem({ into: 'round', from: [] })).toBe('请选择要合并为“round”的类别。')
  })
  it('are offered no class that another one has', () => {
    const groups = [
      { into: 'round', from: ['disc'] },
      { into: 'square', from: ['background'] },
    ]
    expect(freeFor(groups, 0, classes)).toEqual(['ring'])
    expect(freeFor(groups, 1, classes)).toEqual(['square', 'ring'])
    expect(freeFor(groups, 2, classes)).toEqual(['ring'])
  })
  it('leave the classes that the training would have', () => {
    for (const rules of [{}, { merge: { round: ['disc', 'ring'] } }, { reduceZeroLabel: true, merge: { square: ['ring'] } }]) {
      const plan = planClasses(
        classes.map((name) => ({ id: name, name, color: '#000000' })),
        classRulesSchema.parse(rules),
      )
      expect(mergedNames(classes, rules)).toEqual(plan.classes.map(({ name }) => name))
    }
  })
  it('are told in one line', () => {
    expect(mergeText({ round: ['disc', 'ring'], other: ['square'] })).toBe('round = disc + ring · other = square')
  })
})
