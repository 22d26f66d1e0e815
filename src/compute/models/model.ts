import type { Value } from '../graph/graph.ts'
import type { Net } from '../nn/net.ts'
import type { DType } from '../tensor/dtype.ts'

/** Size of one training batch: one session is bound to it. */
export interface BatchShape {
  readonly batch: number
  readonly height: number
  readonly width: number
  /** The batch is a piece of a larger one: the shares of so many losses come with it (see losses/shares.ts). */
  readonly sharedLosses?: number
}

/** A tensor the loop must supply for every batch. */
export interface BatchInput {
  readonly name: string
  readonly dtype: DType
  readonly shape: readonly number[]
}

export interface TrainingOutputs {
  /** What is minimised, a scalar. */
  readonly loss: Value
  /** Each single loss before its weight, a scalar, by the name of its curve. */
  readonly losses: Readonly<Record<string, Value>>
  /** Other values a step may fetch, by name. */
  readonly extra: Readonly<Record<string, Value>>
}

/** What training, validation and export need to know of a network: both graphs come from the same forward builder. */
export interface Model {
  readonly id: string
  /** The task record this model trains for: what runs and exported files carry. */
  readonly taskId: string
  /** The tensors of a training batch. */
  batchInputs(shape: BatchShape): readonly BatchInput[]
  /** Builds the training graph: declares its batch inputs on `net.b`, returns the loss. `net.training` is true. */
  train(net: Net, shape: BatchShape): TrainingOutputs
  /** Builds the graph for inference with dynamic N, H, W: declares its inputs and publishes its outputs on `net.b`. `net.training` is false. */
  infer(net: Net): void
  /** Whether a parameter belongs to the pretrained part, for load reports. */
  isBackbone(name: string): boolean
  /** Whether the shape of a parameter depends on the number of classes. */
  isClassifier(name: string): boolean
  /** Whether the config holds this parameter still (frozen stages). */
  isFrozen(name: string): boolean
  /** Where parameters stand between the input (layer 0) and the head (layer `last`), for layer-wise decay of the rate. */
  readonly layers: { readonly last: number; layerOf(name: string): number }
}
