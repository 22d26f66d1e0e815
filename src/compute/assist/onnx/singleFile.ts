import { readFile } from 'node:fs/promises'
import { AppError } from '../../../shared/errors.ts'
import type { SamTensor } from '../../../shared/model/samModel.ts'
import { decodeModel, encodeModelProto } from '../../graph/codec.ts'
import { splitModel, type SplitModel } from './splitModel.ts'
import { dtypeNames, type ModelHeader } from './modelHeader.ts'
import type { Recognised } from './recognise.ts'
import { pictureLayout } from './tensors.ts'

/** Larger files are run whole with every click. */
const limit = 2 ** 30

/**
 * One file that does everything, cut in two in memory: what depends on the picture alone becomes its encoder, whose results are kept, so that a click costs
 * no more than a decoder. Null where it cannot be cut; then a click runs the whole.
 */
export async function splitSingle(model: Recognised): Promise<{ model: Recognised; decoder: Uint8Array } | null> {
  const { encoder: whole, signature } = model
  if (whole.bytes > limit || whole.dataFiles.length > 0) return null
  const halves = await cut(model)
  if (!halves) return null
  const tensors: SamTensor[] = halves.cut.map(({ name, type }) => ({ name, dtype: dtypeNames[type] ?? '', dims: null }))
  const encoder: ModelHeader = { ...whole, inputs: [signature.picture], outputs: tensors }
  const decoder: ModelHeader = { ...whole, inputs: [...tensors, ...whole.inputs.filter(({ name }) => name !== signature.picture.name)] }
  const links = tensors.map((tensor) => ({ input: tensor, outputs: [tensor] }))
  return { model: { ...model, encoder, decoder, signature: { ...signature, links } }, decoder: encodeModelProto(halves.after) }
}

/** The half that takes the picture, made anew whenever it is loaded: nobody keeps its bytes. */
export async function encoderOfSingle(model: Recognised): Promise<Uint8Array | string> {
  const halves = await cut(model)
  return halves ? encodeModelProto(halves.before) : model.encoder.file
}

/** Only where every picture goes in at one size. */
async function cut({ encoder, signature: { picture, preprocess } }: Recognised): Promise<SplitModel | null> {
  const { size, resize, pad, fit } = preprocess
  const always = resize !== 'none' && (pad || fit === 'stretch') && pictureLayout(picture) === 'NCHW'
  try {
    return always ? splitModel(decodeModel(await readFile(encoder.file)), picture.name, [1, 3, size, size]) : null
  } catch (error) {
    if (error instanceof AppError) return null
    throw error
  }
}
