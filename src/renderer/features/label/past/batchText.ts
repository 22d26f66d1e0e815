import type { Batch } from '../../../../shared/model/batch.ts'
import { t } from '../../../i18n/i18n.ts'
import { formatCount } from '../../../ui/format.ts'
import { when } from './words.ts'

/** '12 objects in 4 pictures · 3 of 4 as the job left them, … · Ada · 12:03'. */
export function batchText({ pictures, objects, left, asLeft, who, at }: Batch): string {
  const state = asLeft === left ? 'all' : asLeft !== 0 ? 'some' : left < pictures ? 'rest' : 'none'
  return [
    t('batches.wrote', { objects: formatCount(objects), n: formatCount(pictures) }, pictures),
    ...(left < pictures ? [t('batches.taken', {}, pictures - left)] : []),
    ...(asLeft === null ? [] : [t(`batches.asLeft.${state}`, { n: formatCount(asLeft), left: formatCount(left) })]),
    ...(who ? [who] : []),
    when(at),
  ].join(' · ')
}
