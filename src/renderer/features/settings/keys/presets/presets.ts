import type { KeyPresetId } from '../../../../../shared/model/keys.ts'
import { cvat } from './cvat.ts'
import { labelme } from './labelme.ts'
import type { KeyPreset } from './preset.ts'
import { xAnyLabeling } from './xAnyLabeling.ts'

/** Maskwright's own keys are those of the commands. */
export const presets: Readonly<Record<KeyPresetId, KeyPreset | null>> = { maskwright: null, labelme, xAnyLabeling, cvat }
