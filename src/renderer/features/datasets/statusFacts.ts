import type { Item } from '../../../shared/model/item.ts'
import { t } from '../../i18n/i18n.ts'
import { formatDateTime } from '../../ui/format.ts'
import type { Fact } from './datasetFacts.ts'

type Signed = Pick<Item, 'status' | 'statusBy' | 'statusAt' | 'statusNote'>

/** 'Reviewed, Ann, 21 Nov 12:03'; only the state where nobody set it yet. */
export function signedStatus(item: Signed): string {
  const status = t(`datasets.statuses.${item.status}`)
  if (item.statusAt === null) return status
  const facts = { status, by: item.statusBy ?? t('review.unknownBy'), at: formatDateTime(item.statusAt) }
  return item.statusNote === '' ? t('review.signed', facts) : t('review.signedNote', { ...facts, note: item.statusNote })
}

/** Who set the state, when and why, as rows of a list of facts. */
export const statusFacts = (item: Signed): Fact[] =>
  item.statusAt === null
    ? []
    : [
        { label: t('review.by'), value: `${item.statusBy ?? t('review.unknownBy')} · ${formatDateTime(item.statusAt)}` },
        ...(item.statusNote === '' ? [] : [{ label: t('review.note'), value: item.statusNote }]),
      ]
