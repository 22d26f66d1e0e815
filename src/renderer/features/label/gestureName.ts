import type { PictureChange } from '../../../shared/model/pictureChange.ts'
import { gestures, type Gesture } from '../../canvas/engine/actions.ts'
import { t } from '../../i18n/i18n.ts'

const pictureKinds = ['tags', 'instructions', 'status'] as const satisfies readonly PictureChange['kind'][]

/** A command of the journal in the user's language; commands of imports and other writers as they are. */
export function gestureName(command: string): string {
  const kind = pictureKinds.find((one) => command === `item.${one}`)
  if (kind) return t(`tags.gestures.${kind}`)
  return (gestures as readonly string[]).includes(command) ? t(`label.gestures.${command as Gesture}`) : command
}
