import { expect, test } from 'vitest'
import { automaticOptionsSchema } from '../model/assistJobs.ts'
import { clicksOf, cropsOf, isCutOff, mostClicks, pointsOf } from './automaticGrid.ts'
import { boxIou, suppressing, type Corners } from './suppression.ts'

const options = automaticOptionsSchema.parse({})

/** Runs to its end; answers with the result and how often it paused. */
function whole(boxes: readonly Corners[], scores: readonly number[], threshold: number): { kept: number[]; pauses: number } {
  const run = suppressing(boxes, scores, threshold)
  for (let pauses = 0; ; pauses++) {
    const { done, value } = run.next()
    if (done) return { kept: value, pauses }
  }
}

// Numbers of segment-anything's generate_crop_boxes and build_all_layer_point_grids.
test('crops overlap by the share of the short side, and end at the picture', () => {
  expect(cropsOf(1500, 1000, { ...options, cropLayers: 1 }).map(({ window }) => window)).toEqual([
    [0, 0, 1500, 1000],
    [0, 0, 921, 671],
    [0, 330, 921, 1000],
    [580, 0, 1500, 671],
    [580, 330, 1500, 1000],
  ])
  expect(cropsOf(1500, 1000, { ...options, cropLayers: 2 })).toHaveLength(1 + 4 + 16)
})

test('clicks lie half a step from the edges of their crop, fewer in deeper layers', () => {
  const crop = { layer: 0, window: [100, 200, 420, 520] as [number, number, number, number] }
  const points = pointsOf(crop, options)
  expect(points).toHaveLength(1024)
  expect([points[0], points[1], points.at(-1)]).toEqual([
    [105, 205],
    [115, 205],
    [415, 515],
  ])
  expect(pointsOf({ ...crop, layer: 2 }, { ...options, cropPointsDownscale: 2 })).toHaveLength(64)
})

test('a mask that ends at the edge of its crop, not at that of the picture, is not whole', () => {
  expect(isCutOff([100, 30, 500, 300], [0, 0, 512, 512], 1024, 1024)).toBe(true)
  expect(isCutOff([3, 30, 400, 300], [0, 0, 512, 512], 1024, 1024)).toBe(false)
  expect(isCutOff([530, 30, 900, 300], [512, 0, 1024, 512], 1024, 1024)).toBe(true)
  expect(isCutOff([600, 30, 1020, 300], [512, 0, 1024, 512], 1024, 1024)).toBe(false)
})

test('of boxes that overlap too much the better one stays', () => {
  const boxes = [
    [0, 0, 10, 10],
    [1, 0, 11, 10],
    [20, 20, 30, 30],
    [0, 0, 10, 5],
  ] as const
  expect(boxIou(boxes[0], boxes[1])).toBeCloseTo(90 / 110)
  expect(boxIou(boxes[0], boxes[2])).toBe(0)
  expect(whole(boxes, [0.5, 0.9, 0.1, 0.2], 0.7).kept).toEqual([1, 3, 2])
  expect(whole(boxes, [0.5, 0.9, 0.1, 0.2], 0.95).kept).toEqual([1, 0, 3, 2])
})

test('of equal ones the first stays, and many boxes are gone through with pauses', () => {
  const boxes = Array.from({ length: 1_000 }, (_, i): Corners => [i % 500, 0, (i % 500) + 1, 1])
  const { kept, pauses } = whole(boxes, new Array<number>(1_000).fill(0.5), 0.7)
  expect(kept).toEqual(Array.from({ length: 500 }, (_, i) => i))
  expect(pauses).toBeGreaterThan(10)
})

test('clicks are counted without a list of them', () => {
  for (const some of [
    {},
    { cropLayers: 2 },
    { cropLayers: 2, cropPointsDownscale: 2 },
    { pointsPerSide: 3, cropLayers: 3, cropPointsDownscale: 8 },
  ]) {
    const all = { ...options, ...some }
    const listed = cropsOf(900, 700, all).reduce((sum, crop) => sum + pointsOf(crop, all).length, 0)
    expect(clicksOf(900, 700, all)).toBe(listed)
  }
  expect(clicksOf(900, 700, options)).toBeLessThan(mostClicks)
  expect(clicksOf(900, 700, { ...options, pointsPerSide: 128, cropLayers: 4 })).toBeGreaterThan(mostClicks)
})
