import type { TrainConfig } from '../../shared/model/trainConfig.ts'
import { requireTrainConfig } from '../../shared/model/trainConfigParse.ts'
import type { RecognisedModel, WeightsReport } from '../../shared/model/weights.ts'
import { recogniseSegformer } from '../models/segformer/recognise.ts'
import { matchWeights, type WeightRules, type WeightTarget } from '../weights/loadReport.ts'
import { openWeightFile, type WeightFile } from '../weights/weightFile.ts'
import { modelOf } from './setup.ts'
import { targetOf, withRecognised } from './startWeights.ts'
import { inferenceGraph } from './stepGraph.ts'

/** A file without a head says nothing about classes. */
const anyClasses = 150

/**
 * What a file would do to the network of a config, or (config null) to the one it looks like; only headers are read.
 * Errors: weights/*, file/*, config/*.
 */
export function inspectWeights(
  file: string,
  rules: WeightRules,
  model: { readonly config: unknown; readonly classes: number } | null,
): WeightsReport {
  const opened = openWeightFile(file)
  try {
    const { config, classes } = model ? { ...model, config: requireTrainConfig(model.config) } : likelyModel(opened, rules)
    const network = modelOf(config, classes)
    const { net } = inferenceGraph(network)
    return withRecognised(matchWeights(opened, targetOf(network, [...net.parameters, ...net.buffers]), rules))
  } finally {
    opened.close()
  }
}

function likelyModel(file: WeightFile, rules: WeightRules): { config: TrainConfig; classes: number } {
  const nothing: WeightTarget = { tensors: new Map(), isBackbone: () => false, isClassifier: () => false }
  const found = recogniseSegformer(matchWeights(file, nothing, { ...rules, head: 'load' }).inFile)
  return { config: requireTrainConfig(found ? { model: modelConfig(found) } : {}), classes: found?.classes ?? anyClasses }
}

/** Heads leave no trace in the shapes, and do not matter to them. */
function modelConfig({ variant, dims, depths, srRatios, embedDim }: RecognisedModel): Record<string, unknown> {
  const size = variant ? { variant } : { variant: 'custom', dims, depths, srRatios, heads: [1, 1, 1, 1] }
  return { type: 'segformer', ...size, ...(embedDim === null ? {} : { embedDim }) }
}
