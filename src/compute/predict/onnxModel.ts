import { readFile, stat } from 'node:fs/promises'
import { AppError, type ErrorData } from '../../shared/errors.ts'
import type { Provider } from '../../shared/model/device.ts'
import { decodeModel, modelMetadata } from '../graph/codec.ts'
import { Session, hostData, hostTensor } from '../runtime/session.ts'
import type { Infer } from './infer.ts'
import { metadataFromProps } from './modelMetadata.ts'
import type { ModelMetadata } from './modelMetadata.ts'

/** An exported file, checked and loaded. */
export interface OnnxModel {
  readonly file: string
  readonly bytes: number
  readonly metadata: ModelMetadata
  readonly provider: Provider
  readonly infer: Infer
  dispose(): Promise<void>
}

const maxFileBytes = 2 ** 31
const newestOpset = 22n

/** Opens a model that the studio wrote; nothing else is trusted. Errors: file/not-found, model/bad-file, device/not-available. */
export async function openModel(file: string, options: { provider: Provider; threads: number }): Promise<OnnxModel> {
  const { bytes, metadata } = await inspectModel(file)
  const session = await Session.create(file, { ...options, strict: false }).catch((cause: unknown) => {
    throw cause instanceof AppError && cause.code === 'device/not-available'
      ? cause
      : badFile(file, cause instanceof Error ? cause.message : String(cause), { why: 'runtimeRefuses' }, cause)
  })
  if (!session.inputNames.includes('image') || session.inputNames.length !== 1 || !session.outputNames.includes('logits')) {
    await session.dispose()
    throw badFile(
      file,
      `its inputs are ${session.inputNames.join(', ')} and its outputs ${session.outputNames.join(', ')}, not image and logits`,
      { why: 'otherTensors' },
    )
  }
  return { file, bytes, metadata, provider: options.provider, infer: inferWith(session, file, metadata), dispose: () => session.dispose() }
}

/** Reads the metadata and refuses what should never reach the runtime. Errors: file/not-found, model/bad-file. */
export async function inspectModel(file: string): Promise<{ bytes: number; metadata: ModelMetadata }> {
  const info = await stat(file).catch((cause: unknown) => {
    throw new AppError('file/not-found', `${file}: no such file`, { file }, { cause })
  })
  if (info.size >= maxFileBytes) throw badFile(file, `it has ${info.size} bytes, more than an ONNX file can have`, { why: 'tooLarge' })
  const model = decodeModel(await readFile(file))
  const tensors = [
    ...(model.graph?.initializer ?? []),
    ...(model.graph?.node ?? []).flatMap((node) => node.attribute.flatMap((a) => (a.t ? [a.t] : []))),
  ]
  if (tensors.some((tensor) => tensor.externalData.length > 0 || Number(tensor.dataLocation) !== 0))
    throw badFile(file, 'it keeps weights in other files', { why: 'externalWeights' })
  if (model.functions.length > 0) throw badFile(file, 'it defines functions of its own', { why: 'foreignOperators' })
  const foreign = model.opsetImport.find(({ domain, version }) => (domain !== '' && domain !== 'ai.onnx') || version > newestOpset)
  if (foreign) {
    const domain = `${foreign.domain || 'ai.onnx'} ${foreign.version}`
    throw badFile(file, `it needs the operators ${domain}`, { why: 'foreignOperators', domain })
  }
  return { bytes: info.size, metadata: metadataFromProps(modelMetadata(model)) }
}

function inferWith(session: Session, file: string, metadata: ModelMetadata): Infer {
  return async (images, { batch, height, width }) => {
    const { logits } = await session.run({ image: hostTensor(images, [batch, 3, height, width]) }).catch((cause: unknown) => {
      throw badFile(file, cause instanceof Error ? cause.message : String(cause), { why: 'runtimeRefuses' }, cause)
    })
    const expected = [batch, metadata.classes.length, height, width]
    if (logits!.type !== 'float32' || logits!.dims.join() !== expected.join())
      throw badFile(file, `it gives ${logits!.type} [${logits!.dims.join()}] instead of float32 [${expected.join()}]`, {
        why: 'otherShape',
        tensor: 'logits',
        found: logits!.dims.join(' × '),
        wanted: expected.join(' × '),
      })
    return { shape: logits!.dims, data: hostData(logits!) as Float32Array }
  }
}

function badFile(file: string, reason: string, data: ErrorData, cause?: unknown): AppError {
  return new AppError('model/bad-file', `${file} cannot be used: ${reason}`, { file, reason, ...data }, { cause })
}
