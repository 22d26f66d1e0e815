import { expect, it } from 'vitest'
import { maskFromBits } from '../../../shared/geometry/rle.ts'
import type { TunePicture } from '../../data/objects/pictureObjects.ts'
import { heldPictures } from '../../../../tests/support/heldPictures.ts'
import type { SamEmbedding, SamSession } from '../../assist/samSession.ts'
import { clickedObject, clickThrough, histogramOf, objectsToClick } from './clickThrough.ts'

const filled = (x: number, y: number, w: number, h: number) => ({
  mask: maskFromBits(new Uint8Array(w * h).fill(1), { x, y, w, h }),
  area: w * h,
})
const pictureOf = (name: string, objects: TunePicture['objects']): TunePicture => ({
  item: { id: name, name, imagePath: name, width: 4000, height: 3000 },
  objects,
  voids: [],
})
/** A line between the rows of the grid that answers are compared in, a square that only a look from near shows, and two that are seen. */
const pictures = [
  pictureOf('a', [filled(500, 500, 800, 800), filled(100, 1500, 3000, 1)]),
  pictureOf('b', [filled(10, 10, 600, 600), filled(2000, 100, 8, 8)]),
]
const chosen = async (most: number, whole: boolean): Promise<string[]> =>
  (await objectsToClick(heldPictures(pictures), most, whole)).map(
    ({ item, object }) => `${item.name}${pictures.find((picture) => picture.item.name === item.name)!.objects.indexOf(object)}`,
  )

it('an object that is lost in the grid of its look is not clicked; the next takes its place', async () => {
  const { item, objects } = pictures[0]!
  expect(clickedObject({ item, object: objects[1]!, voids: [] }, false).truth.data.includes(1)).toBe(false)
  expect(await chosen(10, false)).toEqual(['a0', 'b0', 'b1'])
  expect(await chosen(10, true)).toEqual(['a0', 'b0'])
  expect(await chosen(3, false)).toEqual(['a0', 'b0', 'b1'])
  expect(await chosen(2, true)).toEqual(['a0', 'b0'])
  expect(await chosen(1, true)).toEqual(['a0'])
  expect(await objectsToClick(heldPictures([pictureOf('c', [filled(2000, 100, 8, 8)])]), 10, true)).toEqual([])
  expect(await objectsToClick(heldPictures([]), 10, true)).toEqual([])
})

/** Answers every click with the left half of a picture of 40 x 20, one logit per pixel. */
const leftHalf: Pick<SamSession, 'decode'> = {
  decode: () => {
    const data = Float32Array.from({ length: 800 }, (_, i) => (i % 40 < 20 ? 5 : -5))
    return Promise.resolve([{ iou: 1, logits: { width: 40, height: 20, scale: [1, 1], data }, mask: () => new Uint8Array(800) }])
  },
}
const embedding = { tensors: [], window: { width: 40, height: 20 }, frame: { size: 40, content: [40, 20] } } satisfies SamEmbedding

it('what is answered in the void beside an object is no error: it is not clicked, and lowers no score', async () => {
  const item = { id: 'v', name: 'v', imagePath: 'v', width: 40, height: 20 }
  const object = filled(0, 0, 10, 20)
  const around = filled(10, 0, 10, 20).mask
  const curve = async (voids: (typeof around)[]) => {
    const clicked = clickedObject({ item, object, voids }, true)
    const clicks: unknown[] = []
    const ious = await clickThrough(leftHalf, embedding, clicked.truth, 3, (answered) => clicks.push(answered.clicks.at(-1)))
    return { ious, clicks }
  }
  const asGround = await curve([])
  expect(asGround.ious).toEqual([0.5, 0.5, 0.5])
  expect(asGround.clicks[1]).toMatchObject({ positive: false })
  expect((await curve([around])).ious).toEqual([1])
  const { truth } = clickedObject({ item, object, voids: [around] }, true)
  const histogram = histogramOf(new Float32Array(800).fill(-9), truth)
  expect([histogram.inside[0], histogram.outside[0]]).toEqual([200, 400])
})
