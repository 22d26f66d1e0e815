import type { Id } from '../../../../shared/model/ids.ts'
import type { Item } from '../../../../shared/model/item.ts'
import type { PictureChange } from '../../../../shared/model/pictureChange.ts'
import { t } from '../../../i18n/i18n.ts'
import { showToast } from '../../../ui/toasts.ts'

type Describe = (itemId: Id, change: PictureChange) => Promise<unknown>

/** Says that an edit took the review of a picture away; the toast gives it back to that picture as it is now, also when another one is open. */
export function tellReviewLost({ id, name }: Item, describe: Describe): void {
  const keep = (): void => void describe(id, { kind: 'status', status: 'reviewed', note: '' })
  showToast({ tone: 'info', text: t('review.lost', { name }), action: { label: t('review.keep'), run: keep } })
}
