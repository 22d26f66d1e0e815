import type { TunePicture, TunePictures } from '../../src/compute/data/objects/pictureObjects.ts'

/** Pictures that are read already. */
export const heldPictures = (pictures: readonly TunePicture[]): TunePictures => ({
  items: pictures.map(({ item }) => ({ ...item, labelPath: '', split: [] })),
  tooSmall: { objects: 0, pictures: 0 },
  counts: pictures.map(({ objects }) => objects.length),
  read: (position) => Promise.resolve(pictures[position]!),
})
