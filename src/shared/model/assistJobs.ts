import { z } from 'zod'
import { wireErrorSchema } from '../errors.ts'
import { mostEdits } from './annotation.ts'
import { assistWindowSchema } from './assist.ts'
import { idSchema } from './ids.ts'
import { itemFilterSchema } from './item.ts'
import { maskShape } from './shape.ts'

/** Which boxes become something else, and what. */
export const boxJobSchema = z.object({
  scope: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('items'), itemIds: z.array(idSchema).min(1).max(10_000) }),
    z.object({ kind: z.literal('dataset'), datasetId: idSchema, filter: itemFilterSchema }),
  ]),
  /** Only boxes of these classes, or of these ids; null: of all. */
  classIds: z.array(idSchema).max(10_000).nullable().default(null),
  annotationIds: z.array(idSchema).max(mostEdits).nullable().default(null),
  modelId: idSchema.optional(),
  /** tightBox: the box of the mask, where mask and box are about the same object. */
  result: z.enum(['mask', 'polygon', 'tightBox']),
  /** The boxes stay, and masks are added to them. */
  keepBoxes: z.boolean().default(false),
  /** How far a polygon may leave its mask, in pixels. */
  tolerancePx: z.number().min(0).max(100).default(1),
  /** What masks may be painted over where somebody looks at the picture, as for the brush; `unseen`: records that are not on show. Absent: over everything. */
  painting: z.object({ over: z.enum(['all', 'ownClass', 'free']), cut: z.boolean(), unseen: z.array(idSchema).max(mostEdits) }).optional(),
})
export type BoxJob = z.infer<typeof boxJobSchema>

/** What a job with boxes did, also one that was cancelled or failed; `batchId`, which is the id of the job, takes all of it back at once. */
export const boxReportSchema = z.object({
  batchId: idSchema,
  pictures: z.int(),
  changedPictures: z.int(),
  changed: z.int(),
  /** Boxes that stayed as they were: locked, or nothing was found in them that fits. */
  locked: z.int(),
  doubtful: z.int(),
  /** Boxes that needed nothing: as tight as they can be, or with a mask already. */
  done: z.int(),
  /** Boxes in which every pixel that was found is protected; and whether locked void was painted over, which stays void. */
  protected: z.int().default(0),
  lockedVoid: z.boolean().default(false),
  problems: z.array(z.object({ itemId: idSchema, item: z.string(), error: wireErrorSchema })),
})
export type BoxReport = z.infer<typeof boxReportSchema>

/** Parameters of automatic masks, named and preset as in SamAutomaticMaskGenerator (specs/sam.md 2.6), but for the last one. */
export const automaticOptionsSchema = z.object({
  pointsPerSide: z.int().min(1).max(128).default(32),
  predIouThreshold: z.number().min(0).max(1).default(0.88),
  stabilityThreshold: z.number().min(0).max(1).default(0.95),
  stabilityOffset: z.number().min(0).max(20).default(1),
  boxNmsThreshold: z.number().min(0).max(1).default(0.7),
  cropLayers: z.int().min(0).max(4).default(0),
  cropOverlapRatio: z
    .number()
    .min(0)
    .max(0.9)
    .default(512 / 1500),
  cropNmsThreshold: z.number().min(0).max(1).default(0.7),
  cropPointsDownscale: z.int().min(1).max(8).default(1),
  minRegionArea: z.int().min(0).max(1_000_000).default(0),
  /** Not of the official generator: masks are ranked by IoU times stability, and those that lie in a larger one that is about as sure are left out. */
  wholeObjects: z.boolean().default(false),
})
export type AutomaticOptions = z.infer<typeof automaticOptionsSchema>

/** What the thresholds of automatic masks judge: the predicted IoU, null where a model does not say, and the stability. */
export const maskScoresSchema = z.object({ iou: z.number().nullable(), stability: z.number() })
export type MaskScores = z.infer<typeof maskScoresSchema>

/** One mask of the review list. */
export const automaticMaskSchema = z.object({
  mask: maskShape,
  area: z.int(),
  iou: z.number().nullable(),
  stability: z.number(),
  /** The click that found it, and the crop it was found in. */
  point: z.tuple([z.number(), z.number()]),
  crop: assistWindowSchema,
  /** What a trained model says it is; null: nothing was said. */
  className: z.string().nullable(),
})
export type AutomaticMask = z.infer<typeof automaticMaskSchema>

/** Masks that wait to be accepted; nothing of them is in the project. */
export const reviewSchema = z.object({
  reviewId: idSchema,
  itemId: idSchema,
  modelId: idSchema,
  modelName: z.string(),
  masks: z.array(automaticMaskSchema),
  /** Weaker masks beyond the number that is kept. */
  leftOut: z.int(),
  /** Where no mask passed its thresholds: the scores that came nearest to them. */
  nearest: maskScoresSchema.nullable(),
})
export type Review = z.infer<typeof reviewSchema>
