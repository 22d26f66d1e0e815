import { z } from 'zod'

const triple = z.tuple([z.number(), z.number(), z.number()])

/** Per channel R, G, B: (value - mean) / std with values 0..255. Stored with every model. */
export const normalizationSchema = z.strictObject({ mean: triple, std: triple })
export type Normalization = z.infer<typeof normalizationSchema>

/** ImageNet statistics as used by SegFormer (specs/segformer.md section 7). */
export const NORMALIZATION: Normalization = { mean: [123.675, 116.28, 103.53], std: [58.395, 57.12, 57.375] }

/** RGB bytes `[H,W,3]` -> float32 planes `[3,H,W]` at `offset` of `out`, in float32 arithmetic. */
export function normalizeInto(rgb: Uint8Array, out: Float32Array, offset: number, { mean, std }: Normalization): void {
  const f = Math.fround
  const plane = rgb.length / 3
  for (let c = 0; c < 3; c++) {
    const table = Float32Array.from({ length: 256 }, (_, v) => f(f(v - f(mean[c]!)) / f(std[c]!)))
    for (let i = c, o = offset + c * plane; i < rgb.length; i += 3, o++) out[o] = table[rgb[i]!]!
  }
}
