import { expect, it } from 'vitest'
import { outlinePath } from './tracedLayer.ts'

it('draws the border of what is not transparent, holes included', () => {
  const rows = ['.....', '.###.', '.#.#.', '.###.']
  const alpha = [...rows.join('')].flatMap((each) => [9, 9, 9, each === '#' ? 170 : 0])
  const path = outlinePath(alpha, 5, 4)
  expect(path.match(/M/g)).toHaveLength(2)
  expect(path).toContain('1 1')
  expect(path).toContain('4 4')
  expect(outlinePath(new Uint8Array(4), 1, 1)).toBe('')
})
