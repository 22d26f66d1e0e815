import { describe, expect, it } from 'vitest'
import type { MetricPoint } from '../../../shared/model/run.ts'
import { buildChart } from './chartData.ts'
import { align, chartGroups, curvesCsv, smooth, toCurves } from './curves.ts'

const point = (step: number, value: number, rest: Partial<MetricPoint> = {}): MetricPoint => ({
  attempt: 1,
  step,
  epoch: 0,
  split: 'train',
  name: 'loss',
  value,
  wall: 0,
  ...rest,
})

describe('curves', () => {
  it('sorts by step and lets a later attempt replace a point', () => {
    const curves = toCurves([point(2, 5), point(1, 9), point(2, 4, { attempt: 2 }), point(2, 0.5, { split: 'val', name: 'mIoU' })])
    expect(curves.get('train/loss')).toEqual({ split: 'train', name: 'loss', steps: [1, 2], values: [9, 4] })
    expect(curves.get('val/mIoU')?.values).toEqual([0.5])
  })

  it('smooths without bias at the start and past a value that is not finite', () => {
    expect(smooth([4, 4, 4], 0.9).map((v) => Number(v.toFixed(9)))).toEqual([4, 4, 4])
    expect(smooth([1, Number.NaN, 1], 0.5)[2]).toBeCloseTo(1, 12)
    expect(smooth([0, 1], 0.5)[1]).toBeCloseTo(2 / 3, 12)
    expect(smooth([3, 1], 0)).toEqual([3, 1])
  })

  it('aligns curves of different steps', () => {
    const curves = [...toCurves([point(1, 1), point(3, 3), point(2, 0.2, { split: 'val' })]).values()]
    expect(align(curves)).toEqual({
      x: [1, 2, 3],
      ys: [
        [1, null, 3],
        [null, 0.2, null],
      ],
    })
    expect(curvesCsv(['train, loss', 'val'], curves)).toBe('step,"train, loss",val\n1,1,\n2,,0.2\n3,3,\n')
  })

  it('groups what belongs on one chart', () => {
    const groups = chartGroups([
      'val/mIoU',
      'train/lr',
      'train/loss',
      'train/loss.dice',
      'train/loss.focal',
      'train/lossScale',
      'val/aAcc',
      'train/imagesPerSecond',
      'val/loss',
      'train/stepMs',
      'train/dataMs',
    ])
    expect(groups.map((group) => [group.id, group.keys])).toEqual([
      ['loss', ['train/loss', 'val/loss']],
      ['lossPart', ['train/loss.dice']],
      ['lossPart', ['train/loss.focal']],
      ['scores', ['val/mIoU', 'val/aAcc']],
      ['lr', ['train/lr']],
      ['time', ['train/dataMs', 'train/stepMs']],
      ['other', ['train/imagesPerSecond']],
      ['other', ['train/lossScale']],
    ])
  })
})

it('draws scores in percent and keeps the stored numbers in the CSV', () => {
  const curves = [...toCurves([point(4, 0.25, { split: 'val', name: 'mIoU' }), point(4, 2.5)]).values()]
  const chart = buildChart(curves, 0)
  expect(chart.ys).toEqual([[25], [2.5]])
  expect(chart.csv()).toBe('step,val mIoU,train loss\n4,0.25,2.5\n')
})
