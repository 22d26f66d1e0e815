import { AppError } from '../../../shared/errors.ts'
import type { ConfigRecord } from '../../../shared/model/config/origin.ts'
import type { TrainConfig } from '../../../shared/model/trainConfig.ts'
import { checkTrainConfig } from '../../../shared/model/trainConfigParse.ts'
import { loadPreset } from './presets.ts'

/** The preset that the config of a run was made from, as it was then: from the texts the run remembers. Null for a run without one, or of texts this studio no longer understands. */
export async function presetOf({ sources }: ConfigRecord): Promise<{ name: string; config: TrainConfig } | null> {
  const presets = sources.filter(({ from }) => from === 'preset')
  // A text stands after its bases.
  const last = presets.at(-1)
  if (!last) return null
  try {
    const { config } = checkTrainConfig((await loadPreset(presets, last.name)).node)
    return config && { name: last.name, config }
  } catch (error) {
    if (error instanceof AppError) return null
    throw error
  }
}
