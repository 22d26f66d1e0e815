import { z } from 'zod'
import { itemStatusSchema } from './item.ts'
import { instructionsSchema, tagSchema } from './itemFacts.ts'

/**
 * What a gesture says about a picture as a whole, apart from its objects. `seen` is what the user had before the eyes: where something else is stored
 * by now, texts are merged line by line, and what cannot be merged is item/conflict; absent: it replaces what is stored.
 */
export const pictureChangeSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('tags'), add: z.array(tagSchema).max(100), remove: z.array(tagSchema).max(100) }),
  z.object({ kind: z.literal('instructions'), instructions: instructionsSchema, seen: instructionsSchema.optional() }),
  z.object({
    kind: z.literal('status'),
    status: itemStatusSchema,
    note: z.string().max(2_000).default(''),
    seen: z.object({ status: itemStatusSchema, note: z.string() }).optional(),
  }),
])
export type PictureChange = z.infer<typeof pictureChangeSchema>

/** The journal's name of such a gesture. */
export const pictureCommand = ({ kind }: Pick<PictureChange, 'kind'>): `item.${PictureChange['kind']}` => `item.${kind}`
