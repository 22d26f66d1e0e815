import type { Item, ItemStatus } from '../../../../shared/model/item.ts'
import { t } from '../../../i18n/i18n.ts'
import { showToast } from '../../../ui/toasts.ts'

/** Says that an edit took the review of a picture away; the toast gives it back to the picture as it is now. */
export function tellReviewLost(item: Item, setStatus: (status: ItemStatus) => Promise<boolean>): void {
  showToast({
    tone: 'info',
    text: t('review.lost', { name: item.name }),
    action: { label: t('review.keep'), run: () => void setStatus('reviewed') },
  })
}
