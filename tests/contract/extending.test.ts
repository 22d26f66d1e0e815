import { afterEach, expect, it } from 'vitest'
import { z } from 'zod'
import { denseLossOf, implementations, type LossTable } from '../../src/compute/losses/table.ts'
import { pixelMean } from '../../src/compute/losses/pixels.ts'
import { segformerConfig } from '../../src/compute/models/segformer/config.ts'
import { segformerModel } from '../../src/compute/models/segformer/segformer.ts'
import { softmax } from '../../src/compute/ops/activation.ts'
import { crossEntropy } from '../../src/compute/ops/crossEntropy.ts'
import { exp, mul, neg, sub } from '../../src/compute/ops/elementwise.ts'
import { reduceSum } from '../../src/compute/ops/reduce.ts'
import { counterRng } from '../../src/compute/tensor/rng.ts'
import { createTrainStep } from '../../src/compute/train/createStep.ts'
import type { TrainStep } from '../../src/compute/train/step.ts'
import { lossKeys } from '../../src/shared/model/train/losses/parts.ts'
import { lossSchema } from '../../src/shared/model/train/losses/table.ts'
import { trainConfigSchema } from '../../src/shared/model/trainConfig.ts'

// A loss that the studio does not have, added the way docs/extending.md adds one, but beside the studio's tables instead of in them.
const brierSchema = z.strictObject({ type: z.literal('brier'), ...lossKeys, scale: z.number().positive().default(1) })
const lossesAndMine = z.discriminatedUnion('type', [...lossSchema.options, brierSchema])
type MyLoss = z.infer<typeof lossesAndMine>
const mySchema = trainConfigSchema.extend({ loss: z.array(lossesAndMine).min(1) })

const myTable: LossTable<MyLoss> = {
  ...implementations,
  /** Brier score: sum_k (p_k - t_k)^2 = 1 - 2 p_y + sum_k p_k^2, mean over the labelled pixels. */
  brier: ({ b, logits, labels, ignoreIndex }, { scale }) => {
    const { loss, valid } = crossEntropy(b, logits, labels, { ignoreIndex })
    const p = softmax(b, logits, 1)
    const own = exp(b, neg(b, loss))
    const score = sub(b, reduceSum(b, mul(b, p, p), [1]), sub(b, mul(b, own, 2), 1))
    return pixelMean(b, mul(b, mul(b, score, scale), valid), valid, true)
  },
}

let step: TrainStep | null = null
afterEach(() => step?.dispose())

it('a loss that is added to the tables is checked by the schema and trained with', async () => {
  const { loss: list, optimizer } = mySchema.parse({
    loss: [
      { type: 'brier', weight: 2, scale: 3 },
      { type: 'crossEntropy', weight: 0 },
    ],
  })
  expect(mySchema.safeParse({ loss: [{ type: 'brier', scale: -1 }] }).success).toBe(false)
  // Nobody else's table has it.
  expect(trainConfigSchema.safeParse({ loss: [{ type: 'brier' }] }).success).toBe(false)
  expect(Object.keys(implementations)).not.toContain('brier')

  const config = segformerConfig('custom', 3, {
    dims: [8, 16, 16, 16],
    depths: [1, 1, 1, 1],
    heads: [1, 2, 2, 2],
    embedDim: 8,
    dropPath: 0,
    dropout: 0,
  })
  const model = segformerModel(config, denseLossOf(myTable, { list, ignoreIndex: 255 }))
  step = await createTrainStep({ batch: 2, height: 32, width: 32, model, optimizer, seed: 1, provider: 'cpu', threads: 1 })
  const rng = counterRng(1, 'pictures')
  const batch = {
    image: new Float32Array(2 * 3 * 32 * 32).map(() => rng.normal()),
    labels: new Int32Array(2 * 32 * 32).map((_, i) => (i % 7 === 0 ? 255 : Math.floor((i % 32) / 11))),
  }
  const first = await step.run([batch], 1e-2)
  const second = await step.run([batch], 1e-2)
  expect(Object.keys(first.losses)).toEqual(['brier', 'crossEntropy'])
  // Three classes, near chance: 1 - 2/3 + 1/3 = 2/3, three times that by its scale, twice that in the sum.
  expect(first.losses['brier']!).toBeGreaterThan(1)
  expect(first.losses['brier']!).toBeLessThan(4)
  expect(first.loss).toBeCloseTo(2 * first.losses['brier']!, 4)
  expect(second.losses['brier']!).toBeLessThan(first.losses['brier']!)
})
