import { describe, expect, it } from 'vitest'
import { noClassRules, planClasses } from './classPlan.ts'

const all = ['background', 'car', 'bus', 'cat', 'dog'].map((name, i) => ({ id: `id-${name}`, name, color: `#00000${i}` }))
const plan = (rules: Partial<typeof noClassRules>) => {
  const { classes, index } = planClasses(all, { ...noClassRules, ...rules })
  return { names: classes.map(({ name }) => name), index: all.map(({ name }) => index.get(name)) }
}

describe('planClasses', () => {
  it('leaves classes without rules as they are', () => {
    expect(plan({})).toEqual({ names: all.map(({ name }) => name), index: [0, 1, 2, 3, 4] })
  })
  it('drops the first class and moves the others down', () => {
    expect(plan({ reduceZeroLabel: true })).toEqual({ names: ['car', 'bus', 'cat', 'dog'], index: [255, 0, 1, 2, 3] })
  })
  it('merges into new and existing classes, where their first member stood', () => {
    const merged = plan({ merge: { vehicle: ['car', 'bus'], cat: ['dog'] } })
    expect(merged).toEqual({ names: ['background', 'vehicle', 'cat'], index: [0, 1, 1, 2, 2] })
    const { classes } = planClasses(all, { ...noClassRules, merge: { vehicle: ['bus', 'car'], cat: ['dog'] } })
    expect(classes.map(({ id }) => id)).toEqual(['id-background', 'id-car', 'id-cat'])
  })
  it('keeps only some, in the order asked for, or leaves some out; the rest is void', () => {
    expect(plan({ include: ['dog', 'background'] })).toEqual({ names: ['dog', 'background'], index: [1, 255, 255, 255, 0] })
    expect(plan({ exclude: ['car'], merge: { pet: ['cat', 'dog'] } })).toEqual({
      names: ['background', 'bus', 'pet'],
      index: [0, 255, 1, 2, 2],
    })
  })
  it('names what cannot be, with the nearest class', () => {
    for (const [rules, path, nearest] of [
      [{ include: ['cta'] }, 'data.classes.include', 'cat'],
      [{ exclude: ['buss'] }, 'data.classes.exclude', 'bus'],
      [{ merge: { pet: ['doog'] } }, 'data.classes.merge.pet', 'dog'],
      [{ merge: { a: ['car'], b: ['car'] } }, 'data.classes.merge.b', null],
      [{ merge: { car: ['bus'], x: ['car'] } }, 'data.classes.merge.car', null],
      [{ include: ['car'], exclude: ['bus'] }, 'data.classes.exclude', null],
      [{ exclude: all.map(({ name }) => name) }, 'data.classes', null],
    ] as const)
      expect(() => plan(rules as never), JSON.stringify(rules)).toThrow(
        expect.objectContaining({ code: 'config/invalid', data: expect.objectContaining({ path, nearest }) as unknown }),
      )
  })
})
