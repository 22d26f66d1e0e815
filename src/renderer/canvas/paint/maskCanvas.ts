import { boundsMeet, unionBounds } from '../../../shared/geometry/box.ts'
import type { MaskSpans } from '../../../shared/geometry/maskSpans.ts'
import { shapeBounds } from '../../../shared/geometry/shapes.ts'
import type { Bounds } from '../../../shared/geometry/spaces.ts'
import type { Id } from '../../../shared/model/ids.ts'
import type { Editor } from '../engine/editor.ts'
import { deviceX, deviceY, type Frame } from './frame.ts'
import { maskLayers, withStroke } from './maskLayers.ts'
import {
  changedExtent,
  composePart,
  composePixels,
  partOf,
  strideFor,
  tileBounds,
  tileSide,
  type MaskLayer,
  type TilePart,
  type TilePlace,
} from './maskTiles.ts'
import { isDimmed } from './drawnShape.ts'
import type { PaintStyle } from './style.ts'

/** From this many device pixels per picture pixel on, pixels are shown as squares. */
const squaresFrom = 2.5
/** Tiles kept beside those on screen, two megabytes each. */
const sparedTiles = 12
/** Steps of a stroke that a tile keeps apart; beyond, it is composed again wherever the stroke has been. */
const mostSteps = 64
/** Device pixels drawn again on each side of a change: one more than smoothing carries it. */
const rimOf = (scale: number): number => 2 + Math.ceil(scale)

interface Tile {
  readonly place: TilePlace
  readonly canvas: HTMLCanvasElement
  /** What stands on the canvas, to be written into. */
  readonly words: Uint32Array<ArrayBuffer>
  readonly image: ImageData
  /** Where it must be composed again before it is shown. */
  stale: Bounds | null
  /** Pixels that must be, beside those. */
  stalePixels: MaskSpans[]
}

/** The masks of the open image as tiles of the viewport's resolution; a change composes and draws only where it shows. */
export class MaskCanvas {
  readonly #editor: Editor
  readonly #tiles = new Map<string, Tile>()
  #layers: readonly MaskLayer[] = []
  #style: PaintStyle
  #layersStale = true
  /** Where the stroke under way has been. */
  #stroked: Bounds | null = null
  /** What must be drawn again of what stands on the canvas. */
  #toDraw: Bounds | 'all' | null = 'all'

  constructor(editor: Editor, style: PaintStyle) {
    this.#editor = editor
    this.#style = style
  }

  setStyle(style: PaintStyle): void {
    this.#style = style
    this.layersChanged()
  }

  /** Another picture, size or camera: everything on the canvas is elsewhere. */
  moved(): void {
    this.#toDraw = 'all'
  }

  /** Records, colours or what is on show changed; where, is found out before the next frame. */
  layersChanged(): void {
    this.#layersStale = true
  }

  /** The draft changed; true when masks look different now. */
  draftChanged(): boolean {
    const { draft } = this.#editor.gesture
    if (draft.kind !== 'stroke') {
      if (!this.#stroked) return false
      this.#soil(this.#stroked)
      // Every step lies in that.
      for (const tile of this.#tiles.values()) tile.stalePixels = []
      this.#stroked = null
      return true
    }
    const { stroke, step } = draft
    const became = this.#stroked === null && this.#showAsMask(stroke.targetId)
    if (!step) return became
    const { width, height } = this.#editor.image
    const bounds = step === 'all' ? { minX: 0, minY: 0, maxX: width, maxY: height } : step.bounds
    const stroked = unionBounds([bounds, ...(this.#stroked ? [this.#stroked] : [])])!
    this.#stroked = stroked
    if (step === 'all') this.#soil(bounds)
    else {
      for (const tile of this.#tiles.values()) if (boundsMeet(tileBounds(tile.place), bounds)) addStep(tile, step.pixels, stroked)
      this.#mustDraw(bounds)
    }
    return true
  }

  /** A polygon that becomes a mask by the stroke is shown as one from its first moment, and until the stroke ends. */
  #showAsMask(targetId: Id | null): boolean {
    const target = this.#editor.records.get(targetId ?? '')
    if (target?.shape.kind !== 'polygon') return false
    this.#stroked = shapeBounds(target.shape)
    this.#soil(this.#stroked)
    return true
  }

  #soil(extent: Bounds): void {
    for (const tile of this.#tiles.values()) soil(tile, extent)
    this.#mustDraw(extent)
  }

  #mustDraw(extent: Bounds): void {
    if (this.#toDraw !== 'all') this.#toDraw = unionBounds([extent, ...(this.#toDraw ? [this.#toDraw] : [])])
  }

  get hasContent(): boolean {
    this.#readLayers()
    return this.#layers.length > 0 || this.#editor.gesture.draft.kind === 'stroke'
  }

  /** Brings a canvas of the viewport's size up to date; `cleared`: nothing stands on it. */
  draw(frame: Frame, cleared: boolean): void {
    const { context, visible } = frame
    this.#readLayers()
    const area = cleared || this.#toDraw === 'all' ? visible : this.#toDraw
    this.#toDraw = null
    if (!area || !boundsMeet(area, visible)) return
    const layers = this.#shownLayers()
    context.save()
    if (area !== visible) {
      const rim = rimOf(frame.scale)
      const x = Math.floor(deviceX(frame, area.minX)) - rim
      const y = Math.floor(deviceY(frame, area.minY)) - rim
      context.beginPath()
      context.rect(x, y, Math.ceil(deviceX(frame, area.maxX)) + rim - x, Math.ceil(deviceY(frame, area.maxY)) + rim - y)
      context.clip()
    }
    context.clearRect(0, 0, frame.width, frame.height)
    this.#drawTiles(frame, layers, area)
    context.restore()
  }

  #readLayers(): void {
    if (!this.#layersStale) return
    this.#layersStale = false
    const editor = this.#editor
    const layers = maskLayers(editor.painted(), editor.image, this.#style, (record) => isDimmed(editor, record))
    const changed = changedExtent(this.#layers, layers)
    this.#layers = layers
    if (changed) this.#soil(changed)
  }

  #shownLayers(): readonly MaskLayer[] {
    const { records, image, pen } = this.#editor
    const { draft } = this.#editor.gesture
    if (draft.kind !== 'stroke') return this.#layers
    const { targetId } = draft.stroke
    const drawn = { classId: pen.classId, region: pen.drawsVoid ? 'void' : 'object' } as const
    return withStroke(this.#layers, draft.stroke, targetId === null ? undefined : records.get(targetId), image, this.#style, drawn)
  }

  #drawTiles(frame: Frame, layers: readonly MaskLayer[], area: Bounds): void {
    const { context, scale, visible } = frame
    const { image } = this.#editor
    if (layers.length === 0) {
      this.#tiles.clear()
      return
    }
    const stride = strideFor(scale)
    const side = tileSide * stride
    context.imageSmoothingEnabled = scale < squaresFrom
    let drawn = 0
    // Whatever was cleared is drawn again: a device pixel more than the rim, for its edges are whole ones.
    const rim = Math.max(4 * stride, (rimOf(scale) + 1) / scale)
    const first = (at: number): number => Math.max(0, Math.floor((at - rim) / side)) * side
    for (let y = first(Math.max(area.minY, visible.minY)); y < Math.min(image.height, area.maxY + rim, visible.maxY); y += side) {
      for (let x = first(Math.max(area.minX, visible.minX)); x < Math.min(image.width, area.maxX + rim, visible.maxX); x += side) {
        const tile = this.#tile({ x, y, stride })
        compose(tile, layers)
        const [x0, y0] = [Math.round(deviceX(frame, x)), Math.round(deviceY(frame, y))]
        const [x1, y1] = [Math.round(deviceX(frame, x + side)), Math.round(deviceY(frame, y + side))]
        context.drawImage(tile.canvas, x0, y0, x1 - x0, y1 - y0)
        drawn++
      }
    }
    if (area === visible) this.#forget(drawn + sparedTiles)
  }

  /** The tile of this place, most recently used last. */
  #tile(place: TilePlace): Tile {
    const key = `${place.stride}/${place.x}/${place.y}`
    let tile = this.#tiles.get(key)
    if (tile) this.#tiles.delete(key)
    else {
      const canvas = document.createElement('canvas')
      canvas.width = tileSide
      canvas.height = tileSide
      const image = new ImageData(tileSide, tileSide)
      tile = { place, canvas, words: new Uint32Array(image.data.buffer), image, stale: tileBounds(place), stalePixels: [] }
    }
    this.#tiles.set(key, tile)
    return tile
  }

  #forget(kept: number): void {
    for (const key of this.#tiles.keys()) {
      if (this.#tiles.size <= kept) return
      this.#tiles.delete(key)
    }
  }
}

function soil(tile: Tile, extent: Bounds): void {
  if (boundsMeet(tileBounds(tile.place), extent)) tile.stale = unionBounds([extent, ...(tile.stale ? [tile.stale] : [])])
}

/** `stroked`: where the stroke has been, this step included. */
function addStep(tile: Tile, pixels: MaskSpans, stroked: Bounds): void {
  tile.stalePixels.push(pixels)
  if (tile.stalePixels.length <= mostSteps) return
  soil(tile, stroked)
  tile.stalePixels = []
}

function compose(tile: Tile, layers: readonly MaskLayer[]): void {
  const { place, words, stale } = tile
  const parts: TilePart[] = []
  if (stale) {
    const part = partOf(place, stale)
    composePart(words, layers, place, part)
    parts.push(part)
  }
  for (const pixels of tile.stalePixels) {
    const part = composePixels(words, layers, place, pixels)
    if (part) parts.push(part)
  }
  tile.stale = null
  tile.stalePixels = []
  const context = parts.length > 0 ? tile.canvas.getContext('2d') : null
  for (const { left, top, right, bottom } of parts)
    if (right > left && bottom > top) context?.putImageData(tile.image, 0, 0, left, top, right - left, bottom - top)
}
