import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { encode } from 'fast-png'
import sharp from 'sharp'
import { AppError, CancelledError } from '../../../shared/errors.ts'
import { vocColor } from '../../../shared/formats/vocPalette.ts'
import { DEMO_SIZE, renderDemoPicture } from './picture.ts'
import { demoClasses } from './shapes.ts'
import { demoAnnotationXml } from './vocXml.ts'

export interface DemoOptions {
  /** Where the dataset is to lie; it must not exist, or be empty. */
  folder: string
  seed: number
  train?: number
  val?: number
  signal?: AbortSignal
  onProgress?: (done: number, total: number) => void
}

const JPEG_QUALITY = 92
const AT_ONCE = 4
const palette = Array.from({ length: 256 }, (_, i) => vocColor(i))
const partial = (folder: string): string => `.${basename(folder)}.partial-`

function palettePng(indices: Uint8Array): Uint8Array {
  return encode({ width: DEMO_SIZE, height: DEMO_SIZE, data: indices, channels: 1, depth: 8, palette })
}

async function writePicture(root: string, id: string, seed: number, index: number): Promise<void> {
  const picture = renderDemoPicture(seed, index)
  const raw = { width: DEMO_SIZE, height: DEMO_SIZE, channels: 3 } as const
  await Promise.all([
    sharp(picture.image, { raw })
      .jpeg({ quality: JPEG_QUALITY })
      .toFile(join(root, 'JPEGImages', `${id}.jpg`)),
    writeFile(join(root, 'SegmentationClass', `${id}.png`), palettePng(picture.classes)),
    writeFile(join(root, 'SegmentationObject', `${id}.png`), palettePng(picture.objects)),
    writeFile(join(root, 'Annotations', `${id}.xml`), demoAnnotationXml(id, picture.list)),
  ])
}

async function writeLists(root: string, splits: Record<string, readonly string[]>): Promise<void> {
  for (const kind of ['Main', 'Segmentation']) {
    for (const [split, ids] of Object.entries(splits)) await writeFile(join(root, 'ImageSets', kind, `${split}.txt`), `${ids.join('\n')}\n`)
  }
  const rows = demoClasses.map((name, i) => `${name}:${vocColor(i).join(',')}::\n`)
  await writeFile(join(root, 'labelmap.txt'), rows.join(''))
}

async function writeAll(root: string, { seed, train = 240, val = 60, signal, onProgress }: DemoOptions): Promise<void> {
  for (const part of ['JPEGImages', 'Annotations', 'SegmentationClass', 'SegmentationObject', 'ImageSets/Main', 'ImageSets/Segmentation']) {
    await mkdir(join(root, part), { recursive: true })
  }
  const total = train + val
  const ids = Array.from({ length: total }, (_, i) => `demo_${String(i + 1).padStart(4, '0')}`)
  await writeLists(root, { train: ids.slice(0, train), val: ids.slice(train), trainval: ids })
  let next = 0
  let done = 0
  const failures: Error[] = []
  const work = async (): Promise<void> => {
    for (let index = next++; index < total && failures.length === 0; index = next++) {
      try {
        if (signal?.aborted) throw new CancelledError()
        await writePicture(root, ids[index]!, seed, index)
        onProgress?.(++done, total)
      } catch (error) {
        failures.push(error instanceof Error ? error : new Error(String(error)))
      }
    }
  }
  // Nobody may still be writing when a failure removes the folder.
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  if (failures[0]) throw failures[0]
}

/** Removes what an interrupted generation left beside the folder. */
async function removeLeftovers(folder: string): Promise<void> {
  for (const name of await readdir(dirname(folder))) {
    if (name.startsWith(partial(folder))) await rm(join(dirname(folder), name), { recursive: true, force: true })
  }
}

/**
 * Writes the demo dataset in VOC layout: 256x256 pictures, boxes, class and object masks, splits, class names; the seed decides every pixel.
 * It is made beside `folder` and renamed when whole, so an interruption leaves nothing there. Errors: project/not-empty; CancelledError.
 */
export async function generateDemoDataset(options: DemoOptions): Promise<void> {
  const { folder } = options
  await mkdir(dirname(folder), { recursive: true })
  const there = await readdir(folder).catch(() => [])
  if (there.length > 0) throw new AppError('project/not-empty', `${folder} is not empty`, { folder })
  await removeLeftovers(folder)
  const work = join(dirname(folder), `${partial(folder)}${process.pid}`)
  try {
    await writeAll(work, options)
    await rm(folder, { recursive: true, force: true })
    await rename(work, folder)
  } catch (error) {
    await rm(work, { recursive: true, force: true })
    throw error
  }
}
