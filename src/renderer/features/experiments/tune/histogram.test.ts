import { expect, it } from 'vitest'
import { heightOf, histogramView, joinHistograms } from './histogram.ts'

it('gives each side its own whole, on a logarithmic axis of four decades', () => {
  const { bars } = histogramView({ inside: [1, 0, 0, 9], outside: [999, 1, 0, 0] })
  expect(bars.map(({ inside }) => inside)).toEqual([0.1, 0, 0, 0.9])
  expect(bars[0]).toMatchObject({ from: 0, to: 0.25, outside: 0.999 })
  expect(bars[1]!.outsideHeight).toBeCloseTo(0.25)
  expect([1, 0.01, 0.0001, 0.00001, 0].map(heightOf)).toEqual([1, 0.5, 0, 0, 0])
})

it('says how much of the object the mask has, and how much of the rest', () => {
  expect(histogramView({ inside: [1, 1, 0, 8], outside: [95, 0, 3, 2] })).toMatchObject({ found: 0.8, extra: 0.05 })
  expect(histogramView({ inside: [0, 0], outside: [1, 1] })).toMatchObject({ found: null, extra: 0.5 })
})

it('joins the objects of a sheet', () => {
  expect(joinHistograms([])).toBeNull()
  expect(
    joinHistograms([
      { inside: [1, 2], outside: [3, 4] },
      { inside: [1, 0], outside: [0, 1] },
    ]),
  ).toEqual({ inside: [2, 2], outside: [3, 5] })
})
