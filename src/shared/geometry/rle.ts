import type { MaskShape } from '../model/shape.ts'

// Runs are column-major inside the window and start with zeros (COCO, pycocotools maskApi.c: rleToString / rleFrString).

/** A window of a picture: integer pixels, [x, x+w) x [y, y+h). */
export interface MaskWindow {
  readonly x: number
  readonly y: number
  readonly w: number
  readonly h: number
}

/** A call with many more characters than these would overflow the stack. */
const runsAtATime = 2_048

/** Run lengths -> COCO compressed string: each count as the difference to the one two before it (from the fourth on), 5 bits per character, low first. */
export function encodeRuns(runs: ArrayLike<number>): string {
  // A 32-bit count takes seven characters at most.
  const codes = new Uint8Array(7 * Math.min(runs.length, runsAtATime))
  const parts: string[] = []
  let at = 0
  const flush = (): void => void parts.push(String.fromCharCode.apply(null, codes.subarray(0, at) as unknown as number[]))
  for (let i = 0; i < runs.length; i++) {
    let value = i > 2 ? runs[i]! - runs[i - 2]! : runs[i]!
    for (let more = true; more;) {
      let bits = value & 0x1f
      value >>= 5
      more = (bits & 0x10) !== 0 ? value !== -1 : value !== 0
      if (more) bits |= 0x20
      codes[at++] = bits + 48
    }
    if (i % runsAtATime === runsAtATime - 1) {
      flush()
      at = 0
    }
  }
  flush()
  return parts.join('')
}

/** COCO compressed string -> run lengths; a RangeError when the string is not one or a run is negative. */
export function decodeRuns(rle: string): number[] {
  const runs: number[] = []
  for (let at = 0; at < rle.length;) {
    let value = 0
    let shift = 0
    for (let more = true; more; shift += 5) {
      const code = rle.charCodeAt(at++) - 48
      if (!(code >= 0 && code < 64) || shift > 30) throw new RangeError(`rle: bad character at ${at - 1}`)
      value |= (code & 0x1f) << shift
      more = (code & 0x20) !== 0
      if (!more && (code & 0x10) !== 0 && shift < 27) value |= -1 << (shift + 5)
    }
    if (runs.length > 2) value += runs[runs.length - 2]!
    if (value < 0) throw new RangeError(`rle: negative run ${runs.length}`)
    runs.push(value)
  }
  return runs
}

/** The runs of a mask; null when the string does not decode, or they do not fill the window exactly. */
function completeRuns(mask: MaskShape): readonly number[] | null {
  try {
    const runs = decodeRuns(mask.rle)
    return runs.reduce((sum, run) => sum + run, 0) === mask.w * mask.h ? runs : null
  } catch {
    return null
  }
}

/** True when the string decodes and its runs fill the window exactly. */
export const isCompleteMask = (mask: MaskShape): boolean => completeRuns(mask) !== null

/** True when something is inside as well, and no run but the first is empty: one string for one region. */
export function isSoundMask(mask: MaskShape): boolean {
  const runs = completeRuns(mask)
  return runs !== null && runs.length > 1 && runs.every((run, i) => run > 0 || i === 0)
}

/** Row-major bytes of a window (0: outside, anything else: inside) -> mask with exactly that window. */
export function maskFromBits(bits: ArrayLike<number>, window: MaskWindow): MaskShape {
  const { x, y, w, h } = window
  const runs: number[] = []
  let inside = false
  let length = 0
  for (let column = 0; column < w; column++) {
    for (let row = 0, at = column; row < h; row++, at += w) {
      if ((bits[at] !== 0) !== inside) {
        runs.push(length)
        length = 0
        inside = !inside
      }
      length++
    }
  }
  runs.push(length)
  return { kind: 'mask', x, y, w, h, rle: encodeRuns(runs) }
}

/** Like `maskFromBits`, with the window shrunk to the pixels that are inside; null when none is. */
export function cropMaskFromBits(bits: ArrayLike<number>, window: MaskWindow): MaskShape | null {
  let left = window.w
  let right = -1
  let top = -1
  let bottom = -1
  for (let row = 0, at = 0; row < window.h; row++) {
    for (let column = 0; column < window.w; column++, at++) {
      if (bits[at] === 0) continue
      if (top < 0) top = row
      bottom = row
      if (column < left) left = column
      if (column > right) right = column
    }
  }
  if (top < 0) return null
  const w = right - left + 1
  const h = bottom - top + 1
  const cropped = new Uint8Array(w * h)
  for (let row = 0; row < h; row++) {
    for (let column = 0; column < w; column++) cropped[row * w + column] = bits[(top + row) * window.w + left + column] ? 1 : 0
  }
  return maskFromBits(cropped, { x: window.x + left, y: window.y + top, w, h })
}

/** Calls back for every vertical run of inside pixels, in window coordinates: column, first row, number of rows. */
export function eachColumnRun(mask: MaskShape, visit: (column: number, row: number, length: number) => void): void {
  let at = 0
  let inside = false
  for (const run of decodeRuns(mask.rle)) {
    if (inside) {
      let left = run
      let position = at
      while (left > 0) {
        const row = position % mask.h
        const part = Math.min(left, mask.h - row)
        visit((position - row) / mask.h, row, part)
        position += part
        left -= part
      }
    }
    at += run
    inside = !inside
  }
}

/** Mask -> row-major bytes of its window, 1 inside. */
export function maskToBits(mask: MaskShape): Uint8Array {
  const bits = new Uint8Array(mask.w * mask.h)
  paintMask({ ...mask, x: 0, y: 0 }, bits, mask.w, mask.h, 1)
  return bits
}

/** Writes `value` into a row-major picture of `width` x `height` wherever the mask is inside; what lies outside the picture is left out. */
export function paintMask(
  mask: MaskShape,
  target: Uint8Array | Uint8ClampedArray | Uint16Array,
  width: number,
  height: number,
  value: number,
): void {
  eachColumnRun(mask, (column, row, length) => {
    const x = mask.x + column
    if (x < 0 || x >= width) return
    const from = Math.max(0, mask.y + row)
    const to = Math.min(height, mask.y + row + length)
    for (let y = from, at = from * width + x; y < to; y++, at += width) target[at] = value
  })
}

/** Number of pixels inside. */
export function maskArea(mask: MaskShape): number {
  let area = 0
  decodeRuns(mask.rle).forEach((run, i) => {
    if (i % 2 === 1) area += run
  })
  return area
}

/** Smallest window around the pixels inside, in picture pixels; null for an empty mask. */
export function maskBounds(mask: MaskShape): MaskWindow | null {
  let left = mask.w
  let right = -1
  let top = mask.h
  let bottom = -1
  eachColumnRun(mask, (column, row, length) => {
    if (column < left) left = column
    if (column > right) right = column
    if (row < top) top = row
    if (row + length > bottom) bottom = row + length
  })
  return right < 0 ? null : { x: mask.x + left, y: mask.y + top, w: right - left + 1, h: bottom - top }
}

/** Is the pixel that covers the image point (x, y) inside? */
export function maskHit(mask: MaskShape, x: number, y: number): boolean {
  const column = Math.floor(x) - mask.x
  const row = Math.floor(y) - mask.y
  if (column < 0 || row < 0 || column >= mask.w || row >= mask.h) return false
  const position = column * mask.h + row
  let at = 0
  let inside = false
  for (const run of decodeRuns(mask.rle)) {
    at += run
    if (position < at) return inside
    inside = !inside
  }
  return false
}

interface Growing {
  left: number
  right: number
  top: number
  bottom: number
  runs: number[]
  end: number
}

/**
 * One mask per value of a row-major index map (values below 65536), windows cropped; `skip` values get none.
 * Two passes whatever the number of values: bounds row by row, runs column by column.
 */
export function masksFromIndexMap(
  map: Uint8Array | Uint16Array,
  width: number,
  height: number,
  skip: (value: number) => boolean = () => false,
): Map<number, MaskShape> {
  const regions = findBounds(map, width, height, skip)
  for (let x = 0; x < width; x++) {
    for (let y = 0; y < height;) {
      const value = map[y * width + x]!
      const from = y
      while (y < height && map[y * width + x] === value) y++
      const region = regions[value]
      if (!region) continue
      const start = (x - region.left) * (region.bottom - region.top + 1) + from - region.top
      if (region.runs.length > 0 && start === region.end) region.runs[region.runs.length - 1]! += y - from
      else region.runs.push(start - region.end, y - from)
      region.end = start + y - from
    }
  }
  const masks = new Map<number, MaskShape>()
  regions.forEach((region, value) => {
    if (!region) return
    const w = region.right - region.left + 1
    const h = region.bottom - region.top + 1
    if (region.end < w * h) region.runs.push(w * h - region.end)
    masks.set(value, { kind: 'mask', x: region.left, y: region.top, w, h, rle: encodeRuns(region.runs) })
  })
  return masks
}

function findBounds(
  map: Uint8Array | Uint16Array,
  width: number,
  height: number,
  skip: (value: number) => boolean,
): (Growing | undefined)[] {
  const regions: (Growing | undefined)[] = []
  const skipped = new Set<number>()
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at++) {
      const value = map[at]!
      const region = regions[value]
      if (region) {
        if (x < region.left) region.left = x
        if (x > region.right) region.right = x
        region.bottom = y
      } else if (!skipped.has(value)) {
        if (skip(value)) skipped.add(value)
        else regions[value] = { left: x, right: x, top: y, bottom: y, runs: [], end: 0 }
      }
    }
  }
  return regions
}

/** Full-picture index map: painter's order is the order of `layers`; `fill` where nothing was painted. */
export function indexMapFromMasks(
  layers: Iterable<{ mask: MaskShape; value: number }>,
  width: number,
  height: number,
  fill: number,
): Uint8Array {
  const map = new Uint8Array(width * height).fill(fill)
  for (const { mask, value } of layers) paintMask(mask, map, width, height, value)
  return map
}
