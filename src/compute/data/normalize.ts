import { z } from 'zod'
import { imageNet } from '../../shared/model/train/normalization.ts'

const triple = z.tuple([z.number(), z.number(), z.number()])

/** Per channel R, G, B: (value - mean) / std with values 0..255. Stored with every model. */
export const normalizationSchema = z.strictObject({ mean: triple, std: triple })
export type Normalization = z.infer<typeof normalizationSchema>

/** ImageNet statistics as used by SegFormer (specs/segformer.md section 7). */
export const NORMALIZATION: Normalization = imageNet

const BLOCK = 4096

/** RGB bytes `[H,W,3]` -> float32 planes `[3,H,W]` at `offset` of `out`, in float32 arithmetic. */
export function normalizeInto(rgb: Uint8Array, out: Float32Array, offset: number, { mean, std }: Normalization): void {
  const f = Math.fround
  const tableOf = (c: 0 | 1 | 2) => Float32Array.from({ length: 256 }, (_, v) => f(f(v - f(mean[c])) / f(std[c])))
  const [red, green, blue] = [tableOf(0), tableOf(1), tableOf(2)]
  const plane = rgb.length / 3
  // One plane after the other within a block that stays in the cache: three far writes per pixel are slower.
  for (let block = 0; block < plane; block += BLOCK) {
    const end = Math.min(block + BLOCK, plane)
    for (let p = block, i = block * 3, o = offset + block; p < end; p++, i += 3, o++) out[o] = red[rgb[i]!]!
    for (let p = block, i = block * 3 + 1, o = offset + plane + block; p < end; p++, i += 3, o++) out[o] = green[rgb[i]!]!
    for (let p = block, i = block * 3 + 2, o = offset + 2 * plane + block; p < end; p++, i += 3, o++) out[o] = blue[rgb[i]!]!
  }
}
