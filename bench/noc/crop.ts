import type { Subject } from './subjects.ts'

/** RGB bytes of a part of a picture. */
export function cropRgb({ rgb, width }: Subject, x0: number, y0: number, w: number, h: number): Uint8Array {
  const out = new Uint8Array(w * h * 3)
  for (let y = 0; y < h; y++) out.set(rgb.subarray(((y0 + y) * width + x0) * 3, ((y0 + y) * width + x0 + w) * 3), y * w * 3)
  return out
}
