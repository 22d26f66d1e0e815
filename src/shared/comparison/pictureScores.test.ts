import { expect, it } from 'vitest'
import { countPixels, disagreement, meanDisagreement, pairPlace, scorePicture, sortPictures } from './pictureScores.ts'

it('counts labelled pixels and scores them as a confusion does', () => {
  const counts = countPixels([0, 0, 1, 1, 255], [0, 1, 1, 1, 0])
  expect(counts).toEqual([0, 0, 1, 0, 1, 1, 1, 1, 2])
  const { mIoU, classes } = scorePicture(counts, [0, 1], [0, 1], 3)
  expect(classes).toEqual([0.5, 2 / 3, null])
  expect(mIoU).toBeCloseTo((0.5 + 2 / 3) / 2)
})

it('scores a run whose classes have other numbers as if they had the same', () => {
  const straight = scorePicture(countPixels([0, 0, 1, 1], [0, 1, 1, 1]), [0, 1], [0, 1], 2)
  const turned = scorePicture(countPixels([0, 0, 1, 1], [1, 0, 0, 0]), [0, 1], [1, 0], 2)
  expect(turned).toEqual(straight)
})

it('has no score for a picture that is all void', () => {
  expect(scorePicture(countPixels([255, 255], [0, 1]), [0, 1], [0, 1], 2)).toEqual({ mIoU: null, classes: [null, null] })
  expect(disagreement([255], { map: [0], index: [0] }, { map: [1], index: [0, 1] })).toBeNull()
})

it('measures where two predictions differ, void left out, in united classes', () => {
  const truth = [0, 0, 0, 255]
  const a = { map: [0, 1, 1, 0], index: [0, 1] }
  expect(disagreement(truth, a, { map: [1, 0, 0, 0], index: [1, 0] })).toBe(0)
  expect(disagreement(truth, a, { map: [0, 1, 0, 1], index: [0, 1] })).toBeCloseTo(1 / 3)
  expect(() => disagreement(truth, a, { map: [0], index: [0] })).toThrow(RangeError)
})

it('stores pairs as a triangle', () => {
  const places = [
    [0, 1],
    [0, 2],
    [1, 2],
    [0, 3],
    [1, 3],
    [2, 3],
  ].map(([a, b]) => pairPlace(a!, b!))
  expect(places).toEqual([0, 1, 2, 3, 4, 5])
  expect(pairPlace(2, 1)).toBe(pairPlace(1, 2))
  expect(meanDisagreement([0.2, null, 0.4])).toBeCloseTo(0.3)
  expect(meanDisagreement([])).toBeNull()
})

it('sorts by disagreement, by the worst score and by name; unknown last', () => {
  const picture = (name: string, disagreement: number | null, score: number | null) => ({ name, disagreement, score })
  const all = [picture('b10', 0.1, 0.9), picture('b9', null, null), picture('a', 0.5, 0.2)]
  expect(sortPictures(all, 'disagreement').map(({ name }) => name)).toEqual(['a', 'b10', 'b9'])
  expect(sortPictures(all, 'worst').map(({ name }) => name)).toEqual(['a', 'b10', 'b9'])
  expect(sortPictures(all, 'name').map(({ name }) => name)).toEqual(['a', 'b9', 'b10'])
})
