import type { Provider } from '../../shared/model/device.ts'
import type { Ema } from '../../shared/model/train/ema.ts'
import type { Optimizer } from '../../shared/model/train/optimizers/table.ts'
import type { BatchShape, Model } from '../models/model.ts'
import type { BufferSpec, ParameterSpec } from '../nn/net.ts'
import type { ParameterPlan } from '../optim/groups.ts'
import type { LossScale } from '../optim/lossScale.ts'
import type { TensorData } from '../tensor/dtype.ts'
import type { World } from '../world.ts'

/** The tensors of one batch by name, e.g. `image` and `labels` (see `Model.batchInputs`). */
export type Batch = Readonly<Record<string, TensorData>>

export interface TrainStepOptions extends BatchShape {
  readonly model: Model
  readonly optimizer: Optimizer
  /** A moving average of the weights, which `infer` then uses. */
  readonly ema?: Ema
  /** 'fp16': products in float16 with a scaled loss; weights, gradients and the rest stay float32. Default 'fp32'. */
  readonly precision?: 'fp32' | 'fp16'
  /** Names the initial weights and the dropout masks. */
  readonly seed: number
  readonly provider: Provider
  /** See `SessionOptions.adapter`. */
  readonly adapter?: number | null
  readonly threads: number
  /** Of `infer`, by default the same: the first of several replicas has the cores to itself while it validates. */
  readonly inferThreads?: number
  /** See `SessionOptions.spinning`: only where no data worker shares the cores. */
  readonly spinning?: boolean
  /** Extra values of the training graph that every result carries (`TrainingOutputs.extra`). */
  readonly extras?: readonly string[]
  /** Micro-batches of this process that are parts of one batch, 1 by default; where masks are drawn, a part is a slice of its batch. */
  readonly parts?: number
  /** The replicas whose gradients are averaged; alone by default. */
  readonly world?: World
  /** Writes ORT's profile of the gradient graph. */
  readonly profilePrefix?: string
}

export interface StepResult {
  /** Mean over the micro-batches of all replicas. */
  readonly loss: number
  /** Each single loss before its weight, mean over the micro-batches, by the name of its curve. */
  readonly losses: Readonly<Record<string, number>>
  /** L2 norm of the averaged gradient before clipping; null when nothing is clipped. */
  readonly gradientNorm: number | null
  /** Factor on the loss in this step; null in float32. */
  readonly lossScale: number | null
  /** A gradient overflowed float16: nothing was changed but the loss scale. */
  readonly skipped: boolean
  readonly extras: Readonly<Record<string, Float32Array>>
}

export interface NamedArray {
  readonly shape: readonly number[]
  readonly data: Float32Array
}

/** Everything a resumed run needs, by name: `param.*`, `buffer.*` the optimizer's own, e.g. `firstMoment.*`, and the averages `ema.param.*` and `ema.buffer.*` where they are kept. */
export interface TrainState {
  /** Steps taken. */
  readonly step: number
  /** Updates among them; the others were skipped. */
  readonly updates: number
  /** null in float32. */
  readonly lossScale: LossScale | null
  readonly tensors: ReadonlyMap<string, NamedArray>
}

/**
 * One training step as a program: gradient graph (once per micro-batch) -> average, over the replicas too -> clip -> optimizer. On cpu the state lies in flat arenas that
 * the graph reads without a copy; on a device it stays there between steps. Created for one batch shape.
 */
export interface TrainStep {
  readonly parameters: readonly ParameterSpec[]
  readonly buffers: readonly BufferSpec[]
  readonly plan: ParameterPlan
  readonly provider: Provider
  /** Steps taken so far. */
  readonly steps: number
  /** One step over one or more micro-batches with the learning rate `lr` (group multipliers come on top). Errors: device/failed. */
  run(batches: readonly Batch[], lr: number): Promise<StepResult>
  /** The averaged gradients of the last step, before clipping, by parameter name (copies); zeros where frozen. */
  readGradients(): Promise<Map<string, NamedArray>>
  /** Runs the inference graph with the present weights, or their average where one is kept: `image` float32 `[n,3,height,width]` -> the graph's outputs. */
  infer(image: Float32Array, shape: BatchShape): Promise<Map<string, NamedArray>>
  /** Copies of everything. */
  readState(): Promise<TrainState>
  /** Replaces the state; every tensor of `readState` must be there, with its shape. Errors: checkpoint/damaged. */
  writeState(state: TrainState): Promise<void>
  dispose(): Promise<void>
}
