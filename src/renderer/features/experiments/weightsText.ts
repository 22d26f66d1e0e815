import type { WeightsReport } from '../../../shared/model/weights.ts'
import { t } from '../../i18n/i18n.ts'
import { formatBytes, formatPercent } from '../../ui/format.ts'
import { optionText } from './fieldValue.ts'

export interface WeightsLists {
  readonly id: 'missing' | 'shapeMismatch' | 'unexpected' | 'dropped'
  readonly title: string
  readonly entries: readonly string[]
}

/** '120 of 120 tensors (100 %)'. */
export const shareText = ({ matched, total }: { matched: number; total: number }): string =>
  t('experiments.weights.share', { matched, total, percent: formatPercent(total === 0 ? 1 : matched / total, 0) })

/** Where the weights were found: 'HF names, after “segformer.encoder.”, state_dict, 3.2 MB'. */
export function sourceText({ naming, prefix, section, bytes }: WeightsReport): string {
  return [
    t('experiments.weights.names', { naming: optionText(naming) }),
    prefix === '' ? '' : t('experiments.weights.prefix', { prefix }),
    section === '' ? '' : t('experiments.weights.section', { section }),
    formatBytes(bytes),
  ]
    .filter(Boolean)
    .join(' · ')
}

/** Every list that has something in it, with a title that counts. */
export function weightsLists(report: WeightsReport): WeightsLists[] {
  const shapes = report.shapeMismatch.map(({ name, model, file }) =>
    t('experiments.weights.shape', { name, file: file.join('×'), model: model.join('×') }),
  )
  const useless = report.dropped.map(({ name, why }) =>
    t('experiments.weights.useless', { name, why: t(`experiments.weights.why.${why}`) }),
  )
  const lists = { missing: report.missing, shapeMismatch: shapes, unexpected: report.unexpected, dropped: useless } as const
  return (['missing', 'shapeMismatch', 'unexpected', 'dropped'] as const)
    .map((id) => ({ id, title: t(`experiments.weights.lists.${id}`, { n: lists[id].length }), entries: lists[id] }))
    .filter(({ entries }) => entries.length > 0)
}
