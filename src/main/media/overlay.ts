import { encode } from 'fast-png'
import { eachPolygonRun, paintedShape, paintOrder } from '../../shared/geometry/rasterize.ts'
import { eachColumnRun } from '../../shared/geometry/rle.ts'
import type { ImagePoint, MaskShape, PolygonShape, Shape } from '../../shared/model/shape.ts'

export interface OverlayRegion {
  id: string
  region: 'object' | 'void'
  z: number
  shape: Shape
  /** '#rrggbb' */
  color: string
}

export interface OverlayOptions {
  /** Size of the oriented picture. */
  width: number
  height: number
  /** Longest side of the overlay. */
  size: number
  boxes: boolean
  masks: boolean
  regions: readonly OverlayRegion[]
}

const fillAlpha = 140
const voidColor: Rgb = [255, 255, 255]
type Rgb = readonly [number, number, number]

const rgbOf = (color: string): Rgb => [1, 3, 5].map((at) => parseInt(color.slice(at, at + 2), 16)) as unknown as Rgb

/** Size of a picture scaled to fit a square, as sharp's fit 'inside' rounds it; never enlarged. */
export function fitInside(width: number, height: number, size: number): { width: number; height: number } {
  const scale = Math.min(1, size / Math.max(width, height))
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) }
}

/** RGBA PNG at thumbnail size: masks and polygons filled, boxes outlined, in their class's colour; transparent elsewhere. */
export function renderOverlay(options: OverlayOptions): Uint8Array {
  const { width, height } = fitInside(options.width, options.height, options.size)
  const canvas = new Canvas(width, height, width / options.width, height / options.height)
  const ordered = paintOrder(options.regions)
  for (const one of ordered) {
    const painted = paintedShape(one)
    if (options.masks && painted) canvas.fill(painted, one.region === 'void' ? voidColor : rgbOf(one.color))
  }
  for (const { shape, color } of ordered) {
    if (options.boxes) canvas.outline(shape, rgbOf(color))
  }
  return encode({ width, height, channels: 4, depth: 8, data: canvas.pixels })
}

class Canvas {
  readonly pixels: Uint8Array
  private readonly width: number
  private readonly height: number
  private readonly sx: number
  private readonly sy: number

  constructor(width: number, height: number, sx: number, sy: number) {
    this.pixels = new Uint8Array(width * height * 4)
    this.width = width
    this.height = height
    this.sx = sx
    this.sy = sy
  }

  fill(shape: MaskShape | PolygonShape, color: Rgb): void {
    if (shape.kind === 'polygon') {
      const scale = (ring: ImagePoint[]) => ring.map(([x, y]): ImagePoint => [x * this.sx, y * this.sy])
      const parts = shape.parts.map((part) => ({ outer: scale(part.outer), holes: part.holes.map(scale) }))
      eachPolygonRun({ kind: 'polygon', parts }, this.width, this.height, (row, from, to) => {
        for (let x = from; x < to; x++) this.set(x, row, color, fillAlpha)
      })
    } else {
      // Straight from the runs: a picture of a gigapixel needs no map of its size.
      eachColumnRun(shape, (column, row, length) => {
        const x = Math.floor((shape.x + column) * this.sx)
        const to = Math.ceil((shape.y + row + length) * this.sy - 0.5)
        for (let y = Math.ceil((shape.y + row) * this.sy - 0.5); y < to; y++) this.set(x, y, color, fillAlpha)
      })
    }
  }

  outline(shape: Shape, color: Rgb): void {
    for (const ring of outlines(shape)) {
      for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) this.line(ring[j]!, ring[i]!, color)
    }
  }

  private line(a: ImagePoint, b: ImagePoint, color: Rgb): void {
    const place = (p: ImagePoint) => [clamp(p[0] * this.sx, this.width - 1), clamp(p[1] * this.sy, this.height - 1)] as const
    const [ax, ay] = place(a)
    const [bx, by] = place(b)
    const steps = Math.max(1, Math.ceil(Math.max(Math.abs(bx - ax), Math.abs(by - ay))))
    for (let i = 0; i <= steps; i++)
      this.set(Math.floor(ax + ((bx - ax) * i) / steps), Math.floor(ay + ((by - ay) * i) / steps), color, 255)
  }

  private set(x: number, y: number, color: Rgb, alpha: number): void {
    if (x < 0 || y < 0 || x >= this.width || y >= this.height) return
    const at = (y * this.width + x) * 4
    this.pixels[at] = color[0]
    this.pixels[at + 1] = color[1]
    this.pixels[at + 2] = color[2]
    this.pixels[at + 3] = alpha
  }
}

const clamp = (value: number, high: number) => Math.min(high, Math.max(0, value))

function outlines(shape: Shape): ImagePoint[][] {
  if (shape.kind === 'box') {
    const { x, y, w, h } = shape
    return [
      [
        [x, y],
        [x + w, y],
        [x + w, y + h],
        [x, y + h],
      ],
    ]
  }
  if (shape.kind === 'rotatedBox') {
    const { cx, cy, w, h, angleRad } = shape
    const corner = (dx: number, dy: number): ImagePoint => [
      cx + (dx * w * Math.cos(angleRad) - dy * h * Math.sin(angleRad)) / 2,
      cy + (dx * w * Math.sin(angleRad) + dy * h * Math.cos(angleRad)) / 2,
    ]
    return [[corner(-1, -1), corner(1, -1), corner(1, 1), corner(-1, 1)]]
  }
  return shape.kind === 'polygon' ? shape.parts.flatMap((part) => [part.outer, ...part.holes]) : []
}
