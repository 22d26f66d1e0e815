import { badWeights } from './byteSource.ts'
import { elementsOf, type WeightTensor } from './weightTensor.ts'

/** Tensors stacked along their first axis. Errors: weights/bad-file for shapes that do not stack. */
export function joinRows(parts: readonly WeightTensor[]): WeightTensor {
  const [first] = parts
  if (!first || parts.length === 1) return first!
  const rest = first.shape.slice(1)
  if (parts.some(({ shape }) => shape.length === 0 || shape.slice(1).join() !== rest.join()))
    throw badWeights(`tensors of ${parts.map(({ shape }) => shape.join('x')).join(' and ')} do not stack`)
  return {
    dtype: first.dtype,
    shape: [parts.reduce((rows, { shape }) => rows + shape[0]!, 0), ...rest],
    read() {
      const out = new Float32Array(elementsOf(this.shape))
      let at = 0
      for (const part of parts) {
        out.set(part.read(), at)
        at += elementsOf(part.shape)
      }
      return out
    },
  }
}

/** A tensor cut along its first axis by shares, e.g. [1, 2]; null where the rows do not divide. */
export function splitRows(tensor: WeightTensor, shares: readonly number[]): WeightTensor[] | null {
  if (shares.length === 1) return [tensor]
  const all = shares.reduce((a, b) => a + b, 0)
  const [rows, ...rest] = tensor.shape
  if (rows === undefined || rows % all !== 0) return null
  let first = 0
  return shares.map((part): WeightTensor => {
    const begin = first
    const count = (rows / all) * part
    first += count
    const width = elementsOf(rest)
    return { dtype: tensor.dtype, shape: [count, ...rest], read: () => tensor.read().slice(begin * width, (begin + count) * width) }
  })
}

export const withShape = (tensor: WeightTensor, shape: readonly number[]): WeightTensor => ({
  dtype: tensor.dtype,
  shape,
  read: () => tensor.read(),
})
