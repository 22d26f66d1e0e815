import { expect, it } from 'vitest'
import type { DrawnCurve } from '../../../../shared/model/curve.ts'
import { afterStep, clickScores, verdictOf } from './clickScores.ts'

const curvesOf = (values: Readonly<Record<string, readonly number[]>>): Map<string, DrawnCurve> =>
  new Map(
    Object.entries(values).map(([name, ofSteps]) => [
      `val/${name}`,
      {
        runId: '019358a0-0000-7000-8000-0000000000ff',
        split: 'val',
        name,
        points: ofSteps.length,
        raw: { steps: ofSteps.map((_, i) => i * 50), x: null, values: [...ofSteps] },
        smooth: null,
      },
    ]),
  )
const best = (bestStep: number) => ({ primary: { name: 'IoU@3', best: 0, bestStep, last: 0 } })

it('compares the beginning with the best validation after it, whichever end is the good one', () => {
  const curves = curvesOf({ 'IoU@3': [0.6, 0.75, 0.7], NoC85: [6, 4.5, 5] })
  expect(afterStep(curves, best(50))).toBe(50)
  const scores = clickScores(curves, 50)
  expect(scores.find(({ name }) => name === 'NoC85')).toEqual({ name: 'NoC85', before: 6, after: 4.5, gain: 1.5 })
  expect(scores.find(({ name }) => name === 'IoU@3')!.gain).toBeCloseTo(0.15)
  expect(scores.find(({ name }) => name === 'IoU@1')).toEqual({ name: 'IoU@1', before: null, after: null, gain: null })
  expect(verdictOf(scores)).toBe('better')
})

it('takes the newest validation where none was better than the beginning, and none before the first', () => {
  const curves = curvesOf({ 'IoU@3': [0.6, 0.5, 0.55], NoC85: [6, 8, 7] })
  expect(afterStep(curves, best(0))).toBe(100)
  expect(verdictOf(clickScores(curves, 100))).toBe('worse')
  expect(afterStep(curvesOf({ 'IoU@3': [0.6] }), best(0))).toBeNull()
  expect(verdictOf(clickScores(curvesOf({ 'IoU@3': [0.6], NoC85: [6] }), null))).toBeNull()
})

it('calls what nobody would notice the same, and opposite gains mixed', () => {
  const verdict = (iou: readonly number[], clicks: readonly number[]) =>
    verdictOf(clickScores(curvesOf({ 'IoU@3': iou, NoC85: clicks }), 50))
  expect(verdict([0.6, 0.604], [6, 6.05])).toBe('same')
  expect(verdict([0.6, 0.604], [6, 7])).toBe('worse')
  expect(verdict([0.6, 0.7], [6, 7])).toBe('mixed')
})
