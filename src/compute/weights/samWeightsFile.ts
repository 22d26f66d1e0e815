import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { AppError } from '../../shared/errors.ts'
import { samWeightsKey, samWeightsName, samWeightsSchema, type SamWeights } from '../../shared/model/samWeights.ts'
import { writeDurable } from '../files/durableFile.ts'
import { toFloat16 } from '../tensor/dtype.ts'
import { asFloat32, readSafetensors, writeSafetensors, type SafeTensor } from './safetensors.ts'

/** A network that can be trained further: what it is, and its tensors by name. */
export interface LoadedSamWeights {
  readonly head: SamWeights
  readonly tensors: ReadonlyMap<string, SafeTensor>
}

/** A tensor to be written. */
interface Numbers {
  readonly name: string
  readonly shape: readonly number[]
  readonly data: Float32Array
}

/** Writes weights.safetensors; returns its bytes. Errors: disk/*. */
export async function writeSamWeights(
  folder: string,
  head: SamWeights,
  tensors: readonly Numbers[],
  precision: 'fp32' | 'fp16',
): Promise<number> {
  const writable = tensors.map(({ name, shape, data }) =>
    precision === 'fp16' ? { name, shape, dtype: 'F16' as const, data: toFloat16(data) } : { name, shape, dtype: 'F32' as const, data },
  )
  const chunks = writeSafetensors(writable, { [samWeightsKey]: JSON.stringify(head) })
  await writeDurable(path.join(folder, samWeightsName), chunks)
  return chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0)
}

/** Those of a model's folder. Errors: file/not-found, weights/bad-file. */
export const readSamWeights = (folder: string): Promise<LoadedSamWeights> => readSamWeightsFile(path.join(folder, samWeightsName))

/** Errors: file/not-found, weights/bad-file. */
export async function readSamWeightsFile(file: string): Promise<LoadedSamWeights> {
  const bytes = await readFile(file).catch((cause: unknown) => {
    throw new AppError('file/not-found', `${file} cannot be read`, { file: path.basename(file) }, { cause })
  })
  const { metadata, tensors } = readSafetensors(bytes)
  const head = samWeightsSchema.safeParse(parsed(metadata[samWeightsKey]))
  if (!head.success)
    throw new AppError('weights/bad-file', `${file} does not say what network it is of`, { file: path.basename(file), why: 'noHead' })
  return { head: head.data, tensors }
}

function parsed(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '') as unknown
  } catch {
    return null
  }
}

/** The numbers of a tensor. Errors: weights/bad-file (absent). */
export function numbersOf({ tensors }: Pick<LoadedSamWeights, 'tensors'>, name: string): Float32Array {
  const tensor = tensors.get(name)
  if (!tensor) throw new AppError('weights/bad-file', `there is no ${name}`, { file: samWeightsName, why: 'missingTensor', tensor: name })
  return asFloat32(tensor)
}
