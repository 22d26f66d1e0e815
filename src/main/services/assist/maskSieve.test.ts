import { expect, it } from 'vitest'
import { cropsOf } from '../../../shared/assist/automaticGrid.ts'
import { CancelledError } from '../../../shared/errors.ts'
import { encodeRuns } from '../../../shared/geometry/rle.ts'
import { automaticOptionsSchema } from '../../../shared/model/assistJobs.ts'
import { inTurns } from './inTurns.ts'
import { bestOfCrop, mostMasks, mostPerCrop, reviewed, type FoundMask } from './maskSieve.ts'

const options = automaticOptionsSchema.parse({})
const size = { width: 4_000, height: 4_000 }
/** A square of 4 x 4 pixels that overlaps no other one. */
const square = (i: number, iou: number): FoundMask => ({
  point: [0, 0],
  crop: [0, 0, size.width, size.height],
  mask: { kind: 'mask', x: (i % 500) * 8, y: Math.floor(i / 500) * 8, w: 4, h: 4, rle: '016' },
  iou,
  stability: 1,
})
const never = new AbortController().signal

it('of thousands of masks the best stay, and the host answers while they are compared', async () => {
  const found = Array.from({ length: mostPerCrop + 700 }, (_, i) => square(i, i / 5_000))
  let turns = 0
  const ticking = setInterval(() => turns++, 0)
  const best = await inTurns(bestOfCrop(found, options), never)
  clearInterval(ticking)
  expect(turns).toBeGreaterThan(0)
  expect(best).toHaveLength(mostPerCrop)
  expect(best[0]!.iou).toBe((found.length - 1) / 5_000)
  expect(best.at(-1)!.iou).toBe(700 / 5_000)
})

it('what is too much for a list is left out, the weakest first, and counted', async () => {
  const found = Array.from({ length: mostMasks + 3 }, (_, i) => square(i, i / 10_000))
  const { masks, leftOut } = await inTurns(reviewed(found, cropsOf(size.width, size.height, options), size, options), never)
  expect([masks.length, leftOut, masks.at(-1)!.iou]).toEqual([mostMasks, 3, 3 / 10_000])
})

it('comparing ends when nobody wants it any more', async () => {
  const found = Array.from({ length: mostPerCrop }, (_, i) => square(i, 0.5))
  await expect(inTurns(bestOfCrop(found, options), AbortSignal.abort())).rejects.toThrow(CancelledError)
})

it('where whole objects are wanted, parts that are no surer are left out; elsewhere they stay', async () => {
  const block = (x: number, side: number, iou: number): FoundMask => ({
    ...square(0, iou),
    mask: { kind: 'mask', x, y: x, w: side, h: side, rle: encodeRuns([0, side * side]) },
  })
  // An object, a part of it, a part that is an object of its own, something half beside it, and another object.
  const found = [block(100, 40, 0.5), block(105, 20, 0.55), block(110, 10, 0.7), block(130, 20, 0.4), block(400, 30, 0.3)]
  const kept = async (wholeObjects: boolean) => {
    const chosen = { ...options, wholeObjects }
    const { masks } = await inTurns(reviewed(found, cropsOf(size.width, size.height, chosen), size, chosen), never)
    return masks.map(({ iou }) => iou)
  }
  expect(await kept(false)).toEqual([0.7, 0.55, 0.5, 0.4, 0.3])
  expect(await kept(true)).toEqual([0.7, 0.5, 0.4, 0.3])
})

it('where whole objects are wanted, of two at one place the one that is sure and steady stays', async () => {
  const found = [
    { ...square(0, 0.8), stability: 0.2 },
    { ...square(0, 0.6), stability: 0.9 },
  ]
  const best = async (wholeObjects: boolean) =>
    (await inTurns(bestOfCrop(found, { ...options, wholeObjects }), never)).map(({ iou }) => iou)
  expect([await best(false), await best(true)]).toEqual([[0.8], [0.6]])
})
