import type { Graph } from '../graph/graph.ts'
import { bindWeights, eliminateCommonSubexpressions, eliminateDeadNodes, float16Weights, foldBatchNorm } from '../graph/passes.ts'
import type { Model } from '../models/model.ts'
import { inferenceGraph } from '../train/stepGraph.ts'
import { foldConstants } from './constantFolding.ts'
import { spreadBatchNorm } from './spreadBatchNorm.ts'

/** The inference graph of a model with its weights inside: constants folded, batch norm moved into the convolutions, opset 17, no contrib ops. */
export async function exportGraph(
  model: Model,
  weights: (name: string) => Float32Array,
  options: { precision: 'fp32' | 'fp16'; props: Readonly<Record<string, string>> },
): Promise<Graph> {
  const { graph } = inferenceGraph(model)
  const bound = await foldConstants(eliminateDeadNodes(bindWeights({ ...graph, metadata: { ...options.props } }, weights)))
  const folded = eliminateCommonSubexpressions(spreadBatchNorm(foldBatchNorm(bound)))
  return options.precision === 'fp16' ? float16Weights(folded) : folded
}
