import { readFile, stat } from 'node:fs/promises'
import path from 'node:path'
import { requireSamTune } from '../../../shared/model/samTuneParse.ts'
import { samWeightsName } from '../../../shared/model/samWeights.ts'
import type { AssistModels } from '../assist/assistModels.ts'
import { readSamWeights } from '../assist/samWeightsFile.ts'
import { isOurs } from './tuneBases.ts'
import { bytesToCopy } from './tuneRoom.ts'

/** Pair and weights of a small SAM, by its weights alone. */
const filesOfSmall = 3

interface EncoderSource {
  /** The encoder of the model that the training began with, where it is the studio's, the same one still, and lies on the disk that is written to; null: the run's. */
  readonly encoderFile: string | null
  /** What publishing writes there. */
  readonly bytes: number
}

/** Where the encoder of a published model comes from, so that gigabytes are linked wherever they can be. Errors: config/*, file/*, assist/*. */
export async function encoderSource(
  models: Pick<AssistModels, 'files' | 'usable'>,
  runFolder: string,
  target: string,
): Promise<EncoderSource> {
  const base = path.join(runFolder, 'base')
  const own = (name: string): string => path.join(base, name)
  const weights = await readSamWeights(own(samWeightsName))
  const trained = await stat(own(samWeightsName)).catch(() => null)
  if (weights?.kind !== 'official') return { encoderFile: null, bytes: filesOfSmall * (trained?.size ?? 0) }
  const decoder = await stat(own('decoder.onnx')).catch(() => null)
  const written = (trained?.size ?? 0) + (decoder?.size ?? 0)
  const copied = await bytesToCopy([own('encoder.onnx'), own('encoder.onnx.data')], target)
  if (copied === 0) return { encoderFile: null, bytes: written }
  const { modelId } = requireSamTune(JSON.parse(await readFile(path.join(runFolder, 'config.json'), 'utf8'))).base
  const files = (await models.files()).find(({ id, origin }) => id === modelId && isOurs(origin))
  const facts = files && (await models.usable(files.id).catch(() => null))?.facts
  const isSame = facts !== null && facts !== undefined && weights.encoder === facts.encoder.sha256
  if (!files || !isSame) return { encoderFile: null, bytes: written + copied }
  const folder = path.dirname(files.encoderFile)
  const left = await bytesToCopy([files.encoderFile, ...facts.encoder.dataFiles.map(({ name }) => path.join(folder, name))], target)
  return left === 0 ? { encoderFile: files.encoderFile, bytes: written } : { encoderFile: null, bytes: written + copied }
}
