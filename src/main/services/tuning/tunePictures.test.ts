import { expect, it } from 'vitest'
import { samTuneConfigSchema } from '../../../shared/model/samTune.ts'
import type { ItemObjects } from '../../db/records.ts'
import { tunePictures } from './tunePictures.ts'

const picture = (id: string, ...objects: ItemObjects['objects']): ItemObjects => ({
  id,
  name: id,
  relPath: `${id}.png`,
  width: 40,
  height: 30,
  imageBytes: 0,
  imageSha256: id,
  digest: id,
  splits: ['train'],
  objects,
  others: 0,
})
const config = samTuneConfigSchema.parse({ task: 'promptedMask' })
const inParts = (pictures: readonly ItemObjects[]): boolean => tunePictures(pictures, [], config).inParts

it('takes connected parts as objects where masks are one per class and picture, though a few pictures were worked on since', () => {
  const classMasks = Array.from({ length: 100 }, (_, i) => picture(`p${i}`, { classId: 'road', count: 1, masks: 1 }))
  const workedOn = picture('worked on', { classId: 'road', count: 2, masks: 2 }, { classId: 'car', count: 1, masks: 0 })
  expect(inParts(classMasks)).toBe(true)
  expect(inParts([...classMasks, workedOn])).toBe(true)
  expect(inParts([...classMasks.slice(0, 50), workedOn])).toBe(false)
  expect(inParts([workedOn])).toBe(false)
  expect(inParts([])).toBe(false)
})
