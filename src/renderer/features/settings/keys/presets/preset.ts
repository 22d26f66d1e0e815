import type { KeyPresetId } from '../../../../../shared/model/keys.ts'
import type { Shortcut } from '../../../../ui/shortcut.ts'

/** Keys someone knows from another studio. What it does not name keeps Maskwright's keys, as far as they are still free. */
export interface KeyPreset {
  readonly id: Exclude<KeyPresetId, 'maskwright'>
  /** Keys by command id, first the one that is shown; an empty list: the other studio has none, or it needs the key for something else. */
  readonly keys: Readonly<Record<string, readonly Shortcut[]>>
}
