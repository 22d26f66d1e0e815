import { createHash } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { AppError } from '../../shared/errors.ts'
import { writeDurable } from '../files/durableFile.ts'
import { GraphBuilder } from '../graph/builder.ts'
import { encodeModelChunks } from '../graph/codec.ts'
import { smallSamWidths, type SmallSamConfig } from '../../shared/model/samTrainConfig.ts'
import { smallSamMark } from '../../shared/model/samModel.ts'
import { samWeightsName } from '../../shared/model/samWeights.ts'
import { smallSamDecoder, smallSamEncoder } from '../models/smallSam/parts.ts'
import { Net } from '../nn/net.ts'
import { CheckpointStore } from '../train/checkpointStore.ts'
import { readSamConfig } from '../train/sam/samConfig.ts'
import { asFloat32, type SafeTensor } from '../weights/safetensors.ts'
import { writeSamWeights } from '../weights/samWeightsFile.ts'
import { finishGraph } from './exportGraph.ts'

const encoderName = 'encoder.onnx'

interface SmallSamExport {
  readonly runFolder: string
  readonly outFolder: string
  /** Side of the square the network sees. */
  readonly size: number
  readonly precision: 'fp32' | 'fp16'
}

/**
 * Writes the newest checkpoint of a small SAM (its averaged weights where there are any) as encoder.onnx, decoder.onnx and weights.safetensors, from which
 * it can be trained further. Errors: checkpoint/*, disk/*.
 */
export async function exportSmallSam({ runFolder, outFolder, size, precision }: SmallSamExport): Promise<{ step: number; bytes: number }> {
  // Without the type, which only a config has.
  const network = z.object(smallSamWidths).parse((await readSamConfig(runFolder)).model)
  const { state, model, average } = await new CheckpointStore(join(runFolder, 'checkpoints')).load('last')
  const weights = average ?? model
  const files = await writeSmallSam(outFolder, { network, size, precision, step: state.step, tensors: namedTensors(weights) })
  return { step: state.step, bytes: files.reduce((sum, { bytes }) => sum + bytes, 0) }
}

export interface TrainedSmallSam {
  readonly network: SmallSamConfig
  readonly size: number
  readonly precision: 'fp32' | 'fp16'
  readonly step: number
  readonly tensors: readonly NamedTensor[]
}

interface NamedTensor {
  readonly name: string
  readonly shape: readonly number[]
  readonly data: Float32Array
}

/** The tensors of a checkpoint as numbers. */
export const namedTensors = (tensors: ReadonlyMap<string, SafeTensor>): NamedTensor[] =>
  [...tensors].map(([name, tensor]) => ({ name, shape: tensor.shape, data: asFloat32(tensor) }))

/** Writes a small SAM as the files of a model that segments and can be trained further. Errors: checkpoint/damaged (a tensor is absent), disk/*. */
export async function writeSmallSam(
  folder: string,
  { network, size, precision, step, tensors }: TrainedSmallSam,
): Promise<{ name: string; bytes: number }[]> {
  const byName = new Map(tensors.map((tensor) => [tensor.name, tensor.data]))
  const weights = (name: string): Float32Array => {
    const data = byName.get(name)
    if (!data) throw new AppError('checkpoint/damaged', `the checkpoint has no ${name}`, { tensor: name })
    return data
  }
  await mkdir(folder, { recursive: true })
  const props = { producer: 'maskwright', model: smallSamMark, step: String(step) }
  const written: { name: string; bytes: number }[] = []
  const encoder = createHash('sha256')
  for (const { file, chunks } of await smallSamFiles(weights, { size, precision, props, config: network })) {
    await writeDurable(join(folder, file), chunks)
    if (file === encoderName) for (const chunk of chunks) encoder.update(chunk)
    written.push({ name: file, bytes: chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0) })
  }
  const bytes = await writeSamWeights(folder, { kind: 'small', network, size, encoder: encoder.digest('hex') }, tensors, precision)
  return [...written, { name: samWeightsName, bytes }]
}

interface Finish {
  readonly size: number
  readonly precision: 'fp32' | 'fp16'
  readonly props: Readonly<Record<string, string>>
  readonly config: SmallSamConfig
}

/** Encoder and decoder with their weights inside. */
export async function smallSamFiles(
  weights: (name: string) => Float32Array,
  { size, precision, props, config }: Finish,
): Promise<{ file: string; chunks: readonly Uint8Array[] }[]> {
  const parts = [
    { file: encoderName, build: smallSamEncoder },
    { file: 'decoder.onnx', build: smallSamDecoder },
  ]
  return Promise.all(
    parts.map(async ({ file, build }) => {
      const b = new GraphBuilder(`smallSam.${file.replace('.onnx', '')}`)
      build(new Net(b, false), config, size)
      return { file, chunks: encodeModelChunks(await finishGraph(b.graph(), weights, { precision, props })) }
    }),
  )
}
