import { z } from 'zod'
import { assistOriginSchema } from './assist.ts'
import { idSchema } from './ids.ts'
import { memoryPlanSchema } from './memory.ts'
import { advanced, everySchema, fraction } from './train/parts.ts'
import { deviceSchema } from './train/device.ts'
import { emaSchema } from './train/ema.ts'
import { loopSchema } from './train/loop.ts'
import { optimizerSchema } from './train/optimizers/table.ts'
import { scheduleSchema } from './train/schedules/table.ts'
import { splitNames } from './train/data/source.ts'

/** The task of a run that trains a SAM on the masks of a dataset. */
export const promptedMask = 'promptedMask'

/** small: the whole network is trained; official: prompt encoder and mask decoder, on embeddings that are computed once and kept. */
export const tuneKindSchema = z.enum(['small', 'official'])
export type TuneKind = z.infer<typeof tuneKindSchema>

/** Scores of a validation by simulated clicks (split `val`): clicks until an IoU is reached, mean IoU after so many clicks. */
export const samScoreNames = ['NoC80', 'NoC85', 'NoC90', 'IoU@1', 'IoU@3', 'IoU@5'] as const
export type SamScoreName = (typeof samScoreNames)[number]
/** Of the others more is better. */
export const isFewerBetter = (name: string): boolean => name.startsWith('NoC')

/** Sides that a small network is trained at. */
export const tuneSizeSchema = z.int().min(64).max(1024).multipleOf(64)

const dataSchema = z.strictObject({
  /** Empty: every picture that is neither held out nor in a split for tests. */
  trainSplits: splitNames.default([]),
  valSplits: splitNames.default(['val']),
  /** Of the source pictures, chosen by a hash of their content; only where no picture with objects is in valSplits. */
  valShare: z.number().min(0.02).max(0.8).default(0.2),
  /** Names of the classes whose objects are shown; null: of all. */
  classes: z.array(z.string().min(1).max(200)).min(1).max(10_000).nullable().default(null),
  /** parts: every connected part of a mask is an object; auto: so where no picture has two masks of a class, as in datasets of class masks. */
  objectsFrom: z.enum(['auto', 'annotations', 'parts']).default('auto').meta(advanced),
  /** Objects of fewer pixels of their picture are left out; null: 64, and of the parts of class masks those below a 400th of the picture, which are mostly scraps. */
  leastPx: z
    .int()
    .min(1)
    .max(100_000_000)
    .nullable()
    .default(null)
    .meta({ ...advanced, unit: 'px' }),
  /** Side of what the small network sees, trained, validated and published; left out: the host puts in the base's. The official one keeps its own. */
  size: tuneSizeSchema.default(256).meta({ unit: 'px' }),
  batchSize: z.int().min(1).max(64).default(2).meta({ unit: 'images' }),
  /** How often an epoch looks at each picture. */
  looks: z.int().min(1).max(1000).default(4).meta(advanced),
  /** Prompted objects of every look. */
  objects: z.int().min(1).max(32).default(4).meta(advanced),
  /** Points of a first prompt at most; a box is two. */
  firstPoints: z.int().min(3).max(16).default(4).meta(advanced),
  /** Answers per object: the first prompt, then one correction click each. */
  rounds: z.int().min(1).max(8).default(3).meta(advanced),
  /** Share of looks that are a part of the picture around an object. Small network only, as all that follow. */
  zoom: fraction.default(0.5).meta(advanced),
  /** Share of looks at rendered scenes, so that what is not in the dataset is not forgotten. */
  rendered: fraction.max(0.9).default(0.1).meta(advanced),
  flip: z.boolean().default(true).meta(advanced),
  /** How far brightness and contrast may move, as a share. */
  brightness: fraction.default(0.2).meta(advanced),
})

/**
 * A training of a SAM on the user's masks; what lies in the folder of such a run as config.json. `{ "task": "promptedMask" }` is a whole one: the
 * default model of those that can be trained, and values that suit a beginner.
 */
export const samTuneConfigSchema = z.strictObject({
  task: z.literal(promptedMask),
  seed: z
    .int()
    .min(0)
    .max(2 ** 31 - 1)
    .default(0),
  base: z
    .strictObject({
      /** A model of `tuning.bases`; null: the first of them. Stored runs have an id. */
      modelId: idSchema.nullable().default(null),
      /** Put in by the host when it starts. */
      kind: tuneKindSchema.default('small'),
      name: z.string().max(200).default(''),
    })
    .prefault({}),
  data: dataSchema.prefault({}),
  optimizer: optimizerSchema.prefault({ type: 'adamw', lr: 1e-4 }),
  ema: emaSchema.prefault({}),
  schedule: scheduleSchema.prefault({ type: 'cosine', warmup: { length: 20 } }),
  loop: loopSchema.extend({ epochs: z.int().min(1).max(100_000).default(10).meta({ unit: 'epochs' }) }).prefault({}),
  validation: z
    .strictObject({
      /** Held-out objects that are clicked at most, spread over the pictures; always the same ones. */
      objects: z.int().min(1).max(10_000).default(60),
      clicks: z.int().min(5).max(20).default(10).meta(advanced),
    })
    .prefault({}),
  checkpoint: z
    .strictObject({
      every: everySchema.default({ unit: 'epoch', every: 1 }),
      keep: z.int().min(1).max(100).default(2).meta(advanced),
      best: z.enum(samScoreNames).default('IoU@3').meta(advanced),
    })
    .prefault({}),
  samples: z
    .strictObject({ count: z.int().min(0).max(32).default(4), keep: z.int().min(2).max(1000).default(20).meta(advanced) })
    .prefault({}),
  device: deviceSchema.extend({ provider: z.enum(['cpu']).default('cpu'), processes: z.literal(1).default(1) }).prefault({}),
})
export type SamTuneConfig = z.infer<typeof samTuneConfigSchema>

export const isSamTune = (config: object): config is SamTuneConfig => 'task' in config && config.task === promptedMask

/** A SAM that can be trained: one whose weights lie beside its files. */
export const tuneBaseSchema = z.object({
  modelId: idSchema,
  name: z.string(),
  kind: tuneKindSchema,
  origin: assistOriginSchema,
  isDefault: z.boolean(),
  /** Side of the square it was made for. */
  size: z.int(),
})
export type TuneBase = z.infer<typeof tuneBaseSchema>

const share = z.object({ pictures: z.int(), objects: z.int(), sources: z.int() })

/** Keys of what keeps a training from starting, and of what deserves a second look; the pages have a sentence for each. */
export const tuneProblemKeys = ['noModel', 'modelGone', 'noMasks', 'noTrainObjects', 'unknownClass', 'noRoom'] as const
export const tuneWarningKeys = [
  'noValObjects',
  'fewSources',
  'fewObjects',
  'siblingsLeftOut',
  'classMasks',
  'memoryNever',
  'memoryParts',
  'embeddingsOverLimit',
] as const
const facts = z.record(z.string(), z.union([z.string(), z.number()]))

/** What a training would do, before anything starts. */
export const tunePlanSchema = z.object({
  /** With every default filled in; `base` is the one that would be trained. */
  config: samTuneConfigSchema,
  base: tuneBaseSchema.nullable(),
  /** Pictures with at least one mask or polygon; pictures that have boxes, points or lines only, which are passed over. */
  pictures: z.int(),
  withoutMasks: z.int(),
  /** Masks and polygons of the classes asked for, of any size; with class masks their parts are counted only when the training starts. */
  objects: z.int(),
  classes: z.array(z.object({ id: idSchema.nullable(), name: z.string(), color: z.string(), objects: z.int() })),
  /** Masks look like one per class and picture: each connected part is taken as an object. */
  inParts: z.boolean(),
  train: share,
  val: share,
  /** Whether the pictures for validation are chosen by hash, because no split is there for it. */
  heldOutByHash: z.boolean(),
  /** Pictures left out because parts of the same source picture are held out. */
  siblings: z.int(),
  /**
   * official only: embeddings that the training needs and that are there already, the bytes of all, and about how long the missing ones take on this
   * machine, from what pictures took before with this encoder; null: there were none.
   */
  embeddings: z.object({ needed: z.int(), cached: z.int(), bytes: z.number(), seconds: z.number().nullable() }).nullable(),
  stepsPerEpoch: z.int(),
  totalSteps: z.int(),
  /** About how long on this machine, from what a step of an earlier run took, encoding apart; null: there was none. */
  trainingSeconds: z.number().nullable(),
  memory: memoryPlanSchema.nullable(),
  problems: z.array(z.object({ key: z.enum(tuneProblemKeys), data: facts })),
  warnings: z.array(z.object({ key: z.enum(tuneWarningKeys), data: facts })),
})
export type TunePlan = z.infer<typeof tunePlanSchema>

/** Scores of one validation, by name. */
export const samScoresSchema = z.object({ step: z.int(), scores: z.partialRecord(z.enum(samScoreNames), z.number()) })
export type SamScores = z.infer<typeof samScoresSchema>

/** Before (step 0) and after, on the same held-out objects; null where there was no such validation. */
export const tuneScoresSchema = z.object({
  before: samScoresSchema.nullable(),
  best: samScoresSchema.nullable(),
  last: samScoresSchema.nullable(),
})
export type TuneScores = z.infer<typeof tuneScoresSchema>
