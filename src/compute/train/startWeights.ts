import { join } from 'node:path'
import type { TrainConfig } from '../../shared/model/trainConfig.ts'
import type { WeightsReport } from '../../shared/model/weights.ts'
import { writeDurable } from '../files/durableFile.ts'
import type { Model } from '../models/model.ts'
import { recogniseSegformer } from '../models/segformer/recognise.ts'
import { describeReport, matchWeights, requireAccepted, type MatchedWeights, type WeightTarget } from '../weights/loadReport.ts'
import { openWeightFile } from '../weights/weightFile.ts'
import type { NamedArray, TrainStep } from './step.ts'

/** Kept in the run's folder: what it started from. A resume does not need the file. */
export const startWeightsFile = 'weights.json'

/**
 * Lays the file of `weights` over a step that has just been initialised, writes the report and the file's hash beside the run's log and says both.
 * Errors: weights/*, file/*, disk/*.
 */
export async function loadStartWeights(
  step: TrainStep,
  model: Model,
  weights: NonNullable<TrainConfig['weights']>,
  { runFolder, say }: { runFolder: string; say: (line: string) => void },
): Promise<void> {
  const file = openWeightFile(weights.file)
  try {
    const target = targetOf(model, [...step.parameters, ...step.buffers])
    const matched = matchWeights(file, target, weights)
    for (const line of describeReport(matched.report)) say(line)
    requireAccepted(matched)
    await overlay(step, matched)
    const sha256 = file.sha256()
    say(`weights: sha256 ${sha256}`)
    await writeDurable(
      join(runFolder, startWeightsFile),
      JSON.stringify({ sha256, path: weights.file, report: withRecognised(matched) }, null, 1),
    )
  } finally {
    file.close()
  }
}

async function overlay(step: TrainStep, { load }: MatchedWeights): Promise<void> {
  const state = await step.readState()
  const tensors = new Map<string, NamedArray>()
  for (const [key, have] of state.tensors) {
    // An average of the weights begins as they are.
    const name = /^(?:ema\.)?(?:param|buffer)\.(.+)$/.exec(key)?.[1]
    const tensor = name === undefined ? undefined : load.get(name)
    tensors.set(key, tensor ? { shape: have.shape, data: tensor.read() } : have)
  }
  await step.writeState({ ...state, tensors })
}

/** The tensors of a network as a file's weights are laid over them. */
export const targetOf = (model: Model, tensors: readonly { readonly name: string; readonly shape: readonly number[] }[]): WeightTarget => ({
  tensors: new Map(tensors.map((tensor) => [tensor.name, tensor])),
  isBackbone: (name) => model.isBackbone(name),
  isClassifier: (name) => model.isClassifier(name),
})

export const withRecognised = ({ report, inFile }: MatchedWeights): WeightsReport => ({ ...report, recognised: recogniseSegformer(inFile) })
