import type { Pasted } from '../../canvas/engine/copies.ts'
import { t } from '../../i18n/i18n.ts'

/** What of the copies is not as it was copied, as one sentence; null when all of them are. */
export function pasteText({ pasted, outside, cut, classless }: Pasted): string | null {
  const what = [
    ...(outside > 0 ? [t('label.paste.outside', {}, outside)] : []),
    ...(cut > 0 ? [t('label.paste.cut', {}, cut)] : []),
    ...(classless > 0 ? [t('label.paste.classless', {}, classless)] : []),
  ]
  if (what.length === 0) return null
  return t('label.paste.some', { n: pasted, of: pasted + outside, what: what.join(t('label.paste.and')) })
}
