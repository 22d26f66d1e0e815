import path from 'node:path'
import { AppError } from '../../../shared/errors.ts'
import { samMetadataKey, samOverridesSchema, type SamOverrides, type SamTensor } from '../../../shared/model/samModel.ts'
import type { FramePrompt, Pair, SamAdapter, Signature } from './adapter.ts'
import { onnxTypeCode } from '../../tensor/dtype.ts'
import { samAdapters } from './families/table.ts'
import { brokenModel, type ModelHeader } from './modelHeader.ts'
import { preprocessorConfig } from './preprocessorConfig.ts'
import { isFloatTensor, pictureSides, tensorText } from './tensors.ts'

export interface Recognised extends Pair {
  readonly adapter: SamAdapter
  /** With what the file and the user say about it. */
  readonly signature: Signature
  /** What differs from the bare signature. */
  readonly overridden: readonly string[]
}

/** Null where the two are no SAM that is known. */
export function recognise(pair: Pair): { adapter: SamAdapter; signature: Signature } | null {
  const { decoder } = pair
  if (!decoder.inputs.every(isPossible) || !decoder.outputs.some(mayBeMasks)) return null
  for (const adapter of samAdapters) {
    const signature = adapter.recognise(pair)
    if (!signature || !isFed(decoder, adapter, signature)) continue
    const { box } = signature
    return { adapter, signature: { ...signature, box: takesBox(decoder, adapter, signature) ? box : 'emulated' } }
  }
  return null
}

const noPrompt: FramePrompt = { points: [], box: null, logits: null, content: [1, 1] }

/** A file may leave out what its outputs are; one that says it of all of them must have masks among them. */
const mayBeMasks = (output: SamTensor): boolean =>
  (output.dtype === 'undefined' || isFloatTensor(output)) && (output.dims === null || output.dims.length >= 4)

/** Whether a box, which is two points for most, has room in inputs of a fixed length. */
function takesBox(decoder: ModelHeader, adapter: SamAdapter, signature: Signature): boolean {
  const { feeds } = adapter.feeds({ ...noPrompt, box: [0, 0, 1, 1] }, { signature, decoder })
  return decoder.inputs.every(({ name, dims }) => {
    const fed = feeds[name]?.dims
    return !fed || !dims || dims.every((dim, i) => typeof dim !== 'number' || dim <= 0 || dim === fed[i])
  })
}

/** No input of a decoder is longer in any direction; what claims to be would be allocated. */
const largestSide = 1 << 16

const isPossible = ({ dims }: SamTensor): boolean => dims === null || dims.every((dim) => typeof dim !== 'number' || dim <= largestSide)

/** Whether everything that the decoder asks for is known, in types that the engine has. */
function isFed(decoder: ModelHeader, adapter: SamAdapter, signature: Signature): boolean {
  const known = new Set(Object.keys(adapter.feeds(noPrompt, { signature, decoder }).feeds))
  for (const { input } of signature.links) known.add(input.name)
  if (signature.links.length === 0) known.add(signature.picture.name)
  return decoder.inputs.every((input) => known.has(input.name) && input.dtype in onnxTypeCode)
}

/** A pair that `recognise` knows, with what the file and the user say about it. Errors: assist/unknown-model, assist/broken-model (its metadata make no sense), assist/fixed-size (pictures of another size than the only one). */
export function recogniseWith(pair: Pair, overrides: SamOverrides): Recognised {
  const found = recognise(pair)
  if (!found) throw unknownModel(pair.encoder === pair.decoder ? [pair.encoder] : [pair.encoder, pair.decoder])
  const { size, ...values } = found.adapter.usesProcessorConfig ? preprocessorConfig(pair.encoder.file) : {}
  const beside = pictureSides(found.signature.picture)[0] === null ? { ...values, size } : values
  const wanted = { ...beside, ...metadataOf(pair.decoder), ...metadataOf(pair.encoder), ...overrides }
  const { preprocess, prompts } = found.signature
  const signature = { ...found.signature, preprocess: override(preprocess, wanted), prompts: override(prompts, wanted) }
  requireSize(signature)
  const overridden = [...changedKeys(preprocess, signature.preprocess), ...changedKeys(prompts, signature.prompts)]
  return { ...pair, adapter: found.adapter, signature, overridden }
}

/** An encoder of one size is given pictures of that size: resized, and filled up where their aspect stays. Errors: assist/fixed-size. */
function requireSize({ picture, preprocess }: Signature): void {
  const sides = pictureSides(picture).filter((side) => side !== null)
  const { size, resize, fit, pad } = preprocess
  const isFilled = resize !== 'none' && (pad || fit === 'stretch')
  if (sides.length === 0 || (isFilled && sides.every((side) => side === size))) return
  throw new AppError('assist/fixed-size', `the encoder takes pictures of its own size only`, { imageSize: sides[0]! })
}

/** SAM 3 by its parts: the encoder of words, that of pictures, the decoder that takes both. */
export function isSam3(models: readonly ModelHeader[]): boolean {
  const parts = models.flatMap(({ inputs, outputs }) => [...inputs, ...outputs])
  return parts.some(({ name }) => name === 'language_features' || name === 'text_memory' || name.startsWith('vision_pos_enc_'))
}

export function unsupportedModel({ file }: ModelHeader, family: string): AppError {
  const name = path.basename(file)
  return new AppError('assist/unsupported-model', `${name} belongs to ${family}, which is not supported`, { file: name, family })
}

function override<T extends object>(given: T, wanted: SamOverrides): T {
  const values: Partial<Record<string, unknown>> = wanted
  return Object.fromEntries(Object.entries(given).map(([key, value]) => [key, values[key] === undefined ? value : values[key]])) as T
}

function changedKeys<T extends object>(before: T, after: T): string[] {
  return (Object.keys(before) as (keyof T & string)[]).filter((key) => JSON.stringify(before[key]) !== JSON.stringify(after[key]))
}

function metadataOf({ file, metadata }: ModelHeader): SamOverrides {
  const text = metadata[samMetadataKey]
  if (text === undefined) return {}
  try {
    return samOverridesSchema.parse(JSON.parse(text))
  } catch (cause) {
    throw brokenModel(file, `what it says under ${samMetadataKey} makes no sense`, { why: 'wrongMetadata', key: samMetadataKey }, cause)
  }
}

/** What a sentence can hold of them. */
function tensorList(tensors: readonly SamTensor[]): string {
  const shown = tensors.slice(0, 16).map((tensor) => tensorText(tensor).slice(0, 100))
  return [...shown, ...(tensors.length > 16 ? ['…'] : [])].join('; ')
}

/** No SAM that is known; names what was found instead. */
export function unknownModel(models: readonly ModelHeader[]): AppError {
  const files = models.map(({ file }) => path.basename(file)).join(', ')
  const list = (side: 'inputs' | 'outputs'): string => models.map((model) => tensorList(model[side])).join(' | ')
  const [inputs, outputs] = [list('inputs'), list('outputs')]
  return new AppError('assist/unknown-model', `${files} is no SAM that is known: its inputs are ${inputs}, its outputs ${outputs}`, {
    file: files,
    inputs,
    outputs,
  })
}
