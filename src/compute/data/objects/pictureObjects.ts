import { readFile } from 'node:fs/promises'
import { AppError } from '../../../shared/errors.ts'
import { polygonBounds } from '../../../shared/geometry/polygon.ts'
import { paintShape } from '../../../shared/geometry/rasterize.ts'
import { eachColumnRun, isCompleteMask, maskArea, maskFromBits, maskToBits } from '../../../shared/geometry/rle.ts'
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
  /** Where nobody says what is there; no object has a pixel in them. */
  readonly voids: readonly MaskShape[]
}

export interface ObjectRules {
  readonly objectsFrom: 'auto' | 'annotations' | 'parts'
  /** null: 64, and of masks in several parts only those of at least a 400th of the picture. */
  readonly leastPx: number | null
}

/** Pictures of a training, those without objects left out: how many each has is known, what they are is read when it is wanted. */
export interface TunePictures {
  readonly items: readonly SnapshotItem[]
  /** Objects of each. */
  readonly counts: readonly number[]
  /** What is too small to be trained on: objects, and pictures that have no other. */
  readonly tooSmall: { readonly objects: number; readonly pictures: number }
  /** Errors: file/not-found, file/unreadable. */
  read(position: number): Promise<TunePicture>
}

/** Objects that were read last are kept, in bytes. */
const keepBytes = 96 * 2 ** 20
/** What an object takes beside its runs. */
const objectBytes = 250

/** Looks once into every label file; `counted` are those that were looked into before. Errors: file/not-found, file/unreadable. */
export async function indexTunePictures(
  items: readonly SnapshotItem[],
  rules: ObjectRules,
  counted: readonly number[] | null = null,
): Promise<TunePictures> {
  const kept = new Map<number, { picture: TunePicture; bytes: number }>()
  let bytes = 0
  const counts: number[] = counted ? [...counted] : []
  const there: SnapshotItem[] = counted ? [...items] : []
  const tooSmall = { objects: 0, pictures: 0 }
  if (!counted)
    for (const item of items) {
      const { objects, lost } = await readTunePicture(item, rules)
      tooSmall.objects += lost
      if (objects.length === 0 && lost > 0) tooSmall.pictures++
      if (objects.length === 0) continue
      there.push(item)
      counts.push(objects.length)
    }
  return {
    items: there,
    counts,
    tooSmall,
    async read(position) {
      const known = kept.get(position)
      kept.delete(position)
      const picture = known?.picture ?? (await readTunePicture(there[position]!, rules))
      const masks = [...picture.objects.map(({ mask }) => mask), ...picture.voids]
      const size = known?.bytes ?? masks.reduce((sum, { rle }) => sum + rle.length + objectBytes, 0)
      kept.set(position, { picture, bytes: size })
      if (!known) bytes += size
      for (const [old, entry] of kept) {
        if (bytes <= keepBytes || old === position) break
        kept.delete(old)
        bytes -= entry.bytes
      }
      return picture
    },
  }
}

/** `lost`: so many objects of the file have nothing that is large enough. */
async function readTunePicture(item: SnapshotItem, rules: ObjectRules): Promise<TunePicture & { readonly lost: number }> {
  const read = await readObjects(item.labelPath)
  const voids = read.voids.flatMap((shape) => maskOf(shape, item) ?? [])
  const found = read.objects.map(({ shape }) => objectsOf(shape, voids, item, rules))
  const lost = found.filter((parts) => parts.length === 0).length
  return { item, objects: found.flat().sort((a, b) => b.area - a.area), voids, lost }
}

async function readObjects(file: string): Promise<PictureObjects> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new AppError('file/not-found', `${file} is not there`, { file }, { cause })
  })
  try {
    return pictureObjectsSchema.parse(JSON.parse(text))
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new AppError('file/unreadable', `${file}: ${reason}`, { file, reason }, { cause })
  }
}

interface Size {
  readonly width: number
  readonly height: number
}

function objectsOf(shape: MaskShape | PolygonShape, voids: readonly MaskShape[], size: Size, rules: ObjectRules): PictureObject[] {
  const drawn = maskOf(shape, size)
  if (!drawn) return []
  const mask = outside(drawn, voids)
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

function maskOf(shape: MaskShape | PolygonShape, size: Size): MaskShape | null {
  const mask = shape.kind === 'mask' ? shape : maskOfPolygon(shape, size)
  return mask && isCompleteMask(mask) ? mask : null
}

/** What of a mask lies in none of some regions. */
function outside(mask: MaskShape, regions: readonly MaskShape[]): MaskShape {
  const { x, y, w, h } = mask
  const near = regions.filter((region) => region.x < x + w && region.y < y + h && region.x + region.w > x && region.y + region.h > y)
  if (near.length === 0) return mask
  const bits = maskToBits(mask)
  for (const region of near)
    eachColumnRun(region, (column, row, length) => {
      const u = region.x + column - x
      if (u < 0 || u >= w) return
      const from = region.y + row - y
      for (let v = Math.max(0, from); v < Math.min(h, from + length); v++) bits[v * w + u] = 0
    })
  return maskFromBits(bits, mask)
}

/** A polygon as the pixels whose centres it covers; null where that is none of the picture's. */
function maskOfPolygon(polygon: PolygonShape, { width, height }: Size): MaskShape | null {
  const { minX, minY, maxX, maxY } = polygonBounds(polygon)
  const within = (value: number, side: number): number => Math.min(side, Math.max(0, value))
  const [x, y] = [Math.floor(within(minX, width)), Math.floor(within(minY, height))]
  const [w, h] = [Math.ceil(within(maxX, width)) - x, Math.ceil(within(maxY, height)) - y]
  if (w <= 0 || h <= 0) return null
  const moved = (ring: readonly (readonly [number, number])[]): [number, number][] => ring.map(([px, py]) => [px - x, py - y])
  const parts = polygon.parts.map(({ outer, holes }) => ({ outer: moved(outer), holes: holes.map(moved) }))
  const bits = new Uint8Array(w * h)
  paintShape({ kind: 'polygon', parts }, bits, w, h, 1)
  return maskFromBits(bits, { x, y, w, h })
}
