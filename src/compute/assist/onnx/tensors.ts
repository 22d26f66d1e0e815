import type { SamTensor } from '../../../shared/model/samModel.ts'
import type { ModelHeader } from './modelHeader.ts'

/** One line for a person: image float32 [1,3,1024,1024]. */
export function tensorText({ name, dtype, dims }: SamTensor): string {
  return `${name} ${dtype} ${dims ? `[${dims.map((dim) => dim ?? '?').join(',')}]` : '[?]'}`
}

export const rankOf = (tensor: SamTensor): number => tensor.dims?.length ?? -1

/** A dimension counted from the front, or from the back when negative; null where it varies. */
export function dimOf(tensor: SamTensor | undefined, axis: number): number | null {
  const dim = tensor?.dims?.at(axis)
  return typeof dim === 'number' && dim > 0 ? dim : null
}

export const isFloatTensor = ({ dtype }: SamTensor): boolean => dtype === 'float32' || dtype === 'float16'

export function inputOf(model: ModelHeader, name: string): SamTensor | undefined {
  return model.inputs.find((input) => input.name === name)
}

export const hasInputs = (model: ModelHeader, ...names: string[]): boolean => names.every((name) => inputOf(model, name))

/** Whether what one file gives can be what the other takes. */
export function fits(output: SamTensor, input: SamTensor): boolean {
  if (isFloatTensor(output) !== isFloatTensor(input)) return false
  const [a, b] = [output.dims, input.dims]
  if (!a || !b) return true
  return a.length === b.length && a.every((dim, i) => typeof dim !== 'number' || typeof b[i] !== 'number' || dim === b[i])
}

/** How the pixels of a picture lie in an input; null: this is no input for a picture. */
export type PictureLayout = 'HWC' | 'NHWC' | 'CHW' | 'NCHW'

export function pictureLayout(input: SamTensor): PictureLayout | null {
  if (!isFloatTensor(input) && input.dtype !== 'uint8') return null
  const dims = input.dims
  const may = (axis: number, size: number): boolean => typeof dims?.[axis] !== 'number' || dims[axis] === size
  if (dims?.length === 3) return may(2, 3) && dims[0] !== 3 ? 'HWC' : may(0, 3) ? 'CHW' : null
  if (dims?.length !== 4 || !may(0, 1)) return null
  return may(1, 3) ? 'NCHW' : may(3, 3) ? 'NHWC' : null
}

/** Height and width of an input for pictures; null where they vary. */
export function pictureSides(input: SamTensor): readonly [number | null, number | null] {
  const layout = pictureLayout(input)
  return layout === 'HWC'
    ? [dimOf(input, 0), dimOf(input, 1)]
    : layout === 'NHWC'
      ? [dimOf(input, 1), dimOf(input, 2)]
      : [dimOf(input, -2), dimOf(input, -1)]
}
