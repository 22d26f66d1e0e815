import { readFile } from 'node:fs/promises'
import { AppError } from '../../../shared/errors.ts'
import { decodeModel, encodeModelProto } from '../../graph/codec.ts'
import type { ModelProto } from '../../graph/proto/onnx_pb.js'
import { keepOutputs } from '../../graph/keepOutputs.ts'
import type { Recognised } from './recognise.ts'
import { dimOf, rankOf } from './tensors.ts'

/** A decoder has a few megabytes; what is larger is loaded from its file as it is. */
const limit = 256 * 2 ** 20

/**
 * What is loaded as the decoder. Where it gives its masks small and large, only the small ones are computed: they are enlarged to the window once, when
 * somebody looks at them.
 */
export async function decoderModel({ decoder, signature }: Recognised): Promise<Uint8Array | string> {
  const masks = decoder.outputs.filter((output) => rankOf(output) >= 4)
  const small =
    masks.find(({ name }) => /low_?res/i.test(name)) ?? masks.find((mask) => [-1, -2].every((axis) => dimOf(mask, axis) === signature.grid))
  const others = new Set(masks.filter((mask) => mask !== small).map(({ name }) => name))
  const allKnown = decoder.outputs.every(({ dims }) => dims !== null)
  if (!small || others.size === 0 || !allKnown || decoder.bytes > limit || decoder.dataFiles.length > 0) return decoder.file
  const model = await whole(decoder.file)
  if (!model) return decoder.file
  keepOutputs(
    model,
    decoder.outputs.map(({ name }) => name).filter((name) => !others.has(name)),
  )
  return encodeModelProto(model)
}

/** Null for what the codec cannot read although its header can be read: ONNX Runtime says what is wrong with it. */
async function whole(file: string): Promise<ModelProto | null> {
  try {
    return decodeModel(await readFile(file))
  } catch (error) {
    if (error instanceof AppError) return null
    throw error
  }
}
