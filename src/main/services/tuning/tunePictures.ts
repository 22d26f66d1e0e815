import { splitBySource, type GroupedSplit } from '../../../shared/model/sourceGroups.ts'
import type { SamTuneConfig } from '../../../shared/model/samTune.ts'
import type { ClassRecord } from '../../../shared/model/dataset.ts'
import type { ItemObjects } from '../../db/records.ts'

/** The pictures of a training and who is on which side. */
export interface TunePictures {
  /** With objects of the classes asked for, in the dataset's order. */
  readonly pictures: readonly ItemObjects[]
  readonly withoutMasks: number
  readonly split: GroupedSplit
  readonly inParts: boolean
  /** Classes that are shown; null: also objects without a class. */
  readonly classIds: ReadonlySet<string> | null
}

export const countOf = ({ objects }: ItemObjects): number => objects.reduce((sum, { count }) => sum + count, 0)

/** One group of so many may be otherwise: pictures that were worked on since the class masks were imported. */
const fewOf = 50

/** One mask per class and picture, hardly anywhere two or an outline: what a class mask becomes when it is imported. */
function looksLikeClassMasks(pictures: readonly ItemObjects[]): boolean {
  const groups = pictures.flatMap(({ objects }) => objects)
  const others = groups.filter(({ count, masks }) => count !== 1 || masks !== 1)
  return groups.length > 0 && others.length * fewOf <= groups.length
}

/** Which pictures of a dataset a config trains on. A class that is not there has no objects. */
export function tunePictures(items: readonly ItemObjects[], classes: readonly ClassRecord[], { data }: SamTuneConfig): TunePictures {
  const classIds = data.classes && new Set(classes.filter(({ name }) => data.classes!.includes(name)).map(({ id }) => id))
  const wanted = items.map((item) => ({
    ...item,
    objects: item.objects.filter(({ classId }) => classIds === null || (classId !== null && classIds.has(classId))),
  }))
  const pictures = wanted.filter((item) => countOf(item) > 0)
  return {
    pictures,
    withoutMasks: items.filter((item) => countOf(item) === 0 && item.others > 0).length,
    split: splitBySource(
      pictures.map(({ id, relPath, imageSha256, splits }) => ({ id, relPath, sha256: imageSha256, splits })),
      data,
    ),
    inParts: data.objectsFrom === 'parts' || (data.objectsFrom === 'auto' && looksLikeClassMasks(pictures)),
    classIds,
  }
}
