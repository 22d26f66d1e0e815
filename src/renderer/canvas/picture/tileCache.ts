import type { TileBudget, TileHolder } from './tileBudget.ts'
import type { TileAt } from './tileGrid.ts'
import { tileKey } from './tileGrid.ts'

/** What a tile is once it is loaded. */
export interface Sized {
  readonly bytes: number
}

export interface TileCacheOptions<T extends Sized> {
  readonly load: (at: TileAt, signal: AbortSignal) => Promise<T>
  /** Gives back what a tile holds. */
  readonly release: (tile: T) => void
  readonly loaded: () => void
  /** Not told of tiles whose loading was given up. */
  readonly failed: (error: unknown, at: TileAt) => void
  /** Shared with the tiles of other pictures. */
  readonly budget: TileBudget
  readonly atOnce: number
}

/**
 * Tiles in memory, the least recently used leaving first when the budget is exceeded. `want` says all that is of use now, most urgent first: what
 * is on its way and not among it is given up, the rest is loaded in this order.
 */
export class TileCache<T extends Sized> implements TileHolder {
  readonly #options: TileCacheOptions<T>
  readonly #tiles = new Map<string, T>()
  readonly #loading = new Map<string, AbortController>()
  /** Not asked for again until `retry`. */
  readonly #failed = new Set<string>()
  #wanted: readonly TileAt[] = []
  #bytes = 0
  #closed = false

  constructor(options: TileCacheOptions<T>) {
    this.#options = options
  }

  get bytes(): number {
    return this.#bytes
  }

  /** The tile when it is there, as just used. */
  get(at: TileAt): T | undefined {
    const key = tileKey(at)
    const tile = this.#tiles.get(key)
    if (tile) {
      this.#tiles.delete(key)
      this.#tiles.set(key, tile)
    }
    return tile
  }

  has(at: TileAt): boolean {
    return this.#tiles.has(tileKey(at))
  }

  want(tiles: readonly TileAt[]): void {
    this.#options.budget.show(this)
    this.#wanted = tiles
    this.#giveUp()
    this.#next()
  }

  rest(): void {
    this.#wanted = []
    this.#giveUp()
  }

  /** What is on its way and not wanted. */
  #giveUp(): void {
    const keys = new Set(this.#wanted.map(tileKey))
    for (const [key, abort] of this.#loading) {
      if (keys.has(key)) continue
      this.#loading.delete(key)
      abort.abort()
    }
  }

  retry(): void {
    this.#failed.clear()
    this.#next()
  }

  close(): void {
    this.#closed = true
    for (const abort of this.#loading.values()) abort.abort()
    this.#loading.clear()
    for (const tile of this.#tiles.values()) this.#options.release(tile)
    this.#tiles.clear()
    this.#bytes = 0
    this.#options.budget.forget(this)
  }

  shrink(bytes: number, shown: boolean): void {
    const least = this.#bytes - bytes
    const keep = new Set(shown ? this.#wanted.map(tileKey) : [])
    for (const [key, tile] of this.#tiles) {
      if (this.#bytes <= least) return
      if (keep.has(key)) continue
      this.#tiles.delete(key)
      this.#bytes -= tile.bytes
      this.#options.release(tile)
    }
  }

  #next(): void {
    for (const at of this.#wanted) {
      if (this.#closed || this.#loading.size >= this.#options.atOnce) return
      const key = tileKey(at)
      if (this.#tiles.has(key) || this.#loading.has(key) || this.#failed.has(key)) continue
      const abort = new AbortController()
      this.#loading.set(key, abort)
      void this.#load(at, key, abort)
    }
  }

  async #load(at: TileAt, key: string, abort: AbortController): Promise<void> {
    try {
      const tile = await this.#options.load(at, abort.signal)
      if (abort.signal.aborted) return this.#options.release(tile)
      this.#tiles.set(key, tile)
      this.#bytes += tile.bytes
      this.#options.budget.trim()
      this.#options.loaded()
    } catch (error) {
      if (abort.signal.aborted) return
      this.#failed.add(key)
      this.#options.failed(error, at)
    } finally {
      if (this.#loading.get(key) === abort) this.#loading.delete(key)
      this.#next()
    }
  }
}
