import { bilinearWeights } from '../../ops/resize.ts'

/** A tensor read when it is asked for. */
interface Readable {
  readonly shape: readonly number[]
  read(): Float32Array
}

/**
 * A tensor of positions at the size of another picture: the absolute ones `[1,g,g,C]` bilinearly, the relative ones `[2S-1,d]` linearly, half pixel
 * centres. Null for every other tensor, and where the rest of the shape does not fit.
 */
export function fitPositions(name: string, tensor: Readable, shape: readonly number[]): Readable | null {
  const from = tensor.shape
  const relative = /\.attn\.rel_pos_[hw]$/.test(name) && from.length === 2 && shape.length === 2 && from[1] === shape[1]
  const absolute = /(^|\.)pos_embed$/.test(name) && from.length === 4 && shape.length === 4 && from[0] === 1 && from[3] === shape[3]
  if ((!relative && !absolute) || from.some((size) => size < 1)) return null
  const read = (): Float32Array => {
    const values = tensor.read()
    if (relative) return stretched(values, 1, from[0]!, shape[0]!, from[1]!)
    const [, rows, columns, channels] = from as [number, number, number, number]
    const taller = stretched(values, 1, rows, shape[1]!, columns * channels)
    return stretched(taller, shape[1]!, columns, shape[2]!, channels)
  }
  return { shape, read }
}

/** `[outer,from,inner] -> [outer,to,inner]`. */
function stretched(values: Float32Array, outer: number, from: number, to: number, inner: number): Float32Array {
  if (from === to) return values
  const weights = bilinearWeights(from, to)
  const out = new Float32Array(outer * to * inner)
  for (let o = 0; o < outer; o++)
    for (let i = 0; i < to; i++)
      for (let j = 0; j < from; j++) {
        const weight = weights[i * from + j]!
        if (weight === 0) continue
        const [target, source] = [(o * to + i) * inner, (o * from + j) * inner]
        for (let k = 0; k < inner; k++) out[target + k] = out[target + k]! + weight * values[source + k]!
      }
  return out
}
