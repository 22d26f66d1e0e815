import { expect, it } from 'vitest'
import { compareAddress, maxCompared, readRuns } from './compareRoute.ts'

const id = (n: number) => `019358a0-0000-7000-8000-${String(n).padStart(12, '0')}`

it('reads ids from the address, each once, and nothing else', () => {
  expect(readRuns(`${id(1)},<script>,${id(2)},${id(1)},`)).toEqual([id(1), id(2)])
  expect([readRuns(undefined), readRuns([id(1)]), readRuns('')]).toEqual([[], [], []])
  expect(readRuns(Array.from({ length: 80 }, (_, n) => id(n)).join(','))).toHaveLength(maxCompared)
})

it('writes what it reads; the first run is the baseline without being named', () => {
  expect(compareAddress([id(1), id(2)], id(1))).toEqual({ path: '/experiments/compare', query: { runs: `${id(1)},${id(2)}` } })
  expect(compareAddress([id(1), id(2)], id(2), 'data')).toMatchObject({ query: { baseline: id(2), tab: 'data' } })
})
