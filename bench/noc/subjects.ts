import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { decodeIndexMap, decodeRgb } from '../../src/compute/data/decode.ts'
import { heldOutScene } from '../../src/compute/train/sam/validateSam.ts'
import type { BinaryMask } from '../../src/shared/metrics/clicks.ts'

/** One picture and the objects that are asked for on it. */
export interface Subject {
  readonly name: string
  readonly width: number
  readonly height: number
  readonly rgb: Uint8Array
  readonly masks: readonly BinaryMask[]
}

/** A set of pictures, read one by one. */
export type Subjects = () => AsyncGenerator<Subject>

/** Rendered scenes that no training uses; up to three objects of each, spread over their sizes. */
export const heldOutScenes = (count: number, size = 256): Subjects =>
  async function* () {
    for (let index = 0; index < count; index++) {
      const { picture, masks } = heldOutScene(index, size)
      yield { name: `scene ${index}`, ...picture, masks }
    }
  }

/** The instances of the LabelMe example photographs. */
export const labelmeInstances = (folder: string): Subjects =>
  async function* () {
    const root = join(folder, 'labelme-instance', 'data_dataset_voc')
    for (const file of (await readdir(join(root, 'SegmentationObject'))).sort()) {
      const picture = await decodeRgb(join(root, 'JPEGImages', file.replace('.png', '.jpg')))
      const map = await decodeIndexMap(join(root, 'SegmentationObject', file))
      const ids = [...new Set(map.data)].filter((id) => id !== 0 && id !== 255)
      const masks = ids.map((id) => ({ width: map.width, height: map.height, data: map.data.map((value) => Number(value === id)) }))
      yield { name: file, width: picture.width, height: picture.height, rgb: picture.data, masks }
    }
  }

/** CamVid's classes by what a person counts: things, not the ground and the air. */
const things = new Set([2, 6, 8, 9, 10])

/** Connected regions of one class of more than `least` pixels in validation pictures, every `step`th one. */
export const camvidRegions = (folder: string, step: number, which: 'all' | 'things', least = 400): Subjects =>
  async function* () {
    const root = join(folder, 'camvid-voc')
    const names = (await readFile(join(root, 'ImageSets', 'Segmentation', 'val.txt'), 'utf8')).split(/\s+/).filter((name) => name !== '')
    for (let i = 0; i < names.length; i += step) {
      const name = names[i]!
      const picture = await decodeRgb(join(root, 'JPEGImages', `${name}.jpg`)).catch(() =>
        decodeRgb(join(root, 'JPEGImages', `${name}.png`)),
      )
      const map = await decodeIndexMap(join(root, 'SegmentationClass', `${name}.png`))
      const masks = regions(map).filter(({ label, pixels }) => pixels > least && label !== 255 && (which === 'all' || things.has(label)))
      yield { name, width: picture.width, height: picture.height, rgb: picture.data, masks: masks.map(({ mask }) => mask) }
    }
  }

/** Sets of pixels of one label that are joined along edges. */
function regions({ width, height, data }: BinaryMask): { label: number; pixels: number; mask: BinaryMask }[] {
  const seen = new Uint8Array(data.length)
  const found: { label: number; pixels: number; mask: BinaryMask }[] = []
  for (let start = 0; start < data.length; start++) {
    if (seen[start]) continue
    const label = data[start]!
    const mask = new Uint8Array(data.length)
    const waiting = [start]
    seen[start] = 1
    let pixels = 0
    while (waiting.length > 0) {
      const at = waiting.pop()!
      mask[at] = 1
      pixels++
      const x = at % width
      const beside = [x > 0 ? at - 1 : -1, x < width - 1 ? at + 1 : -1, at - width, at + width]
      for (const next of beside)
        if (next >= 0 && next < data.length && !seen[next] && data[next] === label) {
          seen[next] = 1
          waiting.push(next)
        }
    }
    found.push({ label, pixels, mask: { width, height, data: mask } })
  }
  return found
}
