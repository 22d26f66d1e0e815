import { isSamTune, type SamTuneConfig } from './samTune.ts'
import { requireSamTune } from './samTuneParse.ts'
import type { TrainConfig } from './trainConfig.ts'
import { requireTrainConfig } from './trainConfigParse.ts'

/** What a run is stored with: a config without `task` trains a semantic segmentation. */
export type RunConfig = TrainConfig | SamTuneConfig

/** Errors: config/*. */
export const requireRunConfig = (json: Readonly<Record<string, unknown>>): RunConfig =>
  isSamTune(json) ? requireSamTune(json) : requireTrainConfig(json)
