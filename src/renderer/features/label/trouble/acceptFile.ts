import type { WireError } from '../../../../shared/errors.ts'
import type { Item } from '../../../../shared/model/item.ts'
import { t } from '../../../i18n/i18n.ts'
import { pageClient } from '../../../stores/link.ts'
import { attempt } from '../../../stores/report.ts'
import { showToast } from '../../../ui/toasts.ts'

/** The beginnings of the hashes of the file that was imported and of the one that lies there now. */
export interface Replacement {
  readonly hash: string
  readonly wasHash: string
}

/** What lies in the place of a picture, by the reason why it is not shown; null: it was not replaced. */
export function replacementIn({ code, data }: WireError): Replacement | 'otherSize' | null {
  if (code !== 'file/changed') return null
  const { hash, wasHash } = data
  return typeof hash === 'string' && typeof wasHash === 'string' ? { hash, wasHash } : 'otherSize'
}

/** Takes the file that lies there now as the picture; false: it could not be, which is told. Every window learns of it from the host. */
export async function acceptFile({ id, name }: Pick<Item, 'id' | 'name'>, { hash, wasHash }: Replacement): Promise<boolean> {
  const done = await attempt(() => pageClient().items.acceptFile({ itemId: id, hash, wasHash }))
  if (done) showToast({ tone: 'done', text: t('pictures.trouble.accepted', { name }) })
  return done
}
