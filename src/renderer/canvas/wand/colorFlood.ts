import { noSpans, rowRange, type MaskSpans } from '../../../shared/geometry/maskSpans.ts'
import { clamp } from '../../../shared/geometry/point.ts'
import type { ImageSize, ImageVec } from '../../../shared/geometry/spaces.ts'
import type { Flood, FloodedRegion, FloodLimits, FloodWish } from '../engine/flood.ts'
import type { PixelSource, PixelWindow } from '../engine/pixelSource.ts'
import { unpacked } from './floodFill.ts'
import type { FromFlood, ToFlood } from './floodJob.ts'

/** Up to this many pixels a picture is looked at whole, else a square of this many around the seed. */
const mostPixels = 24_000_000

/** Windows begin at multiples of this part of their side, so that seeds near each other share one. */
const steps = 4

/** What of a picture is looked at from here: at least a third of the window on every side, or all there is. */
export function windowAround(at: ImageVec, { width, height }: ImageSize, most = mostPixels): PixelWindow {
  if (width * height <= most) return { x: 0, y: 0, width, height }
  const side = Math.floor(Math.sqrt(most))
  const [w, h] = [Math.min(width, Math.max(side, Math.floor(most / height))), Math.min(height, Math.max(side, Math.floor(most / width)))]
  const begin = (middle: number, length: number, whole: number): number => {
    const step = Math.ceil(length / steps)
    return clamp(Math.round((middle - length / 2) / step) * step, 0, whole - length)
  }
  return { x: begin(at.x, w, width), y: begin(at.y, h, height), width: w, height: h }
}

export interface ColorFloodPorts {
  /** The pixels of the open picture; null while there are none. */
  readonly pixels: () => PixelSource | null
  /** To the thread that floods, or what stands in its place. */
  readonly post: (message: ToFlood, transfer: Transferable[]) => void
  /** A region that was asked for is known now, or known not to be. */
  readonly found: () => void
}

/** Pixels that the thread keeps, or that are on their way to it. */
interface Held {
  readonly source: PixelSource
  readonly edition: number
  readonly window: PixelWindow
  readonly blockPx: number
  readonly stop: AbortController
  there: boolean
}

const same = (a: FloodWish, b: FloodWish): boolean => a.tolerance === b.tolerance && a.contiguous === b.contiguous
const sameWindow = (a: PixelWindow, b: PixelWindow): boolean => a.x === b.x && a.y === b.y && a.width === b.width && a.height === b.height

/** Whether more would be found beyond the window: the region reaches an edge of it that is none of the picture, or like colours are looked for anywhere. */
function isCut({ x, columns }: MaskSpans, { window, source }: Held, contiguous: boolean): boolean {
  const { width, height } = source.size
  if (!contiguous) return window.width < width || window.height < height
  const first = columns.findIndex((rows) => rows.length > 0)
  if (first < 0) return false
  const last = columns.findLastIndex((rows) => rows.length > 0)
  const { top, bottom } = rowRange(columns)
  const ends = (low: number, high: number, from: number, length: number, whole: number): boolean =>
    (low <= from && from > 0) || (high >= from + length && from + length < whole)
  return ends(x + first, x + last + 1, window.x, window.width, width) || ends(top, bottom, window.y, window.height, height)
}

/** Reads the pixels of a window once for all seeds in it, and keeps the thread one wish behind the pointer. */
export class ColorFlood implements Flood {
  readonly #ports: ColorFloodPorts
  readonly #most: number
  /** Grows with every seed: answers to an older one are late. */
  #token = 0
  #held: Held | null = null
  /** The pixel to start from; null while nothing is looked for. */
  #seed: ImageVec | null = null
  /** The thread knows the seed. */
  #ready = false
  #asked: FloodWish | null = null
  #next: FloodWish | null = null
  #known: (FloodWish & { readonly pixels: MaskSpans }) | null = null
  #limits: FloodLimits | null = null

  constructor(ports: ColorFloodPorts, most = mostPixels) {
    this.#ports = ports
    this.#most = most
  }

  seed(at: ImageVec): void {
    this.drop()
    const source = this.#ports.pixels()
    const seed = { x: Math.floor(at.x), y: Math.floor(at.y) }
    if (!source || seed.x < 0 || seed.y < 0 || seed.x >= source.size.width || seed.y >= source.size.height) return
    this.#seed = seed
    const window = windowAround(seed, source.size, this.#most)
    const held = this.#held
    if (!held || held.source !== source || held.edition !== source.edition || !sameWindow(held.window, window)) this.#read(source, window)
    else if (held.there) this.#begin(held)
  }

  get limits(): FloodLimits | null {
    return this.#limits
  }

  get looking(): boolean {
    return this.#seed !== null && (this.#asked ?? this.#next) !== null
  }

  /** Another picture is open: nothing of the last one is kept. */
  forget(): void {
    this.drop()
    this.#held?.stop.abort()
    if (this.#held?.there) this.#ports.post({ type: 'forget' }, [])
    this.#held = null
    this.#limits = null
  }

  region(wish: FloodWish): FloodedRegion | null {
    if (!this.#seed) return null
    if (this.#known && same(this.#known, wish)) return { pixels: this.#known.pixels, exact: true }
    if (!this.#asked || !same(this.#asked, wish)) this.#next = wish
    this.#askNext()
    return { pixels: this.#known?.pixels ?? noSpans, exact: false }
  }

  drop(): void {
    this.#token++
    this.#seed = null
    this.#ready = false
    this.#asked = null
    this.#next = null
    this.#known = null
  }

  /** The thread's answer. */
  take({ token, spans, tolerance, contiguous }: FromFlood): void {
    if (token !== this.#token) return
    this.#asked = null
    const pixels = unpacked(spans)
    this.#known = { tolerance, contiguous, pixels }
    const held = this.#held
    if (held) this.#limits = { cut: isCut(pixels, held, contiguous), blockPx: held.blockPx }
    this.#askNext()
    this.#ports.found()
  }

  #read(source: PixelSource, window: PixelWindow): void {
    // Two windows at once would be twice the memory.
    this.#held?.stop.abort()
    if (this.#held?.there) this.#ports.post({ type: 'forget' }, [])
    const held: Held = { source, edition: source.edition, window, blockPx: source.blockPx ?? 1, stop: new AbortController(), there: false }
    this.#held = held
    source.read(window, held.stop.signal).then(
      (rgba) => {
        if (this.#held !== held) return
        held.there = true
        this.#ports.post({ type: 'window', window, rgba }, [rgba.buffer])
        this.#begin(held)
      },
      () => {
        // The picture itself says what is wrong with it.
        if (this.#held !== held) return
        this.#held = null
        if (!this.#seed) return
        this.#seed = null
        this.#ports.found()
      },
    )
  }

  #begin({ window }: Held): void {
    if (!this.#seed) return
    this.#ready = true
    const seed = (this.#seed.y - window.y) * window.width + this.#seed.x - window.x
    this.#ports.post({ type: 'seed', token: this.#token, seed }, [])
    this.#askNext()
  }

  #askNext(): void {
    const wish = this.#next
    if (!this.#ready || this.#asked || !wish) return
    this.#next = null
    this.#asked = wish
    this.#ports.post({ type: 'region', token: this.#token, ...wish }, [])
  }
}
