import { z } from 'zod'
import { idSchema } from './ids.ts'

/** The name of what a source proposes for a picture, the same each time it is asked. */
export const proposalKeySchema = z.string().min(1).max(200)

/** What was decided about a proposal; without an annotation that it became, it was rejected. */
export const verdictSchema = z.object({ key: proposalKeySchema, annotationId: idSchema.nullable() })
export type Verdict = z.infer<typeof verdictSchema>
