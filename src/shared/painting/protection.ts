import { boundsMeet } from '../geometry/box.ts'
import { combineSpans, noSpans, spanRules, type MaskSpans } from '../geometry/maskSpans.ts'
import { maskOfPixels, overlap, pixelsOf } from '../geometry/pixels.ts'
import { paintedShape } from '../geometry/rasterize.ts'
import { combineRegions, regionPolygon, regionSpans, type RegionShape } from '../geometry/regions.ts'
import { shapeBounds } from '../geometry/shapes.ts'
import type { Bounds, ImageSize } from '../geometry/spaces.ts'
import type { Annotation, Edit } from '../model/annotation.ts'
import type { Id } from '../model/ids.ts'
import type { MaskShape, PolygonShape } from '../model/shape.ts'

export type PaintedRecord = Pick<Annotation, 'id' | 'rev' | 'classId' | 'region' | 'shape' | 'locked'>

/** What is painted on. */
export interface Ground {
  readonly image: ImageSize
  readonly records: readonly PaintedRecord[]
  readonly rule: {
    /** Which pixels may be painted: all; free ones and those of the own class; only those no object has (unlabelled, void). */
    readonly over: 'all' | 'ownClass' | 'free'
    /** What is painted over is taken from the other masks. */
    readonly cut: boolean
  }
  /** What nobody sees keeps its pixels. */
  readonly isOnShow: (record: PaintedRecord) => boolean
}

/** Who paints: a record, or what a new one will be. */
export type Painter = Pick<Annotation, 'classId' | 'region'> & { readonly id: Id | null }

export interface Area {
  readonly bounds: Bounds
  readonly pixels: MaskSpans
}
interface ShapedArea extends Area {
  readonly shape: MaskShape | PolygonShape
}

const areaOf = ({ image }: Ground, shape: MaskShape | PolygonShape): ShapedArea => ({
  bounds: shapeBounds(shape),
  pixels: pixelsOf(shape, image),
  shape,
})

/** Locked void: it stays void, whatever is painted there. */
export function lockedVoidAreas(ground: Ground, { region }: Painter): readonly Area[] {
  if (region === 'void') return []
  return ground.records.flatMap((record) => {
    const shape = record.region === 'void' && record.locked ? paintedShape(record) : null
    return shape ? [areaOf(ground, shape)] : []
  })
}

/**
 * Regions whose pixels stay theirs: all objects when only free pixels are painted, with the void that cannot be taken from, or those of other classes when
 * these are protected. Void has no class of its own.
 */
export function guardedAreas(ground: Ground, { id, classId, region }: Painter): readonly ShapedArea[] {
  const { over } = ground.rule
  if (over === 'all') return []
  const asVoid = region === 'void'
  return ground.records.flatMap((record) => {
    const shape = paintedShape(record)
    if (record.id === id || !shape) return []
    if (record.region === 'void' && (over !== 'free' || asVoid || isFree(ground, record))) return []
    if (over === 'ownClass' && !asVoid && record.classId === classId) return []
    return [areaOf(ground, shape)]
  })
}

/** Painting may take pixels from it. */
const isFree = ({ isOnShow }: Ground, record: PaintedRecord): boolean => !record.locked && isOnShow(record)

/** What painting these pixels takes from the other regions. */
export function cutsOf(ground: Ground, { id, region }: Painter, covered: MaskSpans): readonly Edit[] {
  return ground.records.flatMap((other) => (other.id === id ? [] : cutFrom(ground, other, covered, region === 'void')))
}

/**
 * What painting takes from another region: from all masks on show when the user wants no overlap, from void of every kind when free pixels are claimed,
 * because void would win; what is left is a mask. Locked ones keep theirs.
 */
function cutFrom(ground: Ground, other: PaintedRecord, covered: MaskSpans, asVoid: boolean): readonly Edit[] {
  const shape = isFree(ground, other) ? claimedShape(ground, other, asVoid) : null
  if (!shape) return []
  const before = pixelsOf(shape, ground.image)
  if (!overlap(before, covered)) return []
  const left = maskOfPixels(combineSpans(before, covered, spanRules.subtract))
  return [left ? { op: 'update', id: other.id, rev: other.rev, patch: { shape: left } } : { op: 'delete', id: other.id, rev: other.rev }]
}

function claimedShape({ rule: { cut, over } }: Ground, other: PaintedRecord, asVoid: boolean): MaskShape | PolygonShape | null {
  if (over === 'free' && other.region === 'void' && !asVoid) return paintedShape(other)
  return cut && other.shape.kind === 'mask' ? other.shape : null
}

/** What a region that is painted as a whole may have. */
export interface Claim {
  /** The same one where nothing of it is protected; null: all of it is. */
  readonly shape: RegionShape | null
  readonly meetsLockedVoid: boolean
  /** What it takes from other regions. */
  readonly cuts: readonly Edit[]
}

/** A region painted over others: without what is protected from it, exact to the pixel, and a polygon as long as it is one. */
export function claim(ground: Ground, painter: Painter, region: RegionShape): Claim {
  const { over, cut } = ground.rule
  const bounds = shapeBounds(region)
  const near = { ...ground, records: ground.records.filter(({ shape }) => boundsMeet(shapeBounds(shape), bounds)) }
  const voids = lockedVoidAreas(near, painter)
  if (over === 'all' && !cut && voids.length === 0) return { shape: region, meetsLockedVoid: false, cuts: [] }
  const pixels = regionSpans(region, ground.image)
  const shape = guardedAreas(near, painter).reduce<RegionShape | null>((left, area) => {
    if (!left || !overlap(area.pixels, pixels)) return left
    const guard = left.kind === 'mask' ? area.shape : regionPolygon(area.shape)
    return guard ? combineRegions(left, guard, 'subtract', ground.image) : left
  }, region)
  const covered = shape === region ? pixels : shape ? regionSpans(shape, ground.image) : noSpans
  return { shape, meetsLockedVoid: voids.some((area) => overlap(area.pixels, pixels)), cuts: cutsOf(near, painter, covered) }
}
