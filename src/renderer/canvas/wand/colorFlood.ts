import { noSpans, type MaskSpans } from '../../../shared/geometry/maskSpans.ts'
import { clamp } from '../../../shared/geometry/point.ts'
import type { ImageSize, ImageVec } from '../../../shared/geometry/spaces.ts'
import type { Flood, FloodedRegion, FloodWish } from '../engine/flood.ts'
import type { PixelSource, PixelWindow } from '../engine/pixelSource.ts'
import { unpacked } from './floodFill.ts'
import type { FromFlood, ToFlood } from './floodJob.ts'

/** Up to this many pixels a picture is looked at whole, else a square of this many around the seed. */
const mostPixels = 24_000_000

/** What of a picture is looked at from here. */
export function windowAround(at: ImageVec, { width, height }: ImageSize, most = mostPixels): PixelWindow {
  if (width * height <= most) return { x: 0, y: 0, width, height }
  const side = Math.floor(Math.sqrt(most))
  const [w, h] = [Math.min(width, Math.max(side, Math.floor(most / height))), Math.min(height, Math.max(side, Math.floor(most / width)))]
  const begin = (middle: number, length: number, whole: number): number => clamp(Math.round(middle - length / 2), 0, whole - length)
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

const same = (a: FloodWish, b: FloodWish): boolean => a.tolerance === b.tolerance && a.contiguous === b.contiguous

/** Reads the pixels once per seed and keeps the thread one wish behind the pointer. */
export class ColorFlood implements Flood {
  readonly #ports: ColorFloodPorts
  /** Grows with every seed: answers to an older one are late. */
  #token = 0
  #state: 'none' | 'reading' | 'ready' = 'none'
  #asked: FloodWish | null = null
  #next: FloodWish | null = null
  #known: (FloodWish & { readonly pixels: MaskSpans }) | null = null

  constructor(ports: ColorFloodPorts) {
    this.#ports = ports
  }

  seed(at: ImageVec): void {
    this.drop()
    const source = this.#ports.pixels()
    const { x, y } = { x: Math.floor(at.x), y: Math.floor(at.y) }
    if (!source || x < 0 || y < 0 || x >= source.size.width || y >= source.size.height) return
    const token = this.#token
    this.#state = 'reading'
    const window = windowAround(at, source.size)
    source.read(window).then(
      (rgba) => {
        if (token !== this.#token) return
        this.#state = 'ready'
        this.#ports.post({ type: 'window', token, window, rgba, seed: (y - window.y) * window.width + x - window.x }, [rgba.buffer])
        this.#askNext()
      },
      () => {
        // The picture itself says what is wrong with it.
        if (token !== this.#token) return
        this.#state = 'none'
        this.#ports.found()
      },
    )
  }

  region(wish: FloodWish): FloodedRegion | null {
    if (this.#state === 'none') return null
    if (this.#known && same(this.#known, wish)) return { pixels: this.#known.pixels, exact: true }
    if (!this.#asked || !same(this.#asked, wish)) this.#next = wish
    this.#askNext()
    return { pixels: this.#known?.pixels ?? noSpans, exact: false }
  }

  drop(): void {
    this.#token++
    this.#state = 'none'
    this.#asked = null
    this.#next = null
    this.#known = null
  }

  /** The thread's answer. */
  take({ token, spans, tolerance, contiguous }: FromFlood): void {
    if (token !== this.#token) return
    this.#asked = null
    this.#known = { tolerance, contiguous, pixels: unpacked(spans) }
    this.#askNext()
    this.#ports.found()
  }

  #askNext(): void {
    const wish = this.#next
    if (this.#state !== 'ready' || this.#asked || !wish) return
    this.#next = null
    this.#asked = wish
    this.#ports.post({ type: 'region', token: this.#token, ...wish }, [])
  }
}
