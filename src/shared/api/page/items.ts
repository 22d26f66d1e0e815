import { z } from 'zod'
import { errorCodes, errorDataSchema } from '../../errors.ts'
import { certaintySchema } from '../../model/certainty.ts'
import { idSchema } from '../../model/ids.ts'
import { itemFilterSchema, itemSchema, itemStatusSchema } from '../../model/item.ts'
import { pictureInfoSchema, sharpeningSchema } from '../../model/picture.ts'
import { nextAnswerSchema, nextRuleSchema } from '../../model/nextRule.ts'
import { instructionsSchema, tagSchema } from '../../model/itemFacts.ts'
import { command, nothing, query } from './base.ts'

/** The beginning of a SHA-256. */
const hashStartSchema = z.string().regex(/^[0-9a-f]{8,64}$/)

export const itemsApi = {
  /** A window of the filtered list in dataset order; total counts the whole list. */
  window: query
    .input(z.object({ datasetId: idSchema, filter: itemFilterSchema, offset: z.int().nonnegative(), limit: z.int().min(1).max(500) }))
    .output(z.object({ total: z.int(), offset: z.int(), items: z.array(itemSchema) })),
  get: query.input(z.object({ itemId: idSchema })).output(itemSchema),
  /** Neighbours of an item in the filtered list, and how many lie before it; not `listed`: the filter does not show it itself. */
  neighbours: query
    .input(z.object({ itemId: idSchema, filter: itemFilterSchema }))
    .output(z.object({ index: z.int(), total: z.int(), listed: z.boolean(), previous: idSchema.nullable(), next: idSchema.nullable() })),
  /** What a picture is, from its header. Errors: item/not-found, file/*. */
  picture: query.input(z.object({ itemId: idSchema })).output(pictureInfoSchema),
  /** Wants the tiles of a picture down to its pixels, and says how far they are; to be repeated while the picture is looked at. Errors: item/not-found, file/*. */
  sharpen: command.input(z.object({ itemId: idSchema })).output(sharpeningSchema),
  /**
   * Takes the file that lies in the place of a picture as that picture from now on, with all annotations; `wasHash` and `hash` (their beginnings, as
   * file/changed tells them) say what was known and what is agreed to. One that was done or
   * reviewed is in progress again. There is no undo: the former file, put back, is taken in the same way and brings the state back. Errors:
   * item/not-found, item/conflict (two windows at once), file/changed (of another size, or yet another file by now), file/*.
   */
  acceptFile: command.input(z.object({ itemId: idSchema, hash: hashStartSchema, wasHash: hashStartSchema })).output(nothing),
  /** The next or previous picture of the filtered list by a rule, from the other end when none is left that way. Errors: item/not-found. */
  nextBy: query
    .input(z.object({ itemId: idSchema, filter: itemFilterSchema, rule: nextRuleSchema, direction: z.enum(['next', 'previous']) }))
    .output(nextAnswerSchema),
  /** The pictures of a list that a model was least sure of, those first (see certainty.ts); the others are not in it. Errors: dataset/not-found. */
  leastCertain: query
    .input(z.object({ datasetId: idSchema, filter: itemFilterSchema, limit: z.int().min(1).max(500) }))
    .output(z.array(z.object({ id: idSchema, name: z.string(), score: certaintySchema }))),
  /** Signed with the name of this studio's user; `entryIds` are what `undoStatus` takes. Errors: item/not-found. */
  setStatus: command
    .input(z.object({ itemIds: z.array(idSchema).max(10_000), status: itemStatusSchema, note: z.string().max(2_000).default('') }))
    .output(z.object({ changed: z.int(), entryIds: z.array(idSchema) })),
  /** Gives pictures tags and takes others away; `entryIds` are what `undoFacts` takes. Errors: item/not-found. */
  setTags: command
    .input(z.object({ itemIds: z.array(idSchema).max(10_000), add: z.array(tagSchema).max(100), remove: z.array(tagSchema).max(100) }))
    .output(z.object({ changed: z.int(), entryIds: z.array(idSchema) })),
  /** The texts that ask for regions of a picture. Errors: item/not-found. */
  setInstructions: command
    .input(z.object({ itemId: idSchema, instructions: instructionsSchema }))
    .output(z.object({ changed: z.int(), entryIds: z.array(idSchema) })),
  /**
   * Takes pictures out of every list, count and training, with everything they have, until `takeBack`; they stand in the list of problems of their
   * dataset with the reason (without one: somebody wanted it so). Errors: item/not-found.
   */
  setAside: command
    .input(
      z.object({
        itemIds: z.array(idSchema).max(10_000),
        reason: z.object({ code: z.enum(errorCodes), message: z.string().max(2_000), facts: errorDataSchema.optional() }).nullable(),
      }),
    )
    .output(z.object({ changed: z.int() })),
  /** Errors: item/not-found. */
  takeBack: command.input(z.object({ itemIds: z.array(idSchema).max(10_000) })).output(z.object({ changed: z.int() })),
  /** Puts back tags and texts of every picture that is still as the entries left it; `missing` were set aside or deleted. Errors: journal/nothing-to-undo. */
  undoFacts: command.input(z.object({ entryIds: z.array(idSchema).max(100) })).output(z.object({ changed: z.int(), missing: z.int() })),
  /** Puts back state, name, time and note of every picture that is still as the entries left it; `missing` were set aside or deleted. Errors: journal/nothing-to-undo. */
  undoStatus: command.input(z.object({ entryIds: z.array(idSchema).max(100) })).output(z.object({ changed: z.int(), missing: z.int() })),
}
