import { z } from 'zod'

/** What a training will hold in memory, in bytes: all of it, and the part that grows with the pictures that go through the network at once. */
export const memoryEstimateSchema = z.object({ bytes: z.number(), activations: z.number() })
export type MemoryEstimate = z.infer<typeof memoryEstimateSchema>

/** Whether a training fits, in bytes. */
export const memoryPlanSchema = z.object({
  estimatedBytes: z.number(),
  /** What it may take, and what is free now; the smaller one decides. */
  limitBytes: z.number(),
  freeBytes: z.number(),
  /** Parts of a batch with which it would fit; null where it fits, or nothing helps. */
  fitsWithParts: z.int().nullable(),
})
export type MemoryPlan = z.infer<typeof memoryPlanSchema>
