import { expect, it } from 'vitest'
import { maskFromBits } from '../../../shared/geometry/rle.ts'
import type { TunePicture } from '../../data/objects/pictureObjects.ts'
import { heldPictures } from '../../../../tests/support/heldPictures.ts'
import { clickedObject, objectsToClick } from './clickThrough.ts'

const filled = (x: number, y: number, w: number, h: number) => ({
  mask: maskFromBits(new Uint8Array(w * h).fill(1), { x, y, w, h }),
  area: w * h,
})
const pictureOf = (name: string, objects: TunePicture['objects']): TunePicture => ({
  item: { id: name, name, imagePath: name, width: 4000, height: 3000 },
  objects,
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
  expect(clickedObject({ item, object: objects[1]! }, false).truth.data.includes(1)).toBe(false)
  expect(await chosen(10, false)).toEqual(['a0', 'b0', 'b1'])
  expect(await chosen(10, true)).toEqual(['a0', 'b0'])
  expect(await chosen(3, false)).toEqual(['a0', 'b0', 'b1'])
  expect(await chosen(2, true)).toEqual(['a0', 'b0'])
  expect(await chosen(1, true)).toEqual(['a0'])
  expect(await objectsToClick(heldPictures([pictureOf('c', [filled(2000, 100, 8, 8)])]), 10, true)).toEqual([])
  expect(await objectsToClick(heldPictures([]), 10, true)).toEqual([])
})
