import { open } from 'node:fs/promises'
import path from 'node:path'
import { samWeightsKey, samWeightsName, samWeightsSchema, type SamWeights } from '../../../shared/model/samWeights.ts'

/** A header names some hundred tensors. */
const mostHeaderBytes = 4 * 2 ** 20

/** Where the weights of a model lie that can be trained on: beside its encoder. */
export const weightsFileOf = (encoderFile: string): string => path.join(path.dirname(encoderFile), samWeightsName)

/** What a weights.safetensors says of itself; null for what is not there, or not such a file. */
export async function readSamWeights(file: string): Promise<SamWeights | null> {
  const handle = await open(file).catch(() => null)
  if (!handle) return null
  try {
    const { buffer: start, bytesRead } = await handle.read(Buffer.alloc(8), 0, 8, 0)
    const length = bytesRead === 8 ? Number(start.readBigUInt64LE()) : 0
    if (length < 2 || length > mostHeaderBytes) return null
    const { buffer } = await handle.read(Buffer.alloc(length), 0, length, 8)
    const header = JSON.parse(buffer.toString('utf8')) as { __metadata__?: Record<string, unknown> }
    return samWeightsSchema.parse(JSON.parse(String(header.__metadata__?.[samWeightsKey])))
  } catch {
    return null
  } finally {
    await handle.close()
  }
}
