/** Bits of the fraction of PIL's fixed-point weights (Pillow, Resample.c: PRECISION_BITS). */
const precision = 22
const half = 1 << (precision - 1)

interface Taps {
  /** First source index and number of taps of each result index. */
  readonly first: Int32Array
  readonly count: Int32Array
  /** `width` weights per result index, times 2^22. */
  readonly weights: Int32Array
  readonly width: number
}

/** Triangle filter whose support grows with the reduction (Pillow, Resample.c: precompute_coeffs and normalize_coeffs_8bpc). */
function triangleTaps(from: number, to: number): Taps {
  const scale = from / to
  const filterScale = Math.max(scale, 1)
  const support = filterScale
  const width = Math.ceil(support) * 2 + 1
  const taps: Taps = { first: new Int32Array(to), count: new Int32Array(to), weights: new Int32Array(to * width), width }
  const row = new Float64Array(width)
  for (let i = 0; i < to; i++) {
    const centre = (i + 0.5) * scale
    // C casts to int, which truncates.
    const first = Math.max(0, Math.trunc(centre - support + 0.5))
    const count = Math.min(from, Math.trunc(centre + support + 0.5)) - first
    let sum = 0
    for (let k = 0; k < count; k++) sum += row[k] = Math.max(0, 1 - Math.abs((k + first - centre + 0.5) * (1 / filterScale)))
    for (let k = 0; k < count; k++) taps.weights[i * width + k] = Math.trunc(0.5 + (sum === 0 ? row[k]! : row[k]! / sum) * (1 << precision))
    taps.first[i] = first
    taps.count[i] = count
  }
  return taps
}

const clip = (sum: number): number => Math.min(255, Math.max(0, sum >> precision))

function resizeColumns(source: Uint8Array, width: number, height: number, toWidth: number): Uint8Array {
  const { first, count, weights, width: stride } = triangleTaps(width, toWidth)
  const out = new Uint8Array(toWidth * height * 3)
  for (let y = 0, o = 0; y < height; y++) {
    for (let x = 0; x < toWidth; x++, o += 3) {
      let [red, green, blue] = [half, half, half]
      let at = (y * width + first[x]!) * 3
      for (let k = x * stride, end = k + count[x]!; k < end; k++, at += 3) {
        const weight = weights[k]!
        red += source[at]! * weight
        green += source[at + 1]! * weight
        blue += source[at + 2]! * weight
      }
      out[o] = clip(red)
      out[o + 1] = clip(green)
      out[o + 2] = clip(blue)
    }
  }
  return out
}

function resizeRows(source: Uint8Array, width: number, height: number, toHeight: number): Uint8Array {
  const { first, count, weights, width: stride } = triangleTaps(height, toHeight)
  const length = width * 3
  const out = new Uint8Array(toHeight * length)
  const sums = new Int32Array(length)
  for (let y = 0; y < toHeight; y++) {
    sums.fill(half)
    for (let k = 0; k < count[y]!; k++) {
      const weight = weights[y * stride + k]!
      const start = (first[y]! + k) * length
      for (let i = 0; i < length; i++) sums[i]! += source[start + i]! * weight
    }
    for (let i = 0, o = y * length; i < length; i++) out[o + i] = clip(sums[i]!)
  }
  return out
}

/**
 * Bilinear resize with antialiasing of interleaved 3-channel bytes `[H,W,3] -> [toHeight,toWidth,3]`, the same bytes as PIL's
 * Image.resize(BILINEAR): what official SAM does to a picture.
 */
export function resizeAntialias(source: Uint8Array, width: number, height: number, toWidth: number, toHeight: number): Uint8Array {
  const narrow = width === toWidth ? source : resizeColumns(source, width, height, toWidth)
  return height === toHeight ? narrow : resizeRows(narrow, toWidth, height, toHeight)
}
