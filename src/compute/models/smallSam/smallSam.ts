import type { Value } from '../../graph/graph.ts'
import type { Init } from '../../nn/init.ts'
import { Net } from '../../nn/net.ts'
import { add, mul } from '../../ops/elementwise.ts'
import { reduceMax, reduceMean } from '../../ops/reduce.ts'
import { concat, slice } from '../../ops/shape.ts'
import type { BatchInput, BatchShape, Model, TrainingOutputs } from '../model.ts'
import type { SmallSamConfig } from '../../../shared/model/samTrainConfig.ts'
import { candidateCount, maskStride } from './config.ts'
import { correct } from './correction.ts'
import { decode } from './decoder.ts'
import { encodePicture } from './encoder.ts'
import { roundLoss } from './objective.ts'

/** How a training step prompts. */
export interface PromptRounds {
  /** Objects of every picture. */
  readonly objects: number
  /** Points of the first prompt, filled up with label -1. */
  readonly firstPoints: number
  /** Answers per object and step: the first prompt, then one correction click each. */
  readonly rounds: number
}

/** A network whose parts may be built several times in one graph: a parameter is declared by its first use. */
class SharedNet extends Net {
  readonly #outer: Net
  readonly #known = new Map<string, Value>()

  constructor(outer: Net) {
    super(outer.b, outer.training)
    this.#outer = outer
  }

  override param(name: string, shape: readonly number[], init: Init): Value {
    const known = this.#known.get(name)
    if (known) return known
    const value = this.#outer.param(name, shape, init)
    this.#known.set(name, value)
    return value
  }
}

/**
 * The studio's own small SAM as something to train: the picture is encoded once, every object is prompted and then corrected in rounds inside the graph,
 * all answers are charged. Batch inputs: image, target (share of each stride-4 cell that the object covers), points, labels and, for every correction,
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

function batchInputs({ batch, height, width }: BatchShape, { objects, firstPoints, rounds }: PromptRounds): BatchInput[] {
  const m = batch * objects
  const cells = [height / maskStride, width / maskStride] as const
  const corrections = rounds - 1
  const floats = (name: string, shape: readonly number[]): BatchInput => ({ name, dtype: 'float32', shape })
  return [
    floats('image', [batch, 3, height, width]),
    floats('target', [m, 1, ...cells]),
    floats('points', [m, firstPoints, 2]),
    floats('labels', [m, firstPoints]),
    ...(corrections > 0
      ? [floats('noise', [m, corrections, ...cells]), floats('anywhere', [m, corrections, 1, 1]), floats('jitter', [m, corrections * 2])]
      : []),
  ]
}

function trainGraph(net: Net, shape: BatchShape, prompting: PromptRounds, config: SmallSamConfig): TrainingOutputs {
  const { b } = net
  const declared = batchInputs(shape, prompting).map(({ name, dtype, shape: dims }) => [name, b.input(name, dtype, dims)] as const)
  const input = Object.fromEntries(declared) as Record<string, Value>
  const shared = new SharedNet(net)
  const embedding = encodePicture(net, config, input['image']!)
  const target = input['target']!
  const m = target.shape[0] as number
  const round = (name: string, i: number, size: number): Value =>
    slice(b, input[name]!, { axes: [1], starts: [i * size], ends: [(i + 1) * size] })
  let points = input['points']!
  let labels = input['labels']!
  let logits = b.zeros({ dtype: 'float32', shape: target.shape })
  let hasLogits = b.zeros({ dtype: 'float32', shape: [m, 1, 1, 1] })
  const losses: Record<string, Value> = {}
  const totals: Value[] = []
  for (let i = 0; i < prompting.rounds; i++) {
    const decoded = decode(shared, config, embedding, { points, labels, logits, hasLogits })
    const { mask, iou, truth } = roundLoss(b, decoded, target)
    totals.push(add(b, mask, iou))
    losses[`mask${i + 1}`] = mask
    losses[`iouError${i + 1}`] = iou
    losses[`iou${i + 1}`] = meanOf(net, truth, 0, 1)
    losses[`bestIou${i + 1}`] = reduceMean(b, reduceMax(b, truth, [1]), [0])
    if (i + 1 === prompting.rounds) break
    const next = correct(b, {
      logits: decoded.logits,
      truth,
      target,
      noise: round('noise', i, 1),
      anywhere: round('anywhere', i, 1),
      jitter: round('jitter', i, 2),
    })
    points = concat(b, [points, next.point], 1)
    labels = concat(b, [labels, next.label], 1)
    logits = next.logits
    hasLogits = b.constant(
      Array.from({ length: m }, () => 1),
      [m, 1, 1, 1],
    )
  }
  const sum = totals.reduce((a, loss) => add(b, a, loss))
  return { loss: mul(b, sum, 1 / prompting.rounds), losses, extra: {} }
}

/** The mean of some columns of `[m,K]`. */
function meanOf(net: Net, x: Value, from: number, to: number): Value {
  return reduceMean(net.b, slice(net.b, x, { axes: [1], starts: [from], ends: [Math.min(to, candidateCount)] }), [0, 1])
}
