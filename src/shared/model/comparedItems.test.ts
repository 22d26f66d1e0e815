import { expect, it } from 'vitest'
import { comparedLayerFile, countsLine, parseCounts } from './comparedItems.ts'

it('reads counts back; a torn line costs itself alone', () => {
  const text = countsLine(0, [0, 0, 5]) + countsLine(3, [1, 2, 7]).slice(0, -4) + countsLine(4, [])
  expect([...parseCounts(text)]).toEqual([
    [0, [0, 0, 5]],
    [4, []],
  ])
  expect(parseCounts('\n{"n":-1,"counts":[]}\nnull\n"x"').size).toBe(0)
})

it('names the layers', () => {
  expect([comparedLayerFile(7, 'picture'), comparedLayerFile(7, 'map')]).toEqual(['7.picture.webp', '7.map.png'])
})
