import type { Value } from '../../graph/graph.ts'
import type { Net } from '../../nn/net.ts'
import { SharedNet } from '../../nn/sharedNet.ts'
import { promptingInputs, promptRounds, type PromptRounds } from '../promptRounds.ts'
import type { BatchInput, BatchShape, Model, TrainingOutputs } from '../model.ts'
import type { SmallSamConfig } from '../../../shared/model/samTrainConfig.ts'
import { maskStride } from './config.ts'
import { decode } from './decoder.ts'
import { encodePicture } from './encoder.ts'

/**
 * The studio's own small SAM as something to train: the picture is encoded once, every object is prompted and then corrected in rounds inside the graph,
 * all answers are charged. Batch inputs: image, target and counted (the shares of each stride-4 cell that the object covers, and that
 * says anything), points, labels and, for every correction,
 * noise, anywhere and jitter (see `correct`).
 */
export function smallSamModel(rounds: PromptRounds, config: SmallSamConfig): Model {
  return {
    id: 'smallSam',
    taskId: 'promptedMask',
    batchInputs: (shape) => batchInputs(shape, rounds),
    train: (net, shape) => trainGraph(net, shape, rounds, config),
    infer: (net) => {
      encodePicture(net, config, net.b.input('image', 'float32', [1, 3, 256, 256]))
    },
    isBackbone: (name) => name.startsWith('image_encoder.'),
    isClassifier: () => false,
    isFrozen: () => false,
    layers: { last: 0, layerOf: () => 0 },
  }
}

function batchInputs({ batch, height, width }: BatchShape, rounds: PromptRounds): BatchInput[] {
  return [{ name: 'image', dtype: 'float32', shape: [batch, 3, height, width] }, ...promptingInputs(batch, height / maskStride, rounds)]
}

function trainGraph(net: Net, shape: BatchShape, rounds: PromptRounds, config: SmallSamConfig): TrainingOutputs {
  const { b } = net
  const declared = batchInputs(shape, rounds).map(({ name, dtype, shape: dims }) => [name, b.input(name, dtype, dims)] as const)
  const input = Object.fromEntries(declared) as Record<string, Value>
  const shared = new SharedNet(net)
  const embedding = encodePicture(net, config, input['image']!)
  const target = input['target']!
  const m = target.shape[0] as number
  return promptRounds(b, input, rounds, ({ points, labels, earlier }) => {
    const logits = earlier ?? b.zeros({ dtype: 'float32', shape: target.shape })
    const hasLogits = earlier ? ones(b, m) : b.zeros({ dtype: 'float32', shape: [m, 1, 1, 1] })
    return decode(shared, config, embedding, { points, labels, logits, hasLogits })
  })
}

const ones = (b: Net['b'], m: number): Value =>
  b.constant(
    Array.from({ length: m }, () => 1),
    [m, 1, 1, 1],
  )
