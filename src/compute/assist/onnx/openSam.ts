import path from 'node:path'
import { AppError } from '../../../shared/errors.ts'
import { smallSamMark, type SamFile } from '../../../shared/model/samModel.ts'
import { Session } from '../../runtime/session.ts'
import type { OpenSamOptions, SamSession } from '../samSession.ts'
import { decoderModel } from './decoderModel.ts'
import { samHash, sha256OfModel } from './fileHash.ts'
import { brokenModel, type ModelHeader } from './modelHeader.ts'
import { OnnxSam } from './onnxSam.ts'
import { findPair } from './partner.ts'
import { recogniseWith, type Recognised } from './recognise.ts'
import { encoderOfSingle, splitSingle } from './singleFile.ts'

/**
 * Opens any SAM-family ONNX model by its tensors' names, ranks and types. The weights of the decoder are loaded now, those of the encoder with the
 * first picture. Errors: assist/unknown-model, assist/unsupported-model, assist/broken-model, assist/missing-data-file, assist/no-partner,
 * assist/ambiguous-partner, file/*, device/not-available, device/out-of-memory.
 */
export async function openSam(options: OpenSamOptions): Promise<SamSession> {
  const model = recogniseWith(findPair(options.encoderFile, options.decoderFile), options.overrides ?? {})
  const facts = await factsOf(model, options)
  const load = (file: string, weights: Uint8Array | string): Promise<Session> => loadSession(file, weights, options)
  if (model.encoder === model.decoder) {
    const split = await splitSingle(model)
    // A half that cannot be loaded is our cut, not the file: then the whole is.
    const decoder = split && (await load(model.encoder.file, split.decoder).catch(nullWhenBroken))
    if (decoder) return new OnnxSam(split.model, facts, async () => load(model.encoder.file, await encoderOfSingle(split.model)), decoder)
  }
  const decoder = await loadDecoder(model, load)
  return new OnnxSam(model, facts, () => load(model.encoder.file, model.encoder.file), decoder)
}

/** Without the masks that nobody looks at; whole where that cannot be loaded. */
async function loadDecoder(model: Recognised, load: (file: string, weights: Uint8Array | string) => Promise<Session>): Promise<Session> {
  const { file } = model.decoder
  const cut = await decoderModel(model)
  const decoder = cut === file ? null : await load(file, cut).catch(nullWhenBroken)
  return decoder ?? load(file, file)
}

function nullWhenBroken(error: unknown): null {
  if (error instanceof AppError && error.code === 'assist/broken-model') return null
  throw error
}

async function loadSession(file: string, model: Uint8Array | string, { provider, threads }: OpenSamOptions): Promise<Session> {
  try {
    return await Session.create(model, { provider, threads, strict: false })
  } catch (cause) {
    if (!(cause instanceof AppError) || cause.code !== 'device/failed') throw cause
    throw brokenModel(file, String(cause.data['reason'] ?? cause.message), { why: 'runtimeRefuses' }, cause)
  }
}

async function factsOf(model: Recognised, { provider, threads, sha256 }: OpenSamOptions): Promise<SamSession['facts']> {
  const { encoder: encoderHeader, decoder: decoderHeader, signature } = model
  const encoder = await fileFacts(encoderHeader, sha256?.encoder)
  const decoder = decoderHeader === encoderHeader ? null : await fileFacts(decoderHeader, sha256?.decoder)
  const { family, preprocess, prompts, box, feedback, grid } = signature
  // Embeddings carry the names of the decoder's inputs; nothing else of the decoder is in them.
  const links = signature.links.map(({ input, outputs }) => [input.name, ...outputs.map(({ name }) => name)])
  const hash = samHash([encoder.sha256, JSON.stringify(preprocess), JSON.stringify(links)])
  const isSmall = encoderHeader.metadata['model'] === smallSamMark
  return {
    family,
    isSmall,
    encoder,
    decoder,
    preprocess,
    prompts,
    overridden: [...model.overridden],
    box,
    feedback,
    grid,
    provider,
    threads,
    hash,
  }
}

async function fileFacts(header: ModelHeader, known: string | null | undefined): Promise<SamFile> {
  const { file, bytes, inputs, outputs, dataFiles } = header
  const sha256 = known ?? (await sha256OfModel(header))
  const tensors = { inputs: [...inputs], outputs: [...outputs] }
  return {
    name: path.basename(file),
    bytes,
    sha256,
    ...tensors,
    dataFiles: dataFiles.map((data) => ({ name: data.name, bytes: data.bytes })),
  }
}
