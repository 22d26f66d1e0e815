import type { GraphBuilder } from '../../graph/builder.ts'
import type { Value } from '../../graph/graph.ts'
import { imageToTokens } from '../../nn/layers.ts'
import type { Net } from '../../nn/net.ts'
import { SharedNet } from '../../nn/sharedNet.ts'
import { mul, sub } from '../../ops/elementwise.ts'
import { expand, reshape } from '../../ops/shape.ts'
import type { BatchInput, BatchShape, Model, TrainingOutputs } from '../model.ts'
import { promptingInputs, promptRounds, type PromptRounds, type Prompted } from '../promptRounds.ts'
import { decoderConfigOf, gridOf, promptConfigOf, type SamDecoderConfig } from './config.ts'
import { frequenciesName, promptEncoder } from './promptEncoder.ts'
import { twoWayDecoder } from './twoWayDecoder.ts'

/**
 * Prompt encoder and mask decoder of an official SAM as something to train, on embeddings that are computed before (specs/sam.md 2.7): the frequencies
 * of the position code stay as they are. Batch inputs: `embedding` `[N,width,grid,grid]`, then those of `promptRounds`; a first prompt has two
 * points, one click and the padding point or the corners of a box, so that the network is asked as the exported decoder will be.
 */
export function officialSamModel(rounds: PromptRounds, config: SamDecoderConfig): Model {
  const grid = gridOf(config)
  const inputs = ({ batch }: BatchShape): BatchInput[] => [
    { name: 'embedding', dtype: 'float32', shape: [batch, config.width, grid, grid] },
    ...promptingInputs(batch, 4 * grid, rounds),
  ]
  return {
    id: 'sam',
    taskId: 'promptedMask',
    batchInputs: inputs,
    train: (net, shape) => trainGraph(net, inputs(shape), rounds, config),
    infer: (net) => void net.b.output('embedding', net.b.input('image', 'float32', [1])),
    isBackbone: () => false,
    isClassifier: () => false,
    isFrozen: (name) => name === frequenciesName,
    layers: { last: 0, layerOf: () => 0 },
  }
}

function trainGraph(net: Net, inputs: readonly BatchInput[], rounds: PromptRounds, config: SamDecoderConfig): TrainingOutputs {
  const { b } = net
  const input = Object.fromEntries(inputs.map(({ name, dtype, shape }) => [name, b.input(name, dtype, shape)])) as Record<string, Value>
  const shared = new SharedNet(net)
  const image = eachObject(b, imageToTokens(net, input['embedding']!), rounds.objects)
  return promptRounds(b, input, rounds, (prompted) => answer(shared, config, image, prompted))
}

/** What pictures have, once for each of their objects: `[N,L,C] -> [N*objects,L,C]`. */
function eachObject(b: GraphBuilder, x: Value, objects: number): Value {
  const [n, length, width] = x.shape as [number, number, number]
  return reshape(b, expand(b, reshape(b, x, [n, 1, length, width]), [n, objects, length, width]), [n * objects, length, width])
}

function answer(net: Net, config: SamDecoderConfig, image: Value, { points, labels, earlier }: Prompted): { logits: Value; iou: Value } {
  const { b } = net
  const encoder = promptEncoder(net, promptConfigOf(config))
  // Pixels of the model input; the centre of the first one is 0.
  const prompts = encoder.points(sub(b, mul(b, points, config.imageSize), 0.5), labels)
  const grid = gridOf(config)
  const dense = earlier
    ? encoder.mask(earlier)
    : expand(b, reshape(b, encoder.noMask, [1, 1, config.width]), [1, grid * grid, config.width])
  const { masks, iou } = twoWayDecoder(net, decoderConfigOf(config), { image, positions: encoder.positions, dense, prompts })
  return { logits: masks, iou }
}
