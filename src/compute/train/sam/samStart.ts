import { stat } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { AppError } from '../../../shared/errors.ts'
import type { SamTrainConfig } from '../../../shared/model/samTrainConfig.ts'
import { readSamWeightsFile } from '../../weights/samWeightsFile.ts'
import type { TrainStep } from '../step.ts'
import { beginWithBase } from '../tune/tuneStep.ts'
import { beginWith } from './samCheckpoint.ts'

/** Puts what a training begins with into the step; answers with a line for the log. */
export type SamStart = (step: TrainStep) => Promise<string>

/** Null for a training that begins with random weights. Errors: file/not-found, weights/bad-file, config/invalid (weights of another network). */
export async function samStart(folder: string, { start, model }: Pick<SamTrainConfig, 'start' | 'model'>): Promise<SamStart | null> {
  if (start === null) return null
  const place = await placeOf(folder, start)
  if (!place.isFile) return (step) => beginWith(step, join(place.path, 'checkpoints'))
  const base = await readSamWeightsFile(place.path)
  if (base.head.kind !== 'small' || !isDeepStrictEqual({ type: model.type, ...base.head.network }, model)) {
    const message = `${place.path} holds another network than the config asks for: ${JSON.stringify(base.head.network)}`
    throw new AppError('config/invalid', `start: ${message}`, { path: 'start', message })
  }
  return async (step) => {
    await beginWithBase(step, base)
    return `begins with ${basename(place.path)} of ${resolve(place.path, '..')}`
  }
}

/** Errors: file/not-found. */
async function placeOf(folder: string, start: string): Promise<{ path: string; isFile: boolean }> {
  for (const path of [resolve(folder, start), resolve(start)]) {
    const found = await stat(path).catch(() => null)
    if (found) return { path, isFile: found.isFile() }
  }
  throw new AppError('file/not-found', `start: there is no ${start}, seen from ${folder} or from here`, { file: start })
}
