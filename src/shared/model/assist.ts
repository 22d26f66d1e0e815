import { z } from 'zod'
import { wireErrorSchema } from '../errors.ts'
import { idSchema } from './ids.ts'
import { samFactsSchema, samOverridesSchema } from './samModel.ts'
import { maskShape } from './shape.ts'

const px = z.number().refine(Number.isFinite)

/** The part of a picture that a SAM looks at: left, top, right, bottom in whole pixels of the oriented picture; right and bottom lie outside. */
export const assistWindowSchema = z
  .tuple([z.int().nonnegative(), z.int().nonnegative(), z.int().positive(), z.int().positive()])
  .refine(([x0, y0, x1, y1]) => x1 > x0 && y1 > y0, 'the window has no area')
export type AssistWindow = z.infer<typeof assistWindowSchema>

/** A click: where in the picture (continuous pixels), and whether what is there belongs to the object. */
export const assistPointSchema = z.object({ x: px, y: px, positive: z.boolean() })

/** Left, top, right, bottom. */
export const assistBoxSchema = z.tuple([px, px, px, px])

/** What the user says about the object, all of it in pixels of the picture. */
export const assistPromptSchema = z.object({
  points: z.array(assistPointSchema).max(200),
  box: assistBoxSchema.nullable().default(null),
  /** A shape to start from, as a mask. */
  mask: maskShape.nullable().default(null),
  /** Token of a candidate that this prompt corrects. */
  previous: z.string().max(80).nullable().default(null),
  /** That candidate as it is shown: what counts where its logits are no longer kept, because their process ended or others took their room. */
  previousMask: maskShape.nullable().default(null),
  /** Asked while the pointer passes over: what is found cannot be corrected, and takes no room from what can. */
  passing: z.boolean().default(false),
})
export type AssistPrompt = z.infer<typeof assistPromptSchema>

/** One answer to a prompt, in pixels of the picture. */
export const assistCandidateSchema = z.object({
  /** Stands for its logits in the compute process, as `previous` of the next prompt. */
  token: z.string(),
  /** What the model thinks of it, not clamped; null where the model does not say. */
  iou: z.number().nullable(),
  mask: maskShape,
})
export type AssistCandidate = z.infer<typeof assistCandidateSchema>

/** Where the embedding came from. */
export const embeddingSourceSchema = z.enum(['memory', 'disk', 'now'])

/** What a request for help tells on its way: behind other work, reading and encoding the picture, answering. */
export const assistStateSchema = z.object({
  type: z.literal('state'),
  state: z.enum(['waiting', 'encoding', 'decoding']),
  /** Milliseconds that encoding with this model took before; null: not known yet. */
  expectedMs: z.number().nullable(),
})

/** Best candidate first; empty where every one is. */
export const assistAnswerSchema = z.object({
  type: z.literal('result'),
  modelId: idSchema,
  modelName: z.string(),
  window: assistWindowSchema,
  candidates: z.array(assistCandidateSchema),
  encoded: embeddingSourceSchema,
  encodeMs: z.number(),
  decodeMs: z.number(),
})
export type AssistAnswer = z.infer<typeof assistAnswerSchema>

export const assistEventSchema = z.discriminatedUnion('type', [assistStateSchema, assistAnswerSchema])
export type AssistEvent = z.infer<typeof assistEventSchema>

/** The embedding is there: the next click is answered at once. */
export const assistReadySchema = z.object({
  type: z.literal('ready'),
  modelId: idSchema,
  window: assistWindowSchema,
  encoded: embeddingSourceSchema,
  encodeMs: z.number(),
})
export const prepareEventSchema = z.discriminatedUnion('type', [assistStateSchema, assistReadySchema])
export type PrepareEvent = z.infer<typeof prepareEventSchema>

/** A model that killed its process twice is not started again until somebody asks for it by name. */
export const quarantineSchema = z.object({
  at: z.number(),
  reason: z.string(),
  /** The same for people: `why` and its facts. */
  data: wireErrorSchema.shape.data.catch({}).default({}),
})

/**
 * shipped: comes with the studio; made: written by the studio (converted or trained); sent: copies of what a page sent; linked: the user's own files where
 * they lie.
 */
export const assistOriginSchema = z.enum(['shipped', 'made', 'sent', 'linked'])

/** A SAM that the studio can use; it belongs to the user of this machine, not to a project. */
export const assistModelSchema = z.object({
  id: idSchema,
  name: z.string(),
  origin: assistOriginSchema,
  /** Names for people; paths stay on the host. */
  files: z.array(z.object({ name: z.string(), bytes: z.number() })),
  isDefault: z.boolean(),
  /** What was recognised; `preprocess.size` is the side that `viewWindow` wants. Null where it has a problem. */
  facts: samFactsSchema.nullable(),
  overrides: samOverridesSchema,
  quarantine: quarantineSchema.nullable(),
  /** Why it cannot be used now: a file is gone, or changed. */
  problem: wireErrorSchema.nullable(),
})
export type AssistModel = z.infer<typeof assistModelSchema>

/** An entry of the list of models, or the whole list, that makes no sense; it is kept as it was found. */
export const unreadModelSchema = z.object({ name: z.string(), reason: z.string() })
export type UnreadModel = z.infer<typeof unreadModelSchema>

/** Embeddings of the open project on the disk. */
export const embeddingCacheSchema = z.object({ files: z.int(), bytes: z.number(), limitBytes: z.number() })
export type EmbeddingCache = z.infer<typeof embeddingCacheSchema>
