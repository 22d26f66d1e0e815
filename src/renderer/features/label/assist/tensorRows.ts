import type { SamTensor } from '../../../../shared/model/samModel.ts'

/** An input or an output of a model file, in words. */
export interface TensorRow {
  readonly name: string
  readonly type: string
  readonly shape: string
}

/** A dimension as it is read: a number, a name, or `unknown`. */
export const tensorRow = ({ name, dtype, dims }: SamTensor, unknown: string): TensorRow => ({
  name,
  type: dtype,
  shape: dims ? dims.map((dim) => dim ?? unknown).join(' × ') || '1' : unknown,
})

/** What an error tells of the tensors of files that were not recognised: 'name type [a,b]; …', files apart by ' | '. */
export function rowsOfText(text: unknown): TensorRow[] {
  if (typeof text !== 'string') return []
  return text
    .split(/ \| |; /)
    .map((part) => /^(.*) (\S+) \[(.*)\]$/.exec(part.trim()))
    .flatMap((match) => (match ? [{ name: match[1]!, type: match[2]!, shape: match[3]!.split(',').join(' × ') }] : []))
}
