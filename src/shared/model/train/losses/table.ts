import { z } from 'zod'
import type { ConfigRule, RuleFacts } from '../../config/rules.ts'
import { crossEntropySchema } from './crossEntropy.ts'
import { diceSchema } from './dice.ts'
import { lovaszSchema } from './lovasz.ts'
import { sigmoidFocalSchema } from './sigmoidFocal.ts'
import { softmaxFocalSchema } from './softmaxFocal.ts'
import { tverskySchema } from './tversky.ts'

/** Losses by `type`; compute/losses builds each of them. */
export const lossSchema = z.discriminatedUnion('type', [
  crossEntropySchema,
  sigmoidFocalSchema,
  softmaxFocalSchema,
  diceSchema,
  lovaszSchema,
  tverskySchema,
])
export type LossConfig = z.infer<typeof lossSchema>
export type LossType = LossConfig['type']

/** What a run minimises is the sum of weight * loss over this list. */
export const lossListSchema = z.array(lossSchema).min(1).max(8)

/** The curves' names, `loss.<name>`, one per entry: its name, else its type; a name that is taken gets -2, -3... */
export function lossNames(losses: readonly { type: string; name?: string | undefined }[]): string[] {
  const taken = new Set<string>()
  return losses.map(({ type, name = type }) => {
    let unique = name
    for (let i = 2; taken.has(unique); i++) unique = `${name}-${i}`
    taken.add(unique)
    return unique
  })
}

interface WrongWeights {
  path: string
  message: string
  rule: { key: ConfigRule; data: RuleFacts }
}

/** Entries with a list per class (classWeights, classAlphas) of another length than the number of classes. */
export function wrongClassWeights(losses: readonly LossConfig[], classes: number): WrongWeights[] {
  return losses.flatMap((loss, i) =>
    (['classWeights', 'classAlphas'] as const).flatMap((key) => {
      const weights: unknown = Object.hasOwn(loss, key) ? loss[key as keyof LossConfig] : null
      if (!Array.isArray(weights) || weights.length === classes) return []
      const rule: WrongWeights['rule'] = { key: 'classWeightCount', data: { weights: weights.length, classes } }
      return [{ path: `loss.${i}.${key}`, message: `${weights.length} weights for ${classes} classes`, rule }]
    }),
  )
}
