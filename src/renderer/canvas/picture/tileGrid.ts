import { clamp } from '../../../shared/geometry/point.ts'
import type { Bounds, ImageSize } from '../../../shared/geometry/spaces.ts'
import { levelsOf, tileSize } from '../../../shared/model/picture.ts'
import { toStored, toUpright, turnOf, uprightSize, type Turn } from './orientation.ts'

/** A tile by its place: level 0 is the picture itself, each next level half of it; x and y count stored tiles. */
export interface TileAt {
  readonly level: number
  readonly x: number
  readonly y: number
}

interface Place {
  readonly x: number
  readonly y: number
}

export const tileKey = ({ level, x, y }: TileAt): string => `${level}/${x}/${y}`

/** Where the tiles of a picture lie: tiles are cut from the stored pixels, everything else is told in upright ones. */
export class TileGrid {
  readonly levels: number
  /** Of the upright picture. */
  readonly size: ImageSize
  readonly #stored: ImageSize
  readonly #turn: Turn

  constructor(stored: ImageSize, orientation: number) {
    this.#stored = stored
    this.#turn = turnOf(orientation, stored)
    this.levels = levelsOf(stored)
    this.size = uprightSize(this.#turn, stored)
  }

  /** The coarsest level that still has a pixel for every device pixel; `finest` is the finest there is. */
  levelFor(scale: number, finest: number): number {
    return clamp(Math.floor(Math.log2(1 / scale) + 1e-6), finest, this.levels - 1)
  }

  /** Pixels of a tile, as stored. */
  tileSizeOf({ level, x, y }: TileAt): ImageSize {
    const { width, height } = this.#levelSize(level)
    return { width: Math.min(tileSize, width - x * tileSize), height: Math.min(tileSize, height - y * tileSize) }
  }

  /** Upright picture pixels a tile covers; at the far ends of coarse levels a part of a pixel more than there are. */
  boundsOf(tile: TileAt): Bounds {
    const factor = 2 ** tile.level
    const { width, height } = this.tileSizeOf(tile)
    const minX = tile.x * tileSize * factor
    const minY = tile.y * tileSize * factor
    return toUpright(this.#turn, { minX, minY, maxX: minX + width * factor, maxY: minY + height * factor })
  }

  /** Tiles of a level that meet a part of the picture, and those around them up to `ring` tiles away; nearest to its middle first. */
  tilesIn(level: number, part: Bounds, ring = 0): TileAt[] {
    const stored = toStored(this.#turn, part)
    const side = tileSize * 2 ** level
    const { width, height } = this.#levelSize(level)
    const range = (from: number, to: number, length: number): [number, number] => [
      Math.max(0, Math.floor(from / side) - ring),
      Math.min(Math.ceil(length / tileSize) - 1, Math.ceil(to / side) - 1 + ring),
    ]
    const [x0, x1] = range(stored.minX, stored.maxX, width)
    const [y0, y1] = range(stored.minY, stored.maxY, height)
    const found: TileAt[] = []
    for (let y = y0; y <= y1; y++) for (let x = x0; x <= x1; x++) found.push({ level, x, y })
    const middleX = (stored.minX + stored.maxX) / 2 / side - 0.5
    const middleY = (stored.minY + stored.maxY) / 2 / side - 0.5
    const far = ({ x, y }: TileAt): number => Math.hypot(x - middleX, y - middleY)
    return found.sort((a, b) => far(a) - far(b))
  }

  /** The tile of a coarser level that covers this one. */
  ancestor({ level, x, y }: TileAt, coarser: number): TileAt {
    return { level: coarser, x: x >> (coarser - level), y: y >> (coarser - level) }
  }

  /** The tile of a level that holds an upright picture pixel, and where in it that pixel lies: as stored, and upright. */
  pixelAt(level: number, x: number, y: number): { tile: TileAt; stored: Place; upright: Place } {
    const factor = 2 ** level
    const { minX, minY } = toStored(this.#turn, { minX: x, minY: y, maxX: x + 1, maxY: y + 1 })
    const [column, row] = [Math.floor(minX / factor), Math.floor(minY / factor)]
    const tile = { level, x: Math.floor(column / tileSize), y: Math.floor(row / tileSize) }
    const bounds = this.boundsOf(tile)
    return {
      tile,
      stored: { x: column - tile.x * tileSize, y: row - tile.y * tileSize },
      upright: { x: Math.floor((x - bounds.minX) / factor), y: Math.floor((y - bounds.minY) / factor) },
    }
  }

  #levelSize(level: number): ImageSize {
    return { width: Math.ceil(this.#stored.width / 2 ** level), height: Math.ceil(this.#stored.height / 2 ** level) }
  }
}
