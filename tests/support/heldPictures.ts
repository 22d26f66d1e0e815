import type { TunePicture, TunePictures } from '../../src/compute/data/objects/pictureObjects.ts'

/** Pictures that are read already. */
export const heldPictures = (pictures: readonly TunePicture[]): TunePictures => ({
  items: pictures.map(({ item }) => ({ ...item, labelPath: '', split: [] })),
  counts: pictures.map(({ objects }) => objects.length),
  read: (position) => Promise.resolve(pictures[position]!),
})
