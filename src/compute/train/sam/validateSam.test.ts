import { expect, it } from 'vitest'
import { clickScores } from './validateSam.ts'

it('scores are means over the objects that were clicked: one without a click is neither met nor missed', () => {
  const scores = clickScores([[0.5, 0.9], []], 10)
  expect(scores).toMatchObject({ 'IoU@1': 0.5, 'IoU@3': 0.9, NoC80: 2, NoC90: 2 })
  expect(clickScores([[]], 10)).toMatchObject({ 'IoU@1': 0, NoC80: 10 })
})
