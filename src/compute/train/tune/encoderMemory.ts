import { decodeModel } from '../../graph/codec.ts'
import { GraphBuilder } from '../../graph/builder.ts'
import { peakLiveBytes } from '../../graph/liveBytes.ts'
import { stripWeights } from '../../assist/onnx/stripWeights.ts'
import type { SamConfig } from '../../models/sam/config.ts'
import { recogniseSam } from '../../models/sam/recognise.ts'
import { samEncoder } from '../../models/sam/sam.ts'
import { Net } from '../../nn/net.ts'
import { openSource } from '../../weights/byteSource.ts'
import type { LoadedSamWeights } from '../../weights/samWeightsFile.ts'

/** Copies of the weights while ONNX Runtime loads them: those of the file, and those it works with. */
const copiesWhileLoading = 2
/** What ONNX Runtime's arena takes for a byte of live tensors. With it a process that encodes with ViT-B takes 1.8 GB at 1024 px and 1.3 GB at 512 px; measured (bench sam) were 1.7 and 1.0. */
const encoderArenaFactor = 4.5

/** What an image encoder of the official design holds in memory while it encodes a picture on the CPU, in bytes. */
export function encoderBytes(config: SamConfig): number {
  const net = new Net(new GraphBuilder('encoder'), false)
  samEncoder(net, config, 'padded')
  const weights = net.parameters.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 4), 0)
  const running = weights + encoderArenaFactor * peakLiveBytes(net.b.graph(), (name) => net.b.typeOf(name))
  return Math.max(copiesWhileLoading * weights, running)
}

/** Null for an encoder whose sizes cannot be told. Errors: file/not-found, weights/bad-file. */
export function encoderBytesOfFile(encoderFile: string, { head, tensors }: LoadedSamWeights): number | null {
  if (head.kind !== 'official') return 0
  const source = openSource(encoderFile)
  try {
    const { graph } = decodeModel(stripWeights(source))
    // Weights that are stored as float16 are called so; the names without are the official ones.
    const shapes = new Map<string, { readonly shape: readonly number[] }>(tensors)
    for (const { name, dims } of graph!.initializer) shapes.set(name.replace(/\.f16$/, ''), { shape: dims.map(Number) })
    const found = recogniseSam(shapes, head.network.decoder.heads)
    return found && 'config' in found ? encoderBytes({ ...found.config, imageSize: head.network.imageSize }) : null
  } finally {
    source.close()
  }
}
