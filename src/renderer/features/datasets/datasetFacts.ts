import type { Dataset } from '../../../shared/model/dataset.ts'
import { t } from '../../i18n/i18n.ts'

export interface Fact {
  readonly label: string
  readonly value: string
  readonly mono?: boolean
}

/** How a dataset was written, in the reader's words. */
export function datasetFacts(dataset: Dataset, count: (n: number) => string): Fact[] {
  const { dialect } = dataset
  const from = dialect.classNamesFrom
  const facts: Fact[] = [
    { label: t('datasets.facts.folder'), value: dataset.rootPath, mono: true },
    { label: t('datasets.facts.format'), value: t(`datasets.facts.formats.${dialect.format}`) },
    { label: t('datasets.facts.pictures'), value: count(dataset.items) },
    { label: t('datasets.facts.annotations'), value: count(dataset.annotations) },
  ]
  if (dialect.format !== 'voc') return facts
  return [
    ...facts,
    { label: t('datasets.facts.origin'), value: t(dialect.vocOrigin === 1 ? 'datasets.facts.origins.one' : 'datasets.facts.origins.zero') },
    {
      label: t('datasets.facts.classNames'),
      value: from === 'voc' || from === 'found' ? t(`datasets.facts.classNamesFrom.${from}`) : from,
    },
    { label: t('datasets.facts.masks'), value: t(`datasets.facts.maskKinds.${dialect.maskKind}`) },
    ...(dialect.maskKind === 'none' ? [] : [{ label: t('datasets.facts.voidIndex'), value: String(dialect.voidIndex) }]),
  ]
}
