import { AppError } from '../../../shared/errors.ts'
import { assign } from '../../../shared/model/config/assign.ts'
import { jsonOf, nodeOf, traced, type ConfigNode } from '../../../shared/model/config/node.ts'
import { nowhere, type ConfigRecord, type ConfigSource, type Origin } from '../../../shared/model/config/origin.ts'
import type { RunConfig } from '../../../shared/model/runConfig.ts'
import { isSamTune } from '../../../shared/model/samTune.ts'
import { requireSamTune } from '../../../shared/model/samTuneParse.ts'
import type { TrainConfig } from '../../../shared/model/trainConfig.ts'
import { checkTrainConfig, orThrow, parseTrainConfig, type CheckedTrainConfig } from '../../../shared/model/trainConfigParse.ts'
import { loadPreset, presetIds, readPresetTexts } from './presets.ts'

/** A config as a caller hands it over: plain JSON, with the preset it was made from, or with the record of a command line that resolved it. */
export interface GivenConfig {
  readonly config: Record<string, unknown>
  readonly preset?: string | undefined
  readonly record?: ConfigRecord | undefined
}

/** Presets with their bases merged in; references stay, so that a changed value reaches what refers to it. */
export async function readPresets(installFolder: string): Promise<{ id: string; config: Record<string, unknown> }[]> {
  const texts = await readPresetTexts(installFolder)
  return Promise.all(
    presetIds(texts).map(async (id) => ({ id, config: jsonOf((await loadPreset(texts, id)).node) as Record<string, unknown> })),
  )
}

/** Checks it and finds out where its values come from. A page names presets only: no path of its own reaches a file. Errors: config/invalid for an unknown preset. */
export async function checkGiven(
  installFolder: string,
  given: GivenConfig,
): Promise<{ checked: CheckedTrainConfig; sources: readonly ConfigSource[] }> {
  const { config, preset, record } = given
  if (record) {
    const parsed = parseTrainConfig(config)
    return { checked: parsed.config ? { ...parsed, origins: record.origins } : { ...parsed, origins: {} }, sources: record.sources }
  }
  const base = preset === undefined ? null : await loadPreset(await readPresetTexts(installFolder), preset)
  return { checked: checkTrainConfig(traced(base?.node, config, nowhere('page'))), sources: base?.sources ?? [] }
}

/** What may change when a run goes on: how long it is and what does not touch the curve. */
const changeable = ['loop', 'checkpoint', 'device', 'hooks', 'data.workers', 'validation', 'samples']
const canChange = (path: string): boolean => changeable.some((prefix) => path === prefix || path.startsWith(`${prefix}.`))

const assignedPath = (assignment: string): [path: string, origin: Origin] => [
  assignment.slice(0, assignment.indexOf('=')).trim(),
  nowhere('set', assignment),
]

function changedTrain(node: ConfigNode): { config: TrainConfig; changed: Record<string, Origin> } {
  const { config, origins } = orThrow(checkTrainConfig(node))
  return { config, changed: Object.fromEntries(Object.entries(origins).filter(([, { from }]) => from === 'set')) }
}

/** The stored config of a run with a few assignments on top, and where the changed values come from. Errors: config/*, and config/invalid for a value that shapes the curve. */
export function changedForResume(
  stored: Record<string, unknown>,
  assignments: readonly string[],
): { config: RunConfig; origins: Record<string, Origin> } {
  const node = assignments.reduce(assign, nodeOf(stored, nowhere('run')))
  const { config, changed } = isSamTune(stored)
    ? { config: requireSamTune(jsonOf(node)), changed: Object.fromEntries(assignments.map(assignedPath)) }
    : changedTrain(node)
  for (const path of Object.keys(changed))
    if (!canChange(path)) {
      const message = `cannot change while a run goes on, only ${changeable.join(', ')} can; train anew for it`
      throw new AppError('config/invalid', `${path}: ${message}`, { path, message })
    }
  return { config, origins: changed }
}
