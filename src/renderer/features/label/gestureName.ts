import { gestures, type Gesture } from '../../canvas/engine/actions.ts'
import { t } from '../../i18n/i18n.ts'

/** A command of the journal in the user's language; commands of imports and other writers as they are. */
export function gestureName(command: string): string {
  return (gestures as readonly string[]).includes(command) ? t(`label.gestures.${command as Gesture}`) : command
}
