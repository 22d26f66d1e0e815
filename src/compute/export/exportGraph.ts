import type { Graph } from '../graph/graph.ts'
import { bindWeights, eliminateCommonSubexpressions, eliminateDeadNodes, float16Weights, foldBatchNorm } from '../graph/passes.ts'
import type { Model } from '../models/model.ts'
import { inferenceGraph } from '../train/stepGraph.ts'
import { foldConstants } from './constantFolding.ts'
import { spreadBatchNorm } from './spreadBatchNorm.ts'

interface Finish {
  readonly precision: 'fp32' | 'fp16'
  readonly props: Readonly<Record<string, string>>
}

/** The inference graph of a model with its weights inside: constants folded, batch norm moved into the convolutions, opset 17, no contrib ops. */
export async function exportGraph(model: Model, weights: (name: string) => Float32Array, options: Finish): Promise<Graph> {
  return finishGraph(inferenceGraph(model).graph, weights, options)
}

/** The same for any graph for inference. */
export async function finishGraph(graph: Graph, weights: (name: string) => Float32Array, { precision, props }: Finish): Promise<Graph> {
  const bound = await foldConstants(eliminateDeadNodes(bindWeights({ ...graph, metadata: { ...props } }, weights)))
  const folded = eliminateCommonSubexpressions(spreadBatchNorm(foldBatchNorm(bound)))
  return precision === 'fp16' ? float16Weights(folded) : folded
}
