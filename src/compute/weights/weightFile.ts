import { AppError } from '../../shared/errors.ts'
import { badWeights, openSource, type FileSource } from './byteSource.ts'
import { findSections, type WeightSection } from './checkpointSections.ts'
import { readOnnxWeights } from './onnxWeights.ts'
import { readSafetensorsIndex } from './safetensors.ts'
import { readTorchLegacy, readTorchZip } from './torchFile.ts'
import { elementsOf, rowMajor, storageAt, stridedTensor, type WeightTensor } from './weightTensor.ts'

export type WeightFormat = 'safetensors' | 'torchZip' | 'torchLegacy' | 'onnx'

/** A weights file whose tensors can be read until it is closed. */
export interface WeightFile {
  readonly file: string
  readonly format: WeightFormat
  readonly bytes: number
  /** The largest first; at least one. */
  readonly sections: readonly WeightSection[]
  sha256(): string
  close(): void
}

/**
 * Opens a .safetensors, .pth/.pt/.bin or .onnx file; its content decides which it is. Only headers are read, nothing is executed.
 * Errors: file/not-found, file/unreadable, file/path-escape, weights/bad-file, weights/unsafe, weights/unsupported; each names the file.
 */
export function openWeightFile(file: string): WeightFile {
  const opened: FileSource[] = []
  const open = (name: string): FileSource => {
    const source = openSource(name)
    opened.push(source)
    return source
  }
  const close = (): void => opened.splice(0).forEach((source) => source.close())
  try {
    const source = open(file)
    const format = formatOf(source)
    const sections = naming(file, () => sectionsOf(source, format, open)).map((section) => ({
      ...section,
      tensors: new Map([...section.tensors].map(([name, tensor]) => [name, { ...tensor, read: () => naming(file, () => tensor.read()) }])),
    }))
    return { file, format, bytes: source.size, sections, sha256: () => source.sha256(), close }
  } catch (error) {
    close()
    throw error
  }
}

function formatOf(source: FileSource): WeightFormat {
  const head = source.bytes(0, Math.min(9, source.size))
  if (head[0] === 0x50 && head[1] === 0x4b) return 'torchZip'
  if (head[8] === 0x7b || /\.safetensors$/i.test(source.file)) return 'safetensors'
  if (head[0] === 0x80) return 'torchLegacy'
  if (/\.onnx$/i.test(source.file) || head[0] === 0x08) return 'onnx'
  const reason = 'it is none of .safetensors, .pth (torch.save) and .onnx'
  throw new AppError('weights/unsupported', `${source.file}: ${reason}`, { file: source.file, why: 'noWeights' })
}

function sectionsOf(source: FileSource, format: WeightFormat, open: (file: string) => FileSource): WeightSection[] {
  if (format === 'torchZip') return findSections(readTorchZip(source))
  if (format === 'torchLegacy') return findSections(readTorchLegacy(source))
  const tensors = format === 'onnx' ? readOnnxWeights(source, open) : safetensorsOf(source)
  if (tensors.size === 0) throw badWeights('it holds no tensor', { why: 'noTensors' })
  return [{ path: '', kind: 'model', tensors }]
}

function safetensorsOf(source: FileSource): Map<string, WeightTensor> {
  const { entries } = readSafetensorsIndex(source)
  return new Map(
    [...entries].map(([name, { dtype, shape, begin }]): [string, WeightTensor] => {
      const layout = { shape, stride: rowMajor(shape), offset: 0 }
      return [name, stridedTensor(storageAt(source, begin, dtype, elementsOf(shape)), layout)]
    }),
  )
}

/** Errors of the readers get the file's name. */
function naming<T>(file: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (!(error instanceof AppError) || !/^(weights|file\/path-escape)/.test(error.code)) throw error
    throw new AppError(error.code, `${file}: ${error.message}`, { ...error.data, file }, { cause: error })
  }
}
