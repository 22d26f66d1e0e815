import { z } from 'zod'

export const tagSchema = z.string().trim().min(1).max(80)

/** Texts that ask for regions of a picture (ReasonSeg: `text` and `is_sentence`). */
export const instructionsSchema = z.object({
  texts: z.array(z.string().trim().min(1).max(4_000)).max(100),
  /** Long queries; else they are phrases. */
  isSentence: z.boolean(),
})
export type Instructions = z.infer<typeof instructionsSchema>
