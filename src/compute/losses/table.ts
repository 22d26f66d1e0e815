import { lossNames, lossSchema, type LossConfig } from '../../shared/model/train/losses/table.ts'
import type { GraphBuilder } from '../graph/builder.ts'
import type { Value } from '../graph/graph.ts'
import { add, mul } from '../ops/elementwise.ts'
import { reshape, slice } from '../ops/shape.ts'
import { crossEntropyLoss } from './crossEntropy.ts'
import { diceLoss } from './dice.ts'
import type { LossContext } from './loss.ts'
import { lovaszLoss } from './lovasz.ts'
import { sigmoidFocalLoss } from './sigmoidFocal.ts'
import { softmaxFocalLoss } from './softmaxFocal.ts'
import { tverskyLoss } from './tversky.ts'

/** What any loss of a list has; a table of more types than the studio's has configs of its own (docs/extending.md). */
type AnyLoss = Pick<LossConfig, 'weight' | 'name'> & { readonly type: string }
/** One implementation for every type. */
export type LossTable<C extends AnyLoss> = { readonly [T in C['type']]: (context: LossContext, config: Extract<C, { type: T }>) => Value }

/** The implementation of every type of the schema's table: a schema without one does not compile. Scalars, never NaN for finite logits. */
export const implementations: LossTable<LossConfig> = {
  crossEntropy: crossEntropyLoss,
  sigmoidFocal: sigmoidFocalLoss,
  softmaxFocal: softmaxFocalLoss,
  dice: diceLoss,
  lovasz: lovaszLoss,
  tversky: tverskyLoss,
}

/** One loss of the list, without its weight, as a scalar. */
export function buildLoss(context: LossContext, config: LossConfig): Value {
  return buildOf(implementations, context, config)
}

function buildOf<C extends AnyLoss>(table: LossTable<C>, context: LossContext, config: C): Value {
  const build = table[config.type as C['type']] as (context: LossContext, config: C) => Value
  const loss = context.b.scope(`loss.${config.type}`, () => build(context, config))
  return reshape(context.b, loss, [])
}

/** What is minimised, and each entry of the list by the name of its curve, unweighted. */
export interface LossSum {
  readonly total: Value
  readonly parts: Readonly<Record<string, Value>>
}

/**
 * The loss of a dense classifier: logits `[N,K,H,W]`, labels int32 `[N,H,W]`. Where they are a piece of a batch, `shares` `[losses]` says what the
 * mean of each loss over the piece counts in that over the batch.
 */
export type DenseLoss = (b: GraphBuilder, logits: Value, labels: Value, shares?: Value) => LossSum

export interface LossFacts<C extends AnyLoss = LossConfig> extends Pick<LossContext, 'ignoreIndex' | 'pixelCounts'> {
  readonly list: readonly C[]
}

/** The weighted sum of a list of losses; an entry of weight 0 is measured only. */
export const denseLoss = (facts: LossFacts): DenseLoss => denseLossOf(implementations, facts)

/** As denseLoss, with another table. */
export function denseLossOf<C extends AnyLoss>(table: LossTable<C>, { list, ignoreIndex, pixelCounts }: LossFacts<C>): DenseLoss {
  return (b, logits, labels, shares) => {
    const values = list.map((config, i) => {
      const value = buildOf(table, { b, logits, labels, ignoreIndex, pixelCounts }, config)
      return shares ? mul(b, value, reshape(b, slice(b, shares, { axes: [0], starts: [i], ends: [i + 1] }), [])) : value
    })
    const weighted = values.flatMap((value, i) => {
      const { weight } = list[i]!
      return weight === 0 ? [] : [weight === 1 ? value : mul(b, value, weight)]
    })
    const names = lossNames(list)
    return {
      total: weighted.reduce((sum, value) => add(b, sum, value)),
      parts: Object.fromEntries(values.map((value, i) => [names[i]!, value])),
    }
  }
}

/** Mean cross entropy over the pixels whose label is not 255. */
export const plainCrossEntropy: DenseLoss = denseLoss({ list: [lossSchema.parse({ type: 'crossEntropy' })], ignoreIndex: 255 })
