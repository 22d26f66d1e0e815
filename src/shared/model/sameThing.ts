import type { Annotation } from './annotation.ts'

type Thing = Pick<Annotation, 'classId' | 'region' | 'shape'>

const known = new WeakMap<Annotation['shape'], string>()

/** Equal for two objects of one class at exactly the same place, in whatever order the fields of their shapes came. */
export function sameThing({ classId, region, shape }: Thing): string {
  let place = known.get(shape)
  if (place === undefined) {
    place = JSON.stringify(Object.entries(shape).sort(([a], [b]) => (a < b ? -1 : 1)))
    known.set(shape, place)
  }
  return `${classId ?? ''} ${region} ${place}`
}
