import { AppError, CancelledError, invariant } from '../../../shared/errors.ts'
import type { SamFacts, SamTensor } from '../../../shared/model/samModel.ts'
import { hostTensor, type RuntimeTensor, type Session } from '../../runtime/session.ts'
import { fromNumbers, toFloat16, type DType } from '../../tensor/dtype.ts'
import type { SamCandidate, SamEmbedding, SamPicture, SamPrompt, SamSession, SamTensorData } from '../samSession.ts'
import type { Feed } from './adapter.ts'
import { allFinite, floatsOf, readAnswer } from './answer.ts'
import { byBox, candidatesOf, withoutBox } from './candidates.ts'
import { frameOf, promptInFrame } from './frame.ts'
import { brokenModel, type ModelHeader } from './modelHeader.ts'
import { pictureFeed } from './picture.ts'
import { processorConfigFiles } from './preprocessorConfig.ts'
import type { Recognised } from './recognise.ts'

/** A recognised model with its decoder loaded. */
export class OnnxSam implements SamSession {
  readonly facts: SamFacts
  readonly files: readonly string[]
  readonly #model: Recognised
  readonly #loadEncoder: () => Promise<Session>
  /** What goes into the decoder with every click on an embedding, converted once. */
  readonly #fed = new WeakMap<SamTensorData, RuntimeTensor>()
  #decoder: Session | null
  #encoder: Session | null = null

  constructor(model: Recognised, facts: SamFacts, loadEncoder: () => Promise<Session>, decoder: Session) {
    this.#model = model
    this.facts = facts
    this.files = filesOf(model)
    this.#loadEncoder = loadEncoder
    this.#decoder = decoder
  }

  async encode(picture: SamPicture, signal?: AbortSignal): Promise<SamEmbedding> {
    const { width, height, rgb } = picture
    if (!(Number.isInteger(width) && Number.isInteger(height) && rgb.length > 0 && rgb.length === width * height * 3))
      throw new AppError('input/invalid', `a window of ${width} x ${height} pixels has nothing to encode`, { width, height })
    const { signature, encoder, decoder } = this.#model
    const frame = frameOf(picture, signature.preprocess)
    const feed = pictureFeed(picture, frame, signature.preprocess, signature.picture)
    const window = { width, height }
    // One file that does both: what is kept is the picture as it goes in.
    if (encoder === decoder) return { tensors: [{ name: signature.picture.name, ...floats(feed) }], window, frame }
    refuseWhenAborted(signal)
    this.#encoder ??= await this.#loadEncoder()
    refuseWhenAborted(signal)
    const outputs = await this.#run(this.#encoder, encoder, { [signature.picture.name]: runtimeTensor(signature.picture, feed) })
    refuseWhenAborted(signal)
    return { tensors: signature.links.map((link) => this.#linked(link, outputs)), window, frame }
  }

  async decode(embedding: SamEmbedding, prompt: SamPrompt): Promise<SamCandidate[]> {
    const { adapter, signature, decoder } = this.#model
    invariant(this.#decoder, 'the session is closed')
    const given = promptInFrame(prompt, embedding.window, embedding.frame, signature.grid)
    const asked = signature.box === 'native' ? given : withoutBox(given)
    const { feeds: wanted, entries } = adapter.feeds(asked, { signature, decoder })
    const feeds: Record<string, RuntimeTensor> = {}
    for (const input of decoder.inputs) {
      const embedded = embedding.tensors.find(({ name }) => name === input.name)
      const feed = embedded ? this.#embedded(input, embedded) : wanted[input.name] && runtimeTensor(input, wanted[input.name]!)
      if (!feed)
        throw brokenModel(decoder.file, `it also wants ${input.name}, which is not known`, { why: 'unknownInput', input: input.name })
      feeds[input.name] = feed
    }
    const answer = readAnswer(await this.#run(this.#decoder, decoder, feeds), signature)
    if ('problem' in answer) throw brokenModel(decoder.file, answer.problem, answer.data)
    const candidates = candidatesOf(answer, embedding, signature, entries)
    return signature.box === 'emulated' && prompt.box ? byBox(candidates, prompt.box) : candidates
  }

  async releaseEncoder(): Promise<void> {
    const encoder = this.#encoder
    this.#encoder = null
    await encoder?.dispose()
  }

  async close(): Promise<void> {
    await this.releaseEncoder()
    const decoder = this.#decoder
    this.#decoder = null
    await decoder?.dispose()
  }

  async #run(session: Session, { file }: ModelHeader, feeds: Record<string, RuntimeTensor>): Promise<Record<string, RuntimeTensor>> {
    try {
      return await session.run(feeds)
    } catch (cause) {
      if (!(cause instanceof AppError) || cause.code !== 'device/failed' || this.facts.provider !== 'cpu') throw cause
      throw brokenModel(file, String(cause.data['reason'] ?? cause.message), { why: 'runtimeRefuses' }, cause)
    }
  }

  #embedded(input: SamTensor, tensor: SamTensorData): RuntimeTensor {
    const known = this.#fed.get(tensor)
    if (known) return known
    const fresh = runtimeTensor(input, tensor)
    this.#fed.set(tensor, fresh)
    return fresh
  }

  /** What the decoder takes, from what the encoder gave. */
  #linked({ input, outputs: sources }: Recognised['signature']['links'][number], outputs: Record<string, RuntimeTensor>): SamTensorData {
    const { file } = this.#model.encoder
    const parts = sources.map(({ name }) => {
      const tensor = outputs[name]
      const data = tensor && floatsOf(tensor)
      if (!data) throw brokenModel(file, `it does not give ${name} as floating-point numbers`, { why: 'noFloats', tensor: name })
      if (!allFinite(data)) throw brokenModel(file, `${name} has numbers that are not finite`, { why: 'notFinite', tensor: name })
      return { dims: tensor.dims, data }
    })
    const [first] = parts
    const dims = parts.length === 1 ? first!.dims : [parts.length, ...first!.dims]
    const fits =
      input.dims === null ||
      (dims.length === input.dims.length && dims.every((dim, i) => typeof input.dims![i] !== 'number' || input.dims![i] === dim))
    if (!fits || parts.some(({ data }) => data.length !== first!.data.length))
      throw brokenModel(file, `it gives [${dims.join()}] where the decoder takes ${input.name} [${input.dims?.join() ?? ''}]`, {
        why: 'otherShape',
        tensor: input.name,
        found: dims.join(' × '),
        wanted: input.dims?.map((dim) => dim ?? '?').join(' × ') ?? null,
      })
    const data = parts.length === 1 ? first!.data.slice() : joined(parts.map((part) => part.data))
    return { name: input.name, dims, data }
  }
}

function filesOf({ encoder, decoder, adapter }: Recognised): string[] {
  const halves = [...new Set([encoder, decoder])]
  const config = adapter.usesProcessorConfig ? processorConfigFiles(encoder.file) : []
  return [...new Set([...halves.flatMap(({ file, dataFiles }) => [file, ...dataFiles.map((data) => data.file)]), ...config])]
}

function refuseWhenAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new CancelledError()
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}

function floats({ dims, data }: Feed): Pick<SamTensorData, 'dims' | 'data'> {
  return { dims, data: data instanceof Float32Array ? data : Float32Array.from(data) }
}

/** Numbers in the element type that an input declares. */
function runtimeTensor({ dtype }: SamTensor, { dims, data }: Feed): RuntimeTensor {
  if (data instanceof Float32Array && dtype === 'float32') return hostTensor(data, dims)
  if (data instanceof Float32Array && dtype === 'float16') return hostTensor(toFloat16(data), dims, 'float16')
  if (dtype === 'uint8') return hostTensor(data instanceof Uint8Array ? data : Uint8Array.from(data), dims)
  return hostTensor(fromNumbers(dtype as DType, [...data]), dims, dtype as DType)
}
