import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../../shared/errors.ts'
import { writeDurable } from '../files/durableFile.ts'
import { GraphBuilder } from '../graph/builder.ts'
import { encodeModelChunks } from '../graph/codec.ts'
import type { SmallSamConfig } from '../../shared/model/samTrainConfig.ts'
import { smallSamDecoder, smallSamEncoder } from '../models/smallSam/parts.ts'
import { Net } from '../nn/net.ts'
import { CheckpointStore } from '../train/checkpointStore.ts'
import { readSamConfig } from '../train/sam/samConfig.ts'
import { asFloat32 } from '../weights/safetensors.ts'
import { finishGraph } from './exportGraph.ts'

interface SmallSamExport {
  readonly runFolder: string
  readonly outFolder: string
  /** Side of the square the network sees. */
  readonly size: number
  readonly precision: 'fp32' | 'fp16'
}

/** Writes the newest checkpoint of a small SAM (its averaged weights where there are any) as encoder.onnx and decoder.onnx. Errors: checkpoint/*, disk/*. */
export async function exportSmallSam({ runFolder, outFolder, size, precision }: SmallSamExport): Promise<{ step: number; bytes: number }> {
  const { model: config } = await readSamConfig(runFolder)
  const { state, model, average } = await new CheckpointStore(join(runFolder, 'checkpoints')).load('last')
  const weights = (name: string): Float32Array => {
    const tensor = average?.get(name) ?? model.get(name)
    if (!tensor) throw new AppError('checkpoint/damaged', `the checkpoint has no ${name}`, { tensor: name })
    return asFloat32(tensor)
  }
  await mkdir(outFolder, { recursive: true })
  const props = { producer: 'maskwright', model: 'smallSam', step: String(state.step) }
  let bytes = 0
  for (const { file, chunks } of await smallSamFiles(weights, { size, precision, props, config })) {
    await writeDurable(join(outFolder, file), chunks)
    bytes += chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0)
  }
  return { step: state.step, bytes }
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
    { file: 'encoder.onnx', build: smallSamEncoder },
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
