import type { Sampler as SamplerConfig } from '../../../shared/model/train/samplers/table.ts'
import type { ClassPixels } from './labelCounts.ts'

/** What decides how often a picture comes up; null leaves every picture at once per epoch, and no label map is read for it. */
export type Weighing = {
  /** Weight of each picture from its pixels per class, and what there is to say about it. */
  weights(counts: readonly ClassPixels[], classNames: readonly string[]): { weights: number[]; report: string[] }
} | null

/** A row of the table of samplers. */
export type SamplerFactory<Type extends SamplerConfig['type']> = (config: Extract<SamplerConfig, { type: Type }>) => Weighing
