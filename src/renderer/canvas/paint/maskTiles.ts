import { append } from '../../../shared/append.ts'
import { boundsMeet, unionBounds } from '../../../shared/geometry/box.ts'
import { combineRows, spanRules, type MaskSpans } from '../../../shared/geometry/maskSpans.ts'
import type { Bounds } from '../../../shared/geometry/spaces.ts'
import type { Id } from '../../../shared/model/ids.ts'

/** Side of a tile in its own pixels. */
export const tileSide = 512

/** Void regions are hatched, never a plain colour: of so many diagonals of a tile's pixels, so many are drawn. */
export const [hatchEvery, hatchWide] = [8, 3]
export const hatched = (x: number, y: number): boolean => ((x + y) & (hatchEvery - 1)) < hatchWide

/** A region in one colour. Two layers with the same pixels and colour look the same. */
export interface MaskLayer {
  readonly id: Id
  readonly pixels: MaskSpans
  readonly bounds: Bounds
  /** 0xAABBGGRR: little-endian RGBA bytes, as ImageData has them on every machine a browser runs on. */
  readonly rgba: number
  readonly hatch: boolean
  /** What a stroke under way has erased so far, by picture column. */
  readonly erased?: readonly (readonly number[])[]
}

/** Part of a tile, in its own pixels: columns [left, right), rows [top, bottom). */
export interface TilePart {
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
}

/** A tile shows every `stride`th pixel of the picture from (x, y) on. */
export interface TilePlace {
  readonly x: number
  readonly y: number
  readonly stride: number
}

/** The coarsest tiles that still have a pixel for every device pixel: memory and work go by the viewport, whatever the size of the picture. */
export const strideFor = (scale: number): number => 2 ** Math.max(0, Math.floor(Math.log2(1 / scale)))

export const tileBounds = ({ x, y, stride }: TilePlace): Bounds => ({
  minX: x,
  minY: y,
  maxX: x + tileSide * stride,
  maxY: y + tileSide * stride,
})

/** The part of a tile that shows an extent of the picture. */
export function partOf(place: TilePlace, { minX, minY, maxX, maxY }: Bounds): TilePart {
  const down = (at: number): number => Math.max(0, Math.min(tileSide, Math.floor(at / place.stride)))
  const up = (at: number): number => Math.max(0, Math.min(tileSide, Math.ceil(at / place.stride)))
  return { left: down(minX - place.x), top: down(minY - place.y), right: up(maxX - place.x), bottom: up(maxY - place.y) }
}

function rowsOf({ pixels, erased }: MaskLayer, x: number): readonly number[] {
  const rows = pixels.columns[x - pixels.x] ?? []
  const gone = erased?.[x]
  return gone && gone.length > 0 ? combineRows(rows, gone, spanRules.subtract) : rows
}

const rowIn = (place: TilePlace, y: number): number => Math.min(tileSide, Math.max(0, Math.ceil((y - place.y) / place.stride)))

/** Writes rows [from, to) of a tile's column anew; later layers cover earlier ones. `words`: RGBA, row by row. */
function composeColumn(words: Uint32Array, layers: readonly MaskLayer[], place: TilePlace, u: number, from: number, to: number): void {
  const x = place.x + u * place.stride
  const end = place.y + to * place.stride
  for (let v = from, at = from * tileSide + u; v < to; v++, at += tileSide) words[at] = 0
  for (const layer of layers) {
    if (x < layer.bounds.minX || x >= layer.bounds.maxX) continue
    const rows = rowsOf(layer, x)
    for (let i = 0; i < rows.length && rows[i]! < end; i += 2) {
      const last = Math.min(to, rowIn(place, rows[i + 1]!))
      for (let v = Math.max(from, rowIn(place, rows[i]!)), at = v * tileSide + u; v < last; v++, at += tileSide) {
        if (!layer.hatch || hatched(place.x / place.stride + u, place.y / place.stride + v)) words[at] = layer.rgba
      }
    }
  }
}

/** Composes a part of a tile into its words. */
export function composePart(words: Uint32Array, layers: readonly MaskLayer[], place: TilePlace, part: TilePart): void {
  const { left, top, right, bottom } = part
  const { stride } = place
  const extent = {
    minX: place.x + left * stride,
    minY: place.y + top * stride,
    maxX: place.x + right * stride,
    maxY: place.y + bottom * stride,
  }
  const met = layers.filter(({ bounds }) => boundsMeet(bounds, extent))
  for (let u = left; u < right; u++) composeColumn(words, met, place, u, top, bottom)
}

/** Composes those pixels of a tile that show a region; answers with the part they lie in, null when it shows none of it. */
export function composePixels(words: Uint32Array, layers: readonly MaskLayer[], place: TilePlace, pixels: MaskSpans): TilePart | null {
  const { stride } = place
  const first = Math.max(0, Math.ceil((pixels.x - place.x) / stride))
  const end = Math.min(tileSide, Math.ceil((pixels.x + pixels.columns.length - place.x) / stride))
  let [left, top, right, bottom] = [tileSide, tileSide, 0, 0]
  for (let u = first; u < end; u++) {
    const rows = pixels.columns[place.x + u * stride - pixels.x]!
    for (let i = 0; i < rows.length; i += 2) {
      const [from, to] = [rowIn(place, rows[i]!), rowIn(place, rows[i + 1]!)]
      if (from >= to) continue
      composeColumn(words, layers, place, u, from, to)
      left = Math.min(left, u)
      right = u + 1
      top = Math.min(top, from)
      bottom = Math.max(bottom, to)
    }
  }
  return right === 0 ? null : { left, top, right, bottom }
}

/** Where two lists of layers look different; null: nowhere. */
export function changedExtent(before: readonly MaskLayer[], after: readonly MaskLayer[]): Bounds | null {
  const old = new Map(before.map((layer) => [layer.id, layer]))
  const now = new Map(after.map((layer) => [layer.id, layer]))
  const extents: Bounds[] = before.filter(({ id }) => !now.has(id)).map(({ bounds }) => bounds)
  for (const layer of after) {
    const known = old.get(layer.id)
    if (!known) extents.push(layer.bounds)
    else if (known.rgba !== layer.rgba || known.hatch !== layer.hatch) extents.push(known.bounds, layer.bounds)
    else if (known.pixels !== layer.pixels) extents.push(...changedPixels(known.pixels, layer.pixels))
  }
  const [orderBefore, orderAfter] = [before.filter(({ id }) => now.has(id)), after.filter(({ id }) => old.has(id))]
  append(
    extents,
    movedInOrder(orderBefore, orderAfter).map(({ bounds }) => bounds),
  )
  return unionBounds(extents)
}

/** Layers whose going elsewhere explains the new order: the one that moved when it was one, else all whose place is another. */
function movedInOrder(before: readonly MaskLayer[], after: readonly MaskLayer[]): readonly MaskLayer[] {
  const differs = (a: readonly MaskLayer[], b: readonly MaskLayer[]): number => a.findIndex((layer, i) => layer.id !== b[i]?.id)
  const at = differs(before, after)
  if (at < 0) return []
  for (const one of [before[at]!, after[at]!]) {
    const others = (list: readonly MaskLayer[]): readonly MaskLayer[] => list.filter(({ id }) => id !== one.id)
    if (differs(others(before), others(after)) < 0) return [one]
  }
  return after.filter(({ id }, i) => before[i]?.id !== id)
}

/** The extent of the pixels that are in one of two regions only; none when they are the same. */
export function changedPixels(a: MaskSpans, b: MaskSpans): readonly Bounds[] {
  const end = Math.max(a.x + a.columns.length, b.x + b.columns.length)
  let [minX, maxX, minY, maxY] = [Infinity, -Infinity, Infinity, -Infinity]
  for (let x = Math.min(a.x, b.x); x < end; x++) {
    const [one, other] = [a.columns[x - a.x] ?? nothing, b.columns[x - b.x] ?? nothing]
    // Columns that stayed as they were are the same objects.
    if (one === other) continue
    const rows = combineRows(one, other, (inA, inB) => inA !== inB)
    if (rows.length === 0) continue
    minX = Math.min(minX, x)
    maxX = x + 1
    minY = Math.min(minY, rows[0]!)
    maxY = Math.max(maxY, rows.at(-1)!)
  }
  return maxX > minX ? [{ minX, minY, maxX, maxY }] : []
}

const nothing: readonly number[] = []
