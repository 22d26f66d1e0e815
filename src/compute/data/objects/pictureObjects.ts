import { readFile } from 'node:fs/promises'
import { AppError } from '../../../shared/errors.ts'
import { paintShape } from '../../../shared/geometry/rasterize.ts'
import { isCompleteMask, maskArea, maskFromBits } from '../../../shared/geometry/rle.ts'
import { islandsOf } from '../../../shared/geometry/smallRegions.ts'
import { pictureObjectsSchema, type PictureObjects } from '../../../shared/model/pictureObjects.ts'
import type { MaskShape, PolygonShape } from '../../../shared/model/shape.ts'
import type { SnapshotItem } from '../../../shared/model/snapshot.ts'

/** Something in a picture that can be pointed at: its pixels, in a window of its own. */
export interface PictureObject {
  readonly mask: MaskShape
  readonly area: number
}

export interface TunePicture {
  readonly item: Pick<SnapshotItem, 'id' | 'name' | 'imagePath' | 'width' | 'height' | 'imageSha256'>
  /** The largest first. */
  readonly objects: readonly PictureObject[]
}

export interface ObjectRules {
  readonly objectsFrom: 'auto' | 'annotations' | 'parts'
  /** null: 64, and of masks in several parts only those of at least a 400th of the picture. */
  readonly leastPx: number | null
}

/** The objects of pictures, those without any left out. Errors: file/not-found, file/unreadable. */
export async function readTunePictures(items: readonly SnapshotItem[], rules: ObjectRules): Promise<TunePicture[]> {
  const pictures: TunePicture[] = []
  for (const item of items) {
    const objects = (await readObjects(item.labelPath)).flatMap(({ shape }) => objectsOf(shape, item, rules))
    if (objects.length > 0) pictures.push({ item, objects: objects.sort((a, b) => b.area - a.area) })
  }
  return pictures
}

async function readObjects(file: string): Promise<PictureObjects['objects']> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new AppError('file/not-found', `${file} is not there`, { file }, { cause })
  })
  try {
    return pictureObjectsSchema.parse(JSON.parse(text)).objects
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new AppError('file/unreadable', `${file}: ${reason}`, { file, reason }, { cause })
  }
}

function objectsOf(shape: MaskShape | PolygonShape, size: { width: number; height: number }, rules: ObjectRules): PictureObject[] {
  const mask = shape.kind === 'mask' ? shape : maskOfPolygon(shape, size)
  if (!mask || !isCompleteMask(mask)) return []
  const least = rules.leastPx ?? leastOfAny
  if (rules.objectsFrom === 'parts') {
    const parts = islandsOf(mask, least)
    // Class masks are full of scraps that nobody would click; a mask of one piece is what somebody drew.
    if (rules.leastPx !== null || parts.length === 1) return parts
    return parts.filter(({ area }) => area >= size.width * size.height * leastShareOfParts)
  }
  const area = maskArea(mask)
  return area >= least ? [{ mask, area }] : []
}

const leastOfAny = 64
const leastShareOfParts = 1 / 400

/** A polygon as the pixels whose centres it covers; null where that is none of the picture's. */
function maskOfPolygon(polygon: PolygonShape, { width, height }: { width: number; height: number }): MaskShape | null {
  const points = polygon.parts.flatMap(({ outer }) => outer)
  const within = (value: number, side: number): number => Math.min(side, Math.max(0, value))
  const x = Math.floor(within(Math.min(...points.map(([px]) => px)), width))
  const y = Math.floor(within(Math.min(...points.map(([, py]) => py)), height))
  const w = Math.ceil(within(Math.max(...points.map(([px]) => px)), width)) - x
  const h = Math.ceil(within(Math.max(...points.map(([, py]) => py)), height)) - y
  if (w <= 0 || h <= 0) return null
  const moved = (ring: readonly (readonly [number, number])[]): [number, number][] => ring.map(([px, py]) => [px - x, py - y])
  const parts = polygon.parts.map(({ outer, holes }) => ({ outer: moved(outer), holes: holes.map(moved) }))
  const bits = new Uint8Array(w * h)
  paintShape({ kind: 'polygon', parts }, bits, w, h, 1)
  return maskFromBits(bits, { x, y, w, h })
}
