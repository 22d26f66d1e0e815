import { z } from 'zod'
import { advanced } from '../parts.ts'
import { samplerSchema } from '../samplers/table.ts'
import { transformSchema } from '../transforms/table.ts'
import { classRulesSchema } from './classRules.ts'
import { mixSchema, sourceSchema, splitNames } from './source.ts'

const side = z.int().min(32).max(4096).multipleOf(32)

export const dataSchema = z.strictObject({
  /** The short form of one source; ignored when `sources` has entries. */
  trainSplits: splitNames.min(1).default(['train']),
  valSplits: splitNames.default(['val']),
  batchSize: z.int().min(1).max(256).default(4).meta({ unit: 'images' }),
  /** [height, width] of a training crop. */
  cropSize: z.tuple([side, side]).default([256, 256]).meta({ unit: 'px' }),
  /** Decoding threads beside the training; 0 decodes in the loop itself. The result does not depend on it. */
  workers: z.int().min(0).max(32).default(1).meta(advanced),
  /** An empty list is the standard recipe for the crop size: RandomResize, RandomCrop, RandomFlip, PhotoMetricDistortion, Pad. */
  train: z.array(transformSchema).max(32).default([]).meta(advanced),
  /** An empty list is Resize to the crop's short side, then ResizeToMultiple 32. */
  val: z.array(transformSchema).max(32).default([]).meta(advanced),
  /** What is trained on, one after the other or mixed by rates; empty: one source, the trainSplits. */
  sources: z.array(sourceSchema).max(64).default([]).meta(advanced),
  mix: mixSchema.nullable().default(null).meta(advanced),
  sampler: samplerSchema.prefault({ type: 'shuffle' }).meta(advanced),
  classes: classRulesSchema.prefault({}).meta(advanced),
  /** In the last epochs the pictures are only scaled, cut and padded: no colours, flips, turns, erasing or mixing. 0: never. */
  stopAugmentation: z
    .strictObject({ lastEpochs: z.int().min(0).max(100_000).default(0).meta({ unit: 'epochs' }) })
    .prefault({})
    .meta(advanced),
})
type DataConfig = z.infer<typeof dataSchema>

/** What a config trains on, also where it was written in the short form. */
export const trainSources = ({ sources, trainSplits }: Pick<DataConfig, 'sources' | 'trainSplits'>): DataConfig['sources'] =>
  sources.length > 0 ? sources : [{ splits: trainSplits, dataset: null, repeat: 1, transforms: [] }]

/** Pictures of one epoch, from how many each source has; a sampler that repeats rare classes adds to it. */
export function epochPictures(data: Pick<DataConfig, 'sources' | 'trainSplits' | 'mix'>, counts: readonly number[]): number {
  if (data.mix) return counts.some((count) => count > 0) ? data.mix.samplesPerEpoch : 0
  return Math.round(trainSources(data).reduce((sum, { repeat }, i) => sum + repeat * counts[i]!, 0))
}
