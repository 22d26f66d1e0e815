import { describe, expect, it } from 'vitest'
import type { Run } from '../../../shared/model/run.ts'
import { nearest, readings, type ComparedRun } from './compareModel.ts'
import { maxPlaces, overlay, readAt, type Line } from './overlay.ts'
import { runLook } from './runLook.ts'

const line = (points: readonly (readonly [x: number, value: number])[]): Line => ({
  x: points.map(([x]) => x),
  steps: points.map(([x]) => Math.round(x)),
  values: points.map(([, value]) => value),
})

describe('overlay', () => {
  it('keeps every place of x while there are few', () => {
    expect(
      overlay(
        [
          line([
            [1, 10],
            [3, 30],
          ]),
          line([[2.5, 7]]),
        ],
        100,
      ),
    ).toEqual({
      x: [1, 2.5, 3],
      ys: [
        [10, null, 30],
        [null, 7, null],
      ],
    })
  })

  it('puts many lines on one grid without losing what stands out, or the order of ups and downs', () => {
    const lines = Array.from({ length: 50 }, (_, n) =>
      line(Array.from({ length: 1_000 }, (_, i) => [i * 100 + n, i === 500 + n ? 99 : i === 502 + n ? -99 : Math.sin(i / 50)] as const)),
    )
    const { x, ys } = overlay(lines, 400)
    expect(x).toHaveLength(800)
    expect([x[0], x.at(-1)]).toEqual([0, 999 * 100 + 49])
    expect([...x]).toEqual([...x].sort((a, b) => a - b))
    for (const column of ys) {
      expect(column).toHaveLength(800)
      const [high, low] = [column.indexOf(99), column.indexOf(-99)]
      expect(high).toBeGreaterThan(0)
      expect(low).toBeGreaterThan(high)
      expect(low - high).toBeLessThanOrEqual(4)
    }
    expect(lines.length * 1_000).toBeGreaterThan(maxPlaces)
  })
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
      return { run: record, title: `#${number}`, look: runLook(record), raw: line([[1, value]]), smooth: null }
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

  it('gives the same run the same look, and no two of the first fifty the same', () => {
    const looks = Array.from({ length: 50 }, (_, i) => JSON.stringify(runLook({ number: i + 1 })))
    expect(new Set(looks).size).toBe(50)
  })
})
