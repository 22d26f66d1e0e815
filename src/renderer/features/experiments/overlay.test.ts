import { describe, expect, it } from 'vitest'
import type { Run } from '../../../shared/model/run.ts'
import { nearest, readings, type ComparedRun } from './compareModel.ts'
import { readAt, type Line } from './overlay.ts'
import { valueRange } from '../../ui/linePaint.ts'
import { runLooks } from './runLook.ts'

const line = (points: readonly (readonly [x: number, value: number])[]): Line => ({
  x: Float64Array.from(points, ([x]) => x),
  steps: points.map(([x]) => Math.round(x)),
  values: Float64Array.from(points, ([, value]) => value),
})

it('knows the heights that are seen, and only those', () => {
  const lines = [
    line([
      [0, 50],
      [1, 2],
      [2, -3],
      [3, 70],
    ]),
  ]
  expect(valueRange(lines, [1, 2], false)).toEqual([-3, 2])
  expect(valueRange(lines, [1, 2], true)).toEqual([2, 2])
  expect(valueRange(lines, [2, 2], true)).toBeNull()
  expect(valueRange([], [0, 9], false)).toBeNull()
})

describe('reading', () => {
  const raw = line([
    [10, 1],
    [20, 2],
    [30, 3],
  ])
  it('reads the last point at or before a place, and nothing before the start or after the end', () => {
    expect(readAt({ raw, smooth: null }, 25)).toEqual({ step: 20, x: 20, value: 2, raw: null })
    expect(readAt({ raw, smooth: null }, 30)).toMatchObject({ step: 30, value: 3 })
    expect(readAt({ raw, smooth: null }, 9)).toBeNull()
    expect(readAt({ raw, smooth: null }, 31)).toBeNull()
    expect(readAt({ raw, smooth: null }, null)).toMatchObject({ step: 30, value: 3 })
    expect(readAt({ raw, smooth: line([[12, 1.5]]) }, 12)).toEqual({ step: 12, x: 12, value: 1.5, raw: 1 })
  })

  it('sorts the runs by what they say there, the better first, and finds the line under the pointer', () => {
    const run = (number: number, value: number): ComparedRun => {
      const record = { id: `run-${number}`, number } as Run
      return { run: record, title: `#${number}`, look: runLooks([record])[0]!, raw: line([[1, value]]), smooth: null }
    }
    const runs = [run(1, 0.3), run(2, 0.1), run(3, 0.2)]
    const order = (lower: boolean, x: number | null) => readings(runs, x, lower).map((each) => each.run.run.number)
    expect(order(true, 1)).toEqual([2, 3, 1])
    expect(order(false, null)).toEqual([1, 3, 2])
    expect(order(false, 5)).toEqual([3, 2, 1])
    const read = readings(runs, 1, true)
    expect(nearest(read, 21, (value) => value * 100)).toBe('run-3')
    expect(nearest(read, 500, (value) => value * 100)).toBeNull()
    expect(nearest(read, Number.NaN, (value) => value * 100)).toBeNull()
  })

  it('gives a run one colour whatever stands beside it, and no two of fifty the same look', () => {
    const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => ({ number: from + i }))
    const all = runLooks(numbers(1, 50))
    expect(new Set(all.map((look) => JSON.stringify(look))).size).toBe(50)
    expect(runLooks(numbers(17, 20)).map(({ color }) => color)).toEqual(all.slice(16, 20).map(({ color }) => color))
    expect(runLooks(numbers(17, 20)).every(({ dash }) => dash.length === 0)).toBe(true)
  })
})
