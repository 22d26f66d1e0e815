import type { Stats } from 'node:fs'
import { stat } from 'node:fs/promises'
import path from 'node:path'
import type { SamTuneConfig, TunePlan } from '../../../shared/model/samTune.ts'
import { hasLinks, type MakeLink } from '../../media/linkOrCopy.ts'
import { weightsFileOf } from '../assist/samWeightsFile.ts'
import { isOurs, type FoundBase } from './tuneBases.ts'

/** Weights, two moments of the optimizer and their average, as float32. */
const copies = 4
/** While one is written the one that it takes the place of is still there; the best may be another one. */
const beside = 2

/** Bytes that a training writes: embeddings that are not there yet, and checkpoints of so many numbers. */
export const trainingBytes = (embeddings: TunePlan['embeddings'], parameters: number, keep: number): number =>
  (embeddings ? (embeddings.bytes * (embeddings.needed - embeddings.cached)) / Math.max(1, embeddings.needed) : 0) +
  (keep + beside) * copies * 4 * parameters

/** Numbers that are trained: all that lie beside the model, which are nothing else. */
async function parametersOf({ weights, files }: FoundBase): Promise<number> {
  const found = await stat(weightsFileOf(files.encoderFile)).catch(() => null)
  return found === null ? 0 : found.size / (weights.kind === 'small' ? 2 : 4)
}

/** Bytes of the files that a folder gets copies of: those on another disk, and all of them where its own has no links (exFAT); what is not there takes nothing. */
export async function bytesToCopy(files: readonly string[], folder: string, makeLink?: MakeLink): Promise<number> {
  const target = await stat(folder).catch(() => null)
  const found = (await Promise.all(files.map((file) => stat(file).catch(() => null)))).filter((file) => file !== null)
  const isBeside = (file: Stats): boolean => file.dev === target?.dev
  const links = found.some(isBeside) && (await hasLinks(folder, makeLink))
  return found.reduce((sum, file) => sum + (links && isBeside(file) ? 0 : file.size), 0)
}

async function bytesOf(files: readonly string[]): Promise<number> {
  const sizes = await Promise.all(files.map((file) => stat(file).catch(() => null)))
  return sizes.reduce((sum, found) => sum + (found?.size ?? 0), 0)
}

/** The files that a run is given of the model that it begins with. */
function baseFiles({ weights, files }: Pick<FoundBase, 'weights' | 'files'>, dataFiles: readonly string[]): string[] {
  const { encoderFile, decoderFile } = files
  const trained = weightsFileOf(encoderFile)
  if (weights.kind === 'small') return [trained]
  const beside = dataFiles.map((name) => path.join(path.dirname(encoderFile), name))
  return [trained, encoderFile, ...(decoderFile === null ? [] : [decoderFile]), ...beside]
}

interface RoomFor {
  readonly base: FoundBase
  readonly config: SamTuneConfig
  readonly embeddings: TunePlan['embeddings']
  /** Names of the files beside the encoder that hold its weights. */
  readonly dataFiles: readonly string[]
  readonly folder: string
}

/** Bytes that a training in a folder writes, its base among them where that is copied. */
export async function roomFor({ base, config, embeddings, dataFiles, folder }: RoomFor): Promise<number> {
  const files = baseFiles(base, dataFiles)
  const copied = isOurs(base.base.origin) ? await bytesToCopy(files, folder) : await bytesOf(files)
  return copied + trainingBytes(embeddings, await parametersOf(base), config.checkpoint.keep)
}
