import { expect, it } from 'vitest'
import { append } from './append.ts'
import { distanceToOutline } from './geometry/shapes.ts'
import { vec } from './geometry/point.ts'

it('there may be more than a call can have arguments', () => {
  const many = Array.from({ length: 130_000 }, (_, i) => i)
  const all = [-1]
  append(all, many)
  expect([all.length, all[1], all.at(-1)]).toEqual([130_001, 0, 129_999])
  const points = many.map((i): [number, number] => [i, 0])
  expect(distanceToOutline({ kind: 'polyline', points }, vec([1000, 5]))).toBe(5)
})
