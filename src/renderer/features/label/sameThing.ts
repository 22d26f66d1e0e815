import type { Annotation } from '../../../shared/model/annotation.ts'

type Thing = Pick<Annotation, 'classId' | 'region' | 'shape'>

const known = new WeakMap<Annotation['shape'], string>()

/** Equal for two objects of one class at exactly the same place. */
export function sameThing({ classId, region, shape }: Thing): string {
  let place = known.get(shape)
  if (place === undefined) {
    place = JSON.stringify(shape)
    known.set(shape, place)
  }
  return `${classId ?? ''} ${region} ${place}`
}
