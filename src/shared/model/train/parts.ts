import { z } from 'zod'

// Pieces that several component schemas share. `.meta()` feeds the launch form: unit, step (of a spinner), advanced (folded away), when (shown only
// beside that value of a sibling); multipleOf and bounds come from the checks themselves.

export const advanced = { advanced: true } as const
export const fraction = z.number().min(0).max(1)
export const fourSizes = (low: number, high: number) => z.array(z.int().min(low).max(high)).length(4)
export const everySchema = z.strictObject({ unit: z.enum(['epoch', 'step']), every: z.int().min(1).max(1_000_000) })
