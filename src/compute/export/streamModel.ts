import path from 'node:path'
import { CancelledError, invariant } from '../../shared/errors.ts'
import { writeDurable } from '../files/durableFile.ts'
import { encodeWithInitializers } from '../graph/codec.ts'
import type { Graph, GraphNode } from '../graph/graph.ts'
import { externalInitializerChunks, lateInitializerChunks, type Chunk, type LateBytes } from '../graph/wire.ts'
import { bytesPerElement, onnxTypeCode, toFloat16, type DType } from '../tensor/dtype.ts'
import { staticShape } from '../tensor/shape.ts'

export interface StreamOptions {
  readonly file: string
  readonly precision: 'fp32' | 'fp16'
  /** Called once for every parameter, in order; what it gave is forgotten once it is written. */
  readonly weights: (name: string) => Float32Array
  /** Above so many bytes of weights they go into a file beside it, `<file>.data`. */
  readonly externalAbove: number
  readonly signal?: AbortSignal | undefined
  readonly onWritten?: (bytes: number) => void
}

/** Weights in the file beside begin on multiples of this: readers map it into memory page by page. */
const pageBytes = 4096

interface StoredTensor extends LateBytes {
  /** As in the file: that of a weight stored as float16 is another than the graph's. */
  readonly name: string
  readonly shape: readonly number[]
  readonly dtype: DType
}

/**
 * Writes a graph whose parameters still have no values as an ONNX file, one weight after another: whatever the size of the model, memory holds its
 * largest tensor. float16 as in `float16Weights`. Nothing is folded: ONNX Runtime does that as it loads. Returns the files. Errors: disk/*, those of
 * `weights`, cancelled.
 */
export async function streamModel(graph: Graph, options: StreamOptions): Promise<string[]> {
  const { file, externalAbove } = options
  const casts: GraphNode[] = []
  const tensors = [...graph.params, ...graph.buffers].map(({ name, shape }) => stored(name, staticShape(shape), options, casts))
  const bare: Graph = { ...graph, params: [], buffers: [], nodes: [...casts, ...graph.nodes] }
  const total = tensors.reduce((sum, { length }) => sum + length, 0)
  if (total <= externalAbove) {
    const inside = tensors.flatMap((tensor) => lateInitializerChunks(tensor, onnxTypeCode[tensor.dtype], tensor))
    await writeDurable(file, made(encodeWithInitializers<Chunk>(bare, inside)))
    return [file]
  }
  const beside = `${file}.data`
  const location = path.basename(beside)
  let end = 0
  const placed = tensors.map((tensor) => {
    const offset = Math.ceil(end / pageBytes) * pageBytes
    const gap = new Uint8Array(offset - end)
    end = offset + tensor.length
    return {
      tensor,
      gap,
      heads: externalInitializerChunks(tensor, onnxTypeCode[tensor.dtype], { location, offset, length: tensor.length }),
    }
  })
  await writeDurable(beside, made(placed.flatMap(({ tensor, gap }): Chunk[] => [gap, tensor])))
  await writeDurable(
    file,
    encodeWithInitializers(
      bare,
      placed.flatMap(({ heads }) => heads),
    ),
  )
  return [file, beside]
}

function* made(chunks: readonly Chunk[]): Iterable<Uint8Array> {
  for (const chunk of chunks) yield 'make' in chunk ? chunk.make() : chunk
}

function stored(name: string, shape: readonly number[], options: StreamOptions, casts: GraphNode[]): StoredTensor {
  const { precision, weights, signal, onWritten } = options
  const half = precision === 'fp16' && shape.length >= 2
  const inFile = half ? `${name}.f16` : name
  if (half) casts.push({ name: `cast/${name}`, type: 'Cast', inputs: [inFile], outputs: [name], attributes: { to: onnxTypeCode.float32 } })
  const dtype: DType = half ? 'float16' : 'float32'
  const count = shape.reduce((a, b) => a * b, 1)
  return {
    name: inFile,
    shape,
    dtype,
    length: count * bytesPerElement(dtype),
    make() {
      if (signal?.aborted) throw new CancelledError()
      const values = weights(name)
      invariant(values.length === count, `${name} has ${values.length} numbers, its shape is [${shape.join()}]`)
      const data = half ? toFloat16(values) : values
      onWritten?.(data.byteLength)
      return new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    },
  }
}
