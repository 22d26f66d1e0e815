import { invariant } from '../../shared/errors.ts'
import type { LossConfig, LossType } from '../../shared/model/train/losses/table.ts'
import type { GraphBuilder } from '../graph/builder.ts'
import type { Value } from '../graph/graph.ts'
import { equal, where } from '../ops/compare.ts'
import { oneHot } from '../ops/select.ts'
import { staticShape } from '../tensor/shape.ts'

/** What a loss is taken over. */
export interface LossContext {
  readonly b: GraphBuilder
  /** `[N,K,H,W]`, at the labels' size. */
  readonly logits: Value
  /** int32 `[N,H,W]`: class index or ignoreIndex. */
  readonly labels: Value
  /** The label that takes no part. */
  readonly ignoreIndex: number
  /** Labelled training pixels per class; class weights 'balanced' need them. */
  readonly pixelCounts?: readonly number[]
}

export type LossOf<T extends LossType> = Extract<LossConfig, { type: T }>
type ClassWeights = LossOf<'crossEntropy'>['classWeights']

/** Classes of the logits. */
export const classesOf = ({ logits }: LossContext): number => staticShape([logits.shape[1]!])[0]!

/** See classWeightsKey: the mean over the counted pixels is 1, unless the limit of 100 cuts one off; a class without pixels has 1. */
export function balancedWeights(pixelCounts: readonly number[]): number[] {
  const total = pixelCounts.reduce((sum, n) => sum + n, 0)
  const present = pixelCounts.filter((n) => n > 0).length
  return pixelCounts.map((n) => (n === 0 ? 1 : Math.min(100, total / (present * n))))
}

/** The factors per class, or null where all are 1. */
export function classWeightsOf(context: LossContext, weights: ClassWeights): readonly number[] | null {
  if (weights === null) return null
  const { pixelCounts } = context
  invariant(weights !== 'balanced' || pixelCounts, 'balanced class weights need the pixel counts')
  const factors = weights === 'balanced' ? balancedWeights(pixelCounts!) : weights
  invariant(factors.length === classesOf(context), 'one weight per class')
  return factors
}

/** 1 at each labelled pixel's class, `[N,K,H,W]`; zeros where the pixel is ignored. */
export function oneHotLabels(context: LossContext): Value {
  const { b, labels, ignoreIndex } = context
  return oneHot(b, where(b, equal(b, labels, ignoreIndex), -1, labels), classesOf(context), 1)
}
