import type { MaskShape } from '../model/shape.ts'
import { maskToBits } from './rle.ts'

/**
 * The border between inside and outside pixels as axis-parallel segments x0,y0,x1,y1 in picture pixels, straight runs merged.
 * Drawn as lines it follows the pixel edges exactly at any zoom.
 */
export function maskOutline(mask: MaskShape): Float32Array {
  const { w, h } = mask
  const bits = maskToBits(mask)
  const segments: number[] = []
  const inside = (x: number, y: number): boolean => x >= 0 && y >= 0 && x < w && y < h && bits[y * w + x] === 1
  for (let y = 0; y <= h; y++) {
    for (let x = 0; x < w;) {
      const from = x
      while (x < w && inside(x, y) !== inside(x, y - 1)) x++
      if (x > from) segments.push(mask.x + from, mask.y + y, mask.x + x, mask.y + y)
      else x++
    }
  }
  for (let x = 0; x <= w; x++) {
    for (let y = 0; y < h;) {
      const from = y
      while (y < h && inside(x, y) !== inside(x - 1, y)) y++
      if (y > from) segments.push(mask.x + x, mask.y + from, mask.x + x, mask.y + y)
      else y++
    }
  }
  return Float32Array.from(segments)
}
