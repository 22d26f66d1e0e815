import { expect, it } from 'vitest'
import type { DrawnCurve } from '../../../shared/model/curve.ts'
import { buildChart, metricName } from './chartData.ts'
import { goodEnd } from './curveNames.ts'
import { chartGroups } from './curves.ts'

const curve = (split: string, name: string, steps: number[], values: number[], change: Partial<DrawnCurve> = {}): DrawnCurve => ({
  runId: '019358a0-0000-7000-8000-0000000000ff',
  split,
  name,
  points: steps.length,
  raw: { steps, x: null, values },
  smooth: null,
  ...change,
})

it('aligns curves of different steps and draws scores and shares in percent', () => {
  const chart = buildChart([
    curve('train', 'loss', [1, 3], [1, 3]),
    curve('val', 'mIoU', [2], [0.25]),
    curve('system', 'dataShare', [3], [0.5]),
  ])
  expect(chart.x).toEqual([1, 2, 3])
  expect(chart.ys).toEqual([
    [1, null, 3],
    [null, 25, null],
    [null, null, 50],
  ])
  expect(chart.lines.map(({ dots }) => dots)).toEqual([true, true, true])
})

it('draws the raw values faint behind a smoothed curve, and a handful of points as they are', () => {
  const smooth = { steps: [1, 900], x: null, values: [2, 1] }
  const dense = buildChart([curve('train', 'loss', [1, 900], [5, 0], { points: 900, smooth })])
  expect(dense.lines.map(({ faint }) => faint ?? false)).toEqual([true, false])
  expect(dense.ys).toEqual([
    [5, 0],
    [2, 1],
  ])
  expect(buildChart([curve('train', 'loss', [1, 9], [5, 0], { smooth })]).ys).toEqual([[5, 0]])
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
    'system/imagesPerSecond',
    'system/memoryMb',
    'system/gpuMemoryMb',
    'system/dataShare',
    'system/computeShare',
    'system/coresBusy',
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
    ['throughput', ['system/imagesPerSecond']],
    ['shares', ['system/computeShare', 'system/dataShare']],
    ['time', ['train/dataMs', 'train/stepMs']],
    ['memory', ['system/gpuMemoryMb', 'system/memoryMb']],
    ['other', ['system/coresBusy']],
    ['other', ['train/lossScale']],
  ])
})

it('draws what clicks reach in percent, how many it takes as they are, and the losses of the answers together', () => {
  const groups = chartGroups([
    'train/loss',
    'train/loss.mask2',
    'train/loss.mask1',
    'train/loss.iouError1',
    'train/loss.iou1',
    'train/loss.bestIou1',
    'train/loss.dice',
    'val/NoC85',
    'val/IoU@3',
    'val/IoU@1',
    'val/NoC80',
  ])
  expect(groups).toEqual([
    { id: 'overlap', keys: ['val/IoU@1', 'val/IoU@3'] },
    { id: 'clicks', keys: ['val/NoC80', 'val/NoC85'] },
    { id: 'loss', keys: ['train/loss'] },
    { id: 'lossPart', keys: ['train/loss.dice'] },
    { id: 'masks', keys: ['train/loss.mask1', 'train/loss.mask2'] },
    { id: 'qualities', keys: ['train/loss.iouError1'] },
    { id: 'answers', keys: ['train/loss.bestIou1', 'train/loss.iou1'] },
  ])
  expect(buildChart([curve('val', 'IoU@3', [0], [0.5])]).ys).toEqual([[50]])
  expect(buildChart([curve('val', 'NoC85', [0], [5])]).ys).toEqual([[5]])
  expect(['NoC85', 'IoU@3', 'loss.mask1', 'loss.iou1'].map(goodEnd)).toEqual(['min', 'max', 'min', 'max'])
  expect(['NoC85', 'IoU@1', 'loss.mask2'].map(metricName)).toEqual(['clicks to 85 % IoU', 'IoU after 1 click', 'mask loss, answer 2'])
})
