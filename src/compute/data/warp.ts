import { roundHalfEven } from './round.ts'
import type { Size } from './sample.ts'

/** Rows of an affine map from result to source pixels: x' = a x + b y + c, y' = d x + e y + f. */
export type Affine = readonly [a: number, b: number, c: number, d: number, e: number, f: number]

/** Where each pixel of a picture turned clockwise by `degrees` around its centre comes from (cv2.getRotationMatrix2D of -degrees, inverted as warpAffine does). */
export function rotation({ width, height }: Size, degrees: number): Affine {
  const angle = (-degrees * Math.PI) / 180
  const alpha = Math.cos(angle)
  const beta = Math.sin(angle)
  const [cx, cy] = [(width - 1) * 0.5, (height - 1) * 0.5]
  const m = [alpha, beta, (1 - alpha) * cx - beta * cy, -beta, alpha, beta * cx + (1 - alpha) * cy] as const
  const determinant = 1 / (m[0] * m[4] - m[1] * m[3])
  const [a, b, d, e] = [m[4] * determinant, m[1] * -determinant, m[3] * -determinant, m[0] * determinant]
  return [a, b, -a * m[2] - b * m[5], d, e, -d * m[2] - e * m[5]]
}

// OpenCV's fixed point: positions in 1/1024 pixel, bilinear weights in 1/32.
const POSITION_BITS = 10
const WEIGHT_BITS = 5
const ONE = 1 << POSITION_BITS

/** Column and row parts of the source positions, in 1/1024 pixel. */
function positions([a, b, c, d, e, f]: Affine, { width, height }: Size) {
  const steps = (slope: number, offset: number, count: number) =>
    Int32Array.from({ length: count }, (_, i) => roundHalfEven((slope * i + offset) * ONE))
  return { xOfX: steps(a, 0, width), yOfX: steps(d, 0, width), xOfY: steps(b, c, height), yOfY: steps(e, f, height) }
}

/** One-channel bytes `[H,W]`, nearest (cv2.warpAffine INTER_NEAREST, constant border). */
export function warpNearest(source: Uint8Array, size: Size, map: Affine, fill: number): Uint8Array {
  const { width, height } = size
  const { xOfX, yOfX, xOfY, yOfY } = positions(map, size)
  const out = new Uint8Array(source.length)
  const half = ONE / 2
  for (let y = 0, o = 0; y < height; y++) {
    for (let x = 0; x < width; x++, o++) {
      const sx = (xOfY[y]! + half + xOfX[x]!) >> POSITION_BITS
      const sy = (yOfY[y]! + half + yOfX[x]!) >> POSITION_BITS
      out[o] = sx >= 0 && sy >= 0 && sx < width && sy < height ? source[sy * width + sx]! : fill
    }
  }
  return out
}

/** Interleaved RGB bytes `[H,W,3]`, bilinear with 1/32 pixel positions (cv2.warpAffine INTER_LINEAR, constant border). */
export function warpLinear(source: Uint8Array, size: Size, map: Affine, fill: number): Uint8Array {
  const { width, height } = size
  const { xOfX, yOfX, xOfY, yOfY } = positions(map, size)
  const out = new Uint8Array(source.length)
  const half = ONE >> (WEIGHT_BITS + 1)
  const shift = POSITION_BITS - WEIGHT_BITS
  const mask = (1 << WEIGHT_BITS) - 1
  for (let y = 0, o = 0; y < height; y++) {
    for (let x = 0; x < width; x++, o += 3) {
      const px = (xOfY[y]! + half + xOfX[x]!) >> shift
      const py = (yOfY[y]! + half + yOfX[x]!) >> shift
      const sx = px >> WEIGHT_BITS
      const sy = py >> WEIGHT_BITS
      const fx = px & mask
      const fy = py & mask
      const left = sx >= 0 && sx < width
      const right = sx >= -1 && sx < width - 1
      const top = sy >= 0 && sy < height
      const bottom = sy >= -1 && sy < height - 1
      const at = (sy * width + sx) * 3
      for (let c = 0; c < 3; c++) {
        const p = left && top ? source[at + c]! : fill
        const q = right && top ? source[at + 3 + c]! : fill
        const r = left && bottom ? source[at + width * 3 + c]! : fill
        const s = right && bottom ? source[at + width * 3 + 3 + c]! : fill
        out[o + c] = ((32 - fy) * ((32 - fx) * p + fx * q) + fy * ((32 - fx) * r + fx * s) + 512) >> 10
      }
    }
  }
  return out
}
