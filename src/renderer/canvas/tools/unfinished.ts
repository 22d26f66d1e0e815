import { z } from 'zod'
import { idSchema } from '../../../shared/model/ids.ts'
import { keptKinds, keptSchema, type KeepingTool } from './kept.ts'

/** Something half drawn that was left for another tool, another picture or another window, and can be gone on with. */
export const unfinishedSchema = z
  .object({
    tool: z.enum(Object.keys(keptKinds) as [KeepingTool, ...KeepingTool[]]),
    itemId: idSchema,
    /** The revision of its picture when it was left. */
    itemRev: z.int().nonnegative(),
    /** How many points it has. */
    points: z.int().nonnegative(),
    classId: idSchema.nullable(),
    drawsVoid: z.boolean(),
    /** What its outline becomes, and of what. */
    ring: z.enum(['region', 'part', 'hole']),
    selection: z.array(idSchema).max(100),
    kept: keptSchema,
  })
  .refine(({ tool, kept }) => keptKinds[tool] === kept.kind)
export type UnfinishedDrawing = z.infer<typeof unfinishedSchema> & {
  /** Goes on in the window that drew it, with more than plain data can say. */
  readonly live?: () => void
}

/** How a drawing went on: as it was; without the object it belonged to, so that it becomes one of its own; or not at all, for nothing of it makes sense any more. */
export type Resumed = 'whole' | 'alone' | 'lost'
