import { t } from '../../i18n/i18n.ts'
import { keyTextFor } from '../../ui/commands.ts'

/** Why something locked stays as it is, and what unlocks it. */
export const heldText = (): string => t('selection.held', { keys: keyTextFor('label.lock', t('keys.none')) })
