import { expect, it } from 'vitest'
import { clicksUntil, maskIou, nextClick, squaredDepth, type BinaryMask } from './clicks.ts'

const [width, height] = [20, 14]
const boxes = (...list: readonly (readonly [number, number, number, number])[]): BinaryMask => ({
  width,
  height,
  data: Uint8Array.from({ length: width * height }, (_, i) => {
    const [x, y] = [i % width, Math.floor(i / width)]
    return list.some(([x0, y0, x1, y1]) => x >= x0 && x < x1 && y >= y0 && y < y1) ? 1 : 0
  }),
})

it('depth is the exact distance to the nearest pixel outside; beyond the border of the picture is outside', () => {
  const mask = boxes([0, 0, 9, 9], [12, 3, 15, 13])
  const depth = squaredDepth(mask)
  for (let i = 0; i < depth.length; i++) {
    const [x, y] = [i % width, Math.floor(i / width)]
    let nearest = Infinity
    for (let v = -1; v <= height; v++)
      for (let u = -1; u <= width; u++) {
        const outside = u < 0 || v < 0 || u >= width || v >= height || mask.data[v * width + u] === 0
        if (outside) nearest = Math.min(nearest, (u - x) ** 2 + (v - y) ** 2)
      }
    expect(depth[i]).toBe(mask.data[i] === 1 ? nearest : 0)
  }
})

it('the first click is the deepest place of the object, later ones that of the larger error, never the same twice', () => {
  const truth = boxes([2, 2, 9, 9])
  const nothing = new Uint8Array(width * height)
  const first = nextClick(truth, nothing, [])!
  expect(first).toEqual({ x: 5.5, y: 5.5, positive: true })
  expect(nextClick(truth, nothing, [first])).not.toEqual(first)
  const tooMuch = boxes([2, 2, 9, 9], [11, 2, 18, 11]).data
  expect(nextClick(truth, tooMuch, [first])).toMatchObject({ x: 14.5, positive: false })
  expect(nextClick(truth, truth.data, [first])).toBeNull()
})

it('where nobody knows nothing is clicked, nothing counts, and errors end', () => {
  const object = boxes([2, 2, 9, 9])
  const voids = boxes([9, 0, 20, 14]).data
  const answer = boxes([2, 2, 9, 9], [11, 2, 18, 11]).data
  expect(maskIou(answer, object.data)).toBeCloseTo(49 / (49 + 63), 10)
  expect(maskIou(answer, object.data, voids)).toBe(1)
  expect(nextClick(object, answer, [])).toMatchObject({ positive: false })
  expect(nextClick({ ...object, voids }, answer, [])).toBeNull()
  // Of what is too much only the part beside the void is clicked, in its middle.
  const wide = boxes([2, 2, 9, 9], [0, 9, 20, 14]).data
  expect(nextClick({ ...object, voids: boxes([6, 9, 20, 14]).data }, wide, [])).toMatchObject({ x: 2.5, y: 11.5, positive: false })
})

it('IoU and number of clicks', () => {
  expect(maskIou(boxes([0, 0, 4, 2]).data, boxes([0, 0, 2, 2]).data)).toBe(0.5)
  expect(maskIou(boxes().data, boxes().data)).toBe(1)
  expect(clicksUntil([0.5, 0.81, 0.7, 0.92], 0.8, 20)).toBe(2)
  expect(clicksUntil([0.5, 0.81, 0.7, 0.92], 0.9, 20)).toBe(4)
  expect(clicksUntil([0.5], 0.8, 20)).toBe(20)
})
