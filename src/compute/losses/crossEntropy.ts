import type { GraphBuilder } from '../graph/builder.ts'
import type { Value } from '../graph/graph.ts'
import { crossEntropy } from '../ops/crossEntropy.ts'
import { div, maximum } from '../ops/elementwise.ts'
import { reduceSum } from '../ops/reduce.ts'
import { reshape } from '../ops/shape.ts'
import { sizeOf, staticShape } from '../tensor/shape.ts'

export interface CrossEntropyOptions {
  /** The label that takes no part. */
  readonly ignoreIndex: number
  /** true: mean over valid pixels (torch ignore_index); false: over all pixels, ignored ones counting 0 (mmseg's default). */
  readonly avgNonIgnore: boolean
}

/** Mean cross entropy, logits `[N,K,H,W]`, integer labels `[N,H,W]` -> scalar. With no valid pixel the loss is 0, not NaN. */
export function meanCrossEntropy(b: GraphBuilder, logits: Value, labels: Value, options: CrossEntropyOptions): Value {
  const { loss, valid } = crossEntropy(b, logits, labels, { ignoreIndex: options.ignoreIndex })
  const axes = loss.shape.map((_, i) => i)
  const count = options.avgNonIgnore ? maximum(b, reduceSum(b, valid, axes), 1) : staticShape([sizeOf(loss.shape)])[0]!
  return reshape(b, div(b, reduceSum(b, loss, axes), count), [])
}
