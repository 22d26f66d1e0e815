import { roundHalfEven } from './round.ts'

/** A rectangle of the result, in result pixels. */
export interface Region {
  x: number
  y: number
  width: number
  height: number
}

const ONE = 2048

interface Taps {
  /** Source index of the first tap of each result index. */
  first: Int32Array
  /** Weights times 2048 of the first and the second tap. */
  w0: Int32Array
  w1: Int32Array
}

/**
 * Half-pixel sampling positions of OpenCV's uint8 INTER_LINEAR for the results offset..offset+count-1 of `to`: float32 fractions, 11-bit weights.
 * Rows keep their weights outside the picture (both taps are then the same row), columns do not.
 */
function linearTaps(from: number, to: number, offset: number, count: number, clampWeights: boolean): Taps {
  const scale = 1 / (to / from)
  const taps: Taps = { first: new Int32Array(count), w0: new Int32Array(count), w1: new Int32Array(count) }
  for (let i = 0; i < count; i++) {
    let f = Math.fround((i + offset + 0.5) * scale - 0.5)
    let s = Math.floor(f)
    f = Math.fround(f - s)
    if (clampWeights && s < 0) {
      f = 0
      s = 0
    }
    if (clampWeights && s >= from - 1) {
      f = 0
      s = from - 1
    }
    taps.first[i] = s
    taps.w0[i] = roundHalfEven(Math.fround(Math.fround(1 - f) * ONE))
    taps.w1[i] = roundHalfEven(Math.fround(f * ONE))
  }
  return taps
}

/** One source row at the columns of the result, times 2048 / 16. */
function resizeRow(source: Uint8Array, rowStart: number, taps: Taps, lastColumn: number, out: Int32Array): void {
  const { first, w0, w1 } = taps
  for (let x = 0, o = 0; x < first.length; x++, o += 3) {
    const s = first[x]!
    const a = rowStart + s * 3
    const b = s < lastColumn ? a + 3 : a
    const u = w0[x]!
    const v = w1[x]!
    out[o] = (Math.imul(source[a]!, u) + Math.imul(source[b]!, v)) >> 4
    out[o + 1] = (Math.imul(source[a + 1]!, u) + Math.imul(source[b + 1]!, v)) >> 4
    out[o + 2] = (Math.imul(source[a + 2]!, u) + Math.imul(source[b + 2]!, v)) >> 4
  }
}

/** Mean of 2x2 pixels: OpenCV takes its INTER_AREA path when both axes shrink by exactly two. */
function halve(source: Uint8Array, width: number, region: Region): Uint8Array {
  const out = new Uint8Array(region.width * region.height * 3)
  const stride = width * 3
  for (let y = 0, o = 0; y < region.height; y++) {
    let a = (y + region.y) * 2 * stride + region.x * 6
    for (let x = 0; x < region.width; x++, a += 6) {
      for (let c = 0; c < 3; c++, o++)
        out[o] = (source[a + c]! + source[a + c + 3]! + source[a + c + stride]! + source[a + c + stride + 3]! + 2) >> 2
    }
  }
  return out
}

/**
 * Bilinear resize of interleaved 3-channel bytes `[H,W,3] -> [region.height, region.width, 3]`, the same bytes as OpenCV's cv::resize with
 * INTER_LINEAR to `toWidth x toHeight` and the region cut out of it (fixed point: 11-bit weights, rows combined as `(b*(S>>4))>>16`).
 */
export function resizeLinear(
  source: Uint8Array,
  width: number,
  height: number,
  toWidth: number,
  toHeight: number,
  region?: Region,
): Uint8Array {
  const cut = region ?? { x: 0, y: 0, width: toWidth, height: toHeight }
  if (width === toWidth * 2 && height === toHeight * 2) return halve(source, width, cut)
  const columns = linearTaps(width, toWidth, cut.x, cut.width, true)
  const rows = linearTaps(height, toHeight, cut.y, cut.height, false)
  const length = cut.width * 3
  const out = new Uint8Array(cut.height * length)
  // Two finished source rows are kept: consecutive results mostly share them.
  let rowA = new Int32Array(length)
  let rowB = new Int32Array(length)
  let haveA = -1
  let haveB = -1
  for (let y = 0; y < cut.height; y++) {
    const a = Math.min(Math.max(rows.first[y]!, 0), height - 1)
    const b = Math.min(Math.max(rows.first[y]! + 1, 0), height - 1)
    if (haveA !== a) {
      if (haveB === a) {
        ;[rowA, rowB] = [rowB, rowA]
        ;[haveA, haveB] = [haveB, haveA]
      } else {
        resizeRow(source, a * width * 3, columns, width - 1, rowA)
        haveA = a
      }
    }
    if (haveB !== b) {
      resizeRow(source, b * width * 3, columns, width - 1, rowB)
      haveB = b
    }
    const u = rows.w0[y]!
    const v = rows.w1[y]!
    const start = y * length
    for (let i = 0; i < length; i++) out[start + i] = ((Math.imul(u, rowA[i]!) >> 16) + (Math.imul(v, rowB[i]!) >> 16) + 2) >> 2
  }
  return out
}

/** Nearest resize of one-channel bytes `[H,W] -> [toHeight,toWidth]` as cv::INTER_NEAREST: source index = floor(result index * scale). */
export function resizeNearest(source: Uint8Array, width: number, height: number, toWidth: number, toHeight: number): Uint8Array {
  const out = new Uint8Array(toWidth * toHeight)
  const scaleX = 1 / (toWidth / width)
  const scaleY = 1 / (toHeight / height)
  const columns = Int32Array.from({ length: toWidth }, (_, x) => Math.min(Math.floor(x * scaleX), width - 1))
  let before = -1
  for (let y = 0, o = 0; y < toHeight; y++, o += toWidth) {
    const row = Math.min(Math.floor(y * scaleY), height - 1) * width
    if (row === before) out.copyWithin(o, o - toWidth, o)
    else for (let x = 0; x < toWidth; x++) out[o + x] = source[row + columns[x]!]!
    before = row
  }
  return out
}
