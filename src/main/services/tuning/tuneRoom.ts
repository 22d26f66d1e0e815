import { stat } from 'node:fs/promises'
import type { SamTuneConfig, TunePlan } from '../../../shared/model/samTune.ts'
import { weightsFileOf } from '../assist/samWeightsFile.ts'
import type { FoundBase } from './tuneBases.ts'

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

export const roomFor = async (base: FoundBase, { checkpoint }: SamTuneConfig, embeddings: TunePlan['embeddings']): Promise<number> =>
  trainingBytes(embeddings, await parametersOf(base), checkpoint.keep)
