import { categoricalColor } from '../../../shared/formats/classColor.ts'

/** The first categorical colour from `start` on that no other class has. */
export function freeColor(taken: readonly string[], start: number): string {
  for (let place = start; place < start + 60; place++) {
    const color = categoricalColor(place)
    if (!taken.includes(color)) return color
  }
  return '#808080'
}
