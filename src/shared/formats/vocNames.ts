/** VOC 2012 classes in index order, background first. */
export const vocClassNames = [
  'background',
  'aeroplane',
  'bicycle',
  'bird',
  'boat',
  'bottle',
  'bus',
  'car',
  'cat',
  'chair',
  'cow',
  'diningtable',
  'dog',
  'horse',
  'motorbike',
  'person',
  'pottedplant',
  'sheep',
  'sofa',
  'train',
  'tvmonitor',
] as const

/** A class that stands for 'nothing here': unlabelled pixels belong to it. */
export function isBackgroundName(name: string): boolean {
  return /^_*(background|bg|back[ _-]ground)_*$/i.test(name)
}
