import type { SamTuneConfig } from '../../../shared/model/samTune.ts'
import { gridOf } from '../../models/sam/config.ts'
import { officialSamModel } from '../../models/sam/training.ts'
import { smallSamModel } from '../../models/smallSam/smallSam.ts'
import type { BatchShape, Model } from '../../models/model.ts'
import { partSizeOf } from '../../../shared/model/train/batchParts.ts'
import { numbersOf, type LoadedSamWeights } from '../../weights/samWeightsFile.ts'
import { createTrainStep } from '../createStep.ts'
import { threadsOf } from '../setup.ts'
import type { NamedArray, TrainStep } from '../step.ts'

/** The network of a training and the size of what goes through it at once. */
export function tuneModel(config: SamTuneConfig, { head }: Pick<LoadedSamWeights, 'head'>): { model: Model; shape: BatchShape } {
  const { objects, firstPoints, rounds, size } = config.data
  const batch = partSizeOf(config)
  if (head.kind === 'small')
    return { model: smallSamModel({ objects, firstPoints, rounds }, head.network), shape: { batch, height: size, width: size } }
  const side = gridOf(head.network)
  return { model: officialSamModel({ objects, firstPoints: 2, rounds }, head.network), shape: { batch, height: side, width: side } }
}

/** Errors: device/*. */
export function createTuneStep(config: SamTuneConfig, base: LoadedSamWeights): Promise<TrainStep> {
  const { model, shape } = tuneModel(config, base)
  const { optimizer, ema, seed, device } = config
  const threads = threadsOf(config)
  return createTrainStep({ model, ...shape, parts: device.batchParts, optimizer, ema, seed, provider: 'cpu', threads })
}

/** Begins with the weights of a model: every tensor of the network is in it. Errors: weights/bad-file. */
export async function beginWithBase(step: TrainStep, base: LoadedSamWeights): Promise<void> {
  const state = await step.readState()
  const tensors = new Map<string, NamedArray>()
  for (const [key, have] of state.tensors) {
    const name = /^(?:ema\.)?(?:param|buffer)\.(.+)$/.exec(key)?.[1]
    tensors.set(key, name === undefined ? have : { shape: have.shape, data: numbersOf(base, name) })
  }
  await step.writeState({ ...state, tensors })
}
