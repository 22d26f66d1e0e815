import { blur } from './camera.ts'
import { coverageOf, edgesOf, type Coverage } from './coverage.ts'
import { shade, type Rgb } from './colour.ts'
import type { SceneRandom } from './fastRandom.ts'
import { mapOutline, type Outline } from './outlines.ts'
import { makeSurface, type Surface, type SurfaceOptions } from './surface.ts'

/** Something a person could mean when pointing at it: the layers whose visible pixels it is made of. */
export interface SceneObject {
  readonly layers: readonly number[]
}

/** What lies under a pixel when more than half of it is covered. */
const lastLayer = 254

export interface PaintOptions {
  /** 1 covers what is below, less lets it shine through. */
  readonly opacity?: number
  /** A soft shadow on what is below. */
  readonly shadow?: boolean
  /** Width of a darker or lighter border line in pixels. */
  readonly rim?: number
}

/** A picture that is painted from back to front and remembers which layer is on top at every pixel. */
export class SceneCanvas {
  readonly size: number
  readonly random: SceneRandom
  /** Red, green, blue by turns, 0 to 255 and beyond. */
  readonly rgb: Float32Array
  /** The layer on top; 0 before anything was painted. */
  readonly top: Uint8Array
  readonly objects: SceneObject[] = []
  #layers = 0
  readonly #colour = new Float32Array(3)

  constructor(size: number, random: SceneRandom) {
    this.size = size
    this.random = random
    this.rgb = new Float32Array(size * size * 3)
    this.top = new Uint8Array(size * size)
  }

  /** No more layers fit: layouts stop adding things. */
  get isFull(): boolean {
    return this.#layers >= lastLayer
  }

  /** Paints the whole picture. */
  fill(surface: Surface): number {
    const { size } = this
    const whole = [
      [
        [0, 0],
        [size, 0],
        [size, size],
        [0, size],
      ],
    ] as const
    return this.paint(whole, surface)
  }

  /** Paints what an outline encloses as a new layer; 0 where nothing of it is in the picture. */
  paint(outline: Outline, surface: Surface, { opacity = 1, shadow = false, rim = 0 }: PaintOptions = {}): number {
    if (this.isFull) return 0
    const coverage = coverageOf(outline, this.size, this.size)
    if (!coverage) return 0
    if (shadow) this.#shadow(outline)
    const layer = ++this.#layers
    if (rim > 0) {
      this.#blend(coverage, layer, darker(surface, this.random.range(0.1, 0.6)), 1)
      const inner = coverageOf(shrunk(outline, coverage, rim), this.size, this.size)
      if (inner) this.#blend(inner, layer, surface, opacity)
    } else this.#blend(coverage, layer, surface, opacity)
    return layer
  }

  /** Paints with a surface made for the outline's bounds. */
  paintNew(outline: Outline, options: Omit<SurfaceOptions, 'box'> = {}, paint: PaintOptions = {}): number {
    return this.paint(outline, makeSurface(this.random, { ...options, box: boundsOf(outline) }), paint)
  }

  /** What was painted so far lies out of focus. */
  defocus(sigma: number): void {
    blur(this.rgb, this.size, sigma)
  }

  /** Declares layers to be an object; absent layers (0) do not count. */
  object(...layers: readonly number[]): void {
    const present = layers.filter((layer) => layer > 0)
    if (present.length > 0) this.objects.push({ layers: present })
  }

  #blend({ x: x0, y: y0, width, height, data }: Coverage, layer: number, surface: Surface, opacity: number): void {
    const { size, rgb, top } = this
    const colour = this.#colour
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) {
        const covered = data[y * width + x]!
        if (covered <= 0.003) continue
        const at = (y0 + y) * size + x0 + x
        surface(x0 + x, y0 + y, colour)
        const alpha = Math.min(1, covered) * opacity
        for (let c = 0; c < 3; c++) rgb[at * 3 + c]! += (colour[c]! - rgb[at * 3 + c]!) * alpha
        if (covered >= 0.5) top[at] = layer
      }
  }

  #shadow(outline: Outline): void {
    const { random, size } = this
    const [, , width, height] = boundsOf(outline)
    const reach = Math.max(2, Math.min(width, height) * random.range(0.05, 0.3))
    const angle = random.range(0, Math.PI * 2)
    const strength = random.range(0.15, 0.6)
    const rings = 4
    // A few outlines of growing size, each a little darker, look like one soft border.
    for (let i = 0; i < rings; i++) {
      const grow = 1 + (0.12 * i) / rings
      const moved = mapOutline(outline, (x, y) => [x + Math.cos(angle) * reach, y + Math.sin(angle) * reach])
      const coverage = coverageOf(scaledAbout(moved, grow), size, size)
      if (!coverage) continue
      for (let y = 0; y < coverage.height; y++)
        for (let x = 0; x < coverage.width; x++) {
          const dark = 1 - (strength / rings) * Math.min(1, coverage.data[y * coverage.width + x]!)
          const at = ((coverage.y + y) * size + coverage.x + x) * 3
          for (let c = 0; c < 3; c++) this.rgb[at + c]! *= dark
        }
    }
  }
}

function boundsOf(outline: Outline): [x: number, y: number, width: number, height: number] {
  const [left, top, right, bottom] = edgesOf(outline)
  return [left, top, right - left, bottom - top]
}

function scaledAbout(outline: Outline, factor: number): Outline {
  const [x, y, w, h] = boundsOf(outline)
  const [cx, cy] = [x + w / 2, y + h / 2]
  return mapOutline(outline, (px, py) => [cx + (px - cx) * factor, cy + (py - cy) * factor])
}

const shrunk = (outline: Outline, { width, height }: Coverage, rim: number): Outline =>
  scaledAbout(outline, Math.max(0.3, 1 - (2 * rim) / Math.max(4, Math.min(width, height))))

function darker(surface: Surface, factor: number): Surface {
  return (x, y, out) => {
    surface(x, y, out)
    const [r, g, b] = shade([out[0]!, out[1]!, out[2]!] as Rgb, factor)
    out[0] = r
    out[1] = g
    out[2] = b
  }
}
