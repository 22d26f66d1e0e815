import type { HookConfig } from '../../../shared/model/train/hooks/table.ts'
import type { TrainConfig } from '../../../shared/model/trainConfig.ts'
import type { Snapshot } from '../../../shared/model/snapshot.ts'
import type { Hook } from '../hook.ts'
import type { SampleSheets } from '../samples.ts'
import { earlyStopHook } from './earlyStopHook.ts'
import { healthHook } from './healthHook.ts'
import { samplesHook } from './samplesHook.ts'
import { tensorboardHook } from './tensorboardHook.ts'

/** What an optional hook may build on. */
export interface HookParts {
  readonly runFolder: string
  readonly snapshot: Snapshot
  /** Of the run. */
  readonly config: Pick<TrainConfig, 'loss' | 'data'>
  /** Collects the fixed validation pictures; null where no hook wants them or nothing is validated. */
  readonly sheets: SampleSheets | null
}

export type HookTable = { readonly [T in HookConfig['type']]: (config: Extract<HookConfig, { type: T }>, parts: HookParts) => Hook | null }

/** Every optional hook by `type`; null where a run has no use for it. */
export const hookTable: HookTable = {
  health: (config, { snapshot, config: trained }) => healthHook(config, snapshot.classes, trained),
  samples: (config, { sheets }) => sheets && samplesHook(config, sheets),
  tensorboard: (_, { runFolder }) => tensorboardHook(runFolder),
  earlyStop: (config) => earlyStopHook(config),
}

/** The hooks a config asks for, in its order. */
export function optionalHooks(configs: readonly HookConfig[], parts: HookParts, table: HookTable = hookTable): Hook[] {
  const make = <T extends HookConfig['type']>(config: Extract<HookConfig, { type: T }>) =>
    (table[config.type] as (config: Extract<HookConfig, { type: T }>, parts: HookParts) => Hook | null)(config, parts)
  return configs.map((config) => make(config)).filter((hook) => hook !== null)
}
