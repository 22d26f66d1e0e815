import { z } from 'zod'
import { idSchema } from './ids.ts'
import type { ItemStatus } from './item.ts'

/**
 * Which picture of the list comes next. 'unlabelled': of those that are not finished, one without objects. 'uncertain': of those that are not finished, the one that a model was least sure of as a whole, where one
 * looked at the dataset (see certainty.ts); else the one whose objects a model was least sure of, by the mean of 1 - score over those it made.
 */
export const nextRules = ['unfinished', 'unlabelled', 'todo', 'rejected', 'toReview', 'uncertain', 'random'] as const
export const nextRuleSchema = z.enum(nextRules)
export type NextRule = z.infer<typeof nextRuleSchema>

/** The states that a rule looks for; the others go by something else. */
export const statesOfRule = {
  unfinished: ['todo', 'inProgress', 'rejected'],
  unlabelled: ['todo', 'inProgress', 'rejected'],
  todo: ['todo'],
  rejected: ['rejected'],
  toReview: ['done'],
} as const satisfies Partial<Record<NextRule, readonly ItemStatus[]>>

/** `wrapped`: the end of the list was passed. Without a picture, why: nothing of the kind is left, or no object has a model's score. */
export const nextAnswerSchema = z.union([
  z.object({ itemId: idSchema, wrapped: z.boolean() }),
  z.object({ itemId: z.null(), reason: z.enum(['none', 'noScores']) }),
])
export type NextAnswer = z.infer<typeof nextAnswerSchema>
