import { expect, it } from 'vitest'
import { classCommandOf, inKeyOrder, keyedClasses } from './classKeys.ts'

const named = (...names: string[]) => names.map((name, order) => ({ id: `id of ${name}`, name, order }))
const names = (list: readonly { readonly name: string }[]) => list.map(({ name }) => name)

it('background comes last and has no key, so that the first class one has made is the first', () => {
  const classes = inKeyOrder(named('background', 'wheel', 'car'))
  expect(names(classes)).toEqual(['wheel', 'car', 'background'])
  expect(names(keyedClasses(classes))).toEqual(['wheel', 'car'])
  expect(classes.map(classCommandOf)).toEqual(['label.class1', 'label.class2', ''])
})

it('the others keep their order', () => {
  const [a, b, c] = named('a', 'b', 'c')
  expect(names(inKeyOrder([c!, a!, b!]))).toEqual(['a', 'b', 'c'])
  expect(keyedClasses(named('_background_'))).toEqual([])
})
