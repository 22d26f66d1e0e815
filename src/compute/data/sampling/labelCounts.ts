import type { SnapshotItem } from '../../../shared/model/snapshot.ts'
import { decodeIndexMap } from '../decode.ts'

/** Pixels per class of one label map; void is not counted. */
export type ClassPixels = Uint32Array

/** Errors: file/*, voc/bad-mask. */
export async function countClassPixels(items: readonly SnapshotItem[], classes: number): Promise<ClassPixels[]> {
  const counts: ClassPixels[] = []
  for (const item of items) {
    const histogram = new Uint32Array(256)
    for (const index of (await decodeIndexMap(item.labelPath)).data) histogram[index]!++
    counts.push(histogram.slice(0, classes))
  }
  return counts
}
