import type { Value } from '../../graph/graph.ts'
import { lossSharesInput } from '../../losses/shares.ts'
import { plainCrossEntropy, type DenseLoss } from '../../losses/table.ts'
import type { Net } from '../../nn/net.ts'
import { resizeBilinear } from '../../ops/resize.ts'
import { symbolDim } from '../../tensor/dim.ts'
import type { BatchInput, BatchShape, Model } from '../model.ts'
import { mitBackbone } from './backbone.ts'
import type { SegformerConfig } from './config.ts'
import { mlpHead } from './head.ts'
import { mitLayers, mitPlace } from './layerOrder.ts'

/** SegFormer (Xie et al. 2021), `[N,3,H,W]` -> logits at stride 4 `[N,classes,H/4,W/4]`. */
export function segformerLogits(net: Net, config: SegformerConfig, image: Value): Value {
  return mlpHead(net, config, mitBackbone(net, config, image))
}

/**
 * SegFormer as a trainable model. Training batch: `image` float32 `[N,3,H,W]` (normalised), `labels` int32 `[N,H,W]` (class index or the ignore
 * index); the loss is taken on logits resized to the labels. Inference: `image` -> `logits` `[N,classes,H,W]`, H and W multiples of 32.
 */
export function segformerModel(config: SegformerConfig, loss: DenseLoss = plainCrossEntropy): Model {
  const batchInputs = ({ batch, height, width, sharedLosses }: BatchShape): BatchInput[] => [
    { name: 'image', dtype: 'float32', shape: [batch, 3, height, width] },
    { name: 'labels', dtype: 'int32', shape: [batch, height, width] },
    ...(sharedLosses ? [{ name: lossSharesInput, dtype: 'float32' as const, shape: [sharedLosses] }] : []),
  ]
  return {
    id: 'segformer',
    taskId: 'semanticSegmentation',
    batchInputs,
    train(net, shape) {
      const [image, labels, shares] = batchInputs(shape).map((input) => net.b.input(input.name, input.dtype, input.shape)) as [
        Value,
        Value,
        Value?,
      ]
      const logits = resizeBilinear(net.b, segformerLogits(net, config, image), [shape.height, shape.width])
      const { total, parts } = loss(net.b, logits, labels, shares)
      return { loss: total, losses: parts, extra: { logits } }
    },
    infer(net) {
      const [n, h, w] = [symbolDim('N'), symbolDim('H'), symbolDim('W')]
      const image = net.b.input('image', 'float32', [n, 3, h, w])
      net.b.output('logits', resizeBilinear(net.b, segformerLogits(net, config, image), [h, w]))
    },
    isBackbone: (name) => name.startsWith('backbone.'),
    isClassifier: (name) => name.startsWith('decode_head.linear_pred.'),
    isFrozen: (name) => (mitPlace(name)?.stage ?? 4) < config.frozenStages,
    layers: mitLayers(config.depths),
  }
}
