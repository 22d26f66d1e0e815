import type { ComparedData, ComparedRun } from '../../../../shared/api/page/comparisons.ts'
import { classDeltas } from '../../../../shared/comparison/classDeltas.ts'
import { t } from '../../../i18n/i18n.ts'
import { formatCount } from '../../../ui/format.ts'

export interface DataCell {
  readonly text: string
  /** What the text counts, by name; more of them than are listed. */
  readonly names: readonly string[]
  readonly more: number
  readonly differs: boolean
}
export interface DataRow {
  readonly key: string
  readonly label: string
  readonly hint: string
  readonly cells: readonly DataCell[]
}

const plain = (text: string, differs = false): DataCell => ({ text, names: [], more: 0, differs })

/** What each run saw: a row per fact, a column per run. */
export function factRows(data: readonly ComparedData[], baseline: number): DataRow[] {
  const splits = [...new Set(data.flatMap(({ seen }) => seen?.splits.map(({ name }) => name) ?? []))]
  const row = (key: string, label: string, read: (seen: NonNullable<ComparedData['seen']>) => string): DataRow => {
    const texts = data.map(({ seen }) => (seen ? read(seen) : null))
    return {
      key,
      label,
      hint: '',
      cells: texts.map((text) => plain(text ?? '–', text !== null && texts[baseline] !== null && text !== texts[baseline])),
    }
  }
  return [
    row('dataset', t('comparison.data.dataset'), (seen) => seen.dataset ?? t('experiments.deletedDataset')),
    ...(data.some(({ seen }) => seen && seen.otherDatasets.length > 0)
      ? [row('others', t('comparison.data.others'), (seen) => seen.otherDatasets.join(', ') || t('common.none'))]
      : []),
    row('snapshot', t('comparison.data.snapshot'), (seen) => seen.hash.slice(0, 12)),
    row('pictures', t('comparison.data.pictures'), (seen) => formatCount(seen.items)),
    ...splits.map((name) =>
      row(`split ${name}`, t('comparison.data.split', { name }), (seen) =>
        formatCount(seen.splits.find((split) => split.name === name)?.items ?? 0),
      ),
    ),
    row('classes', t('comparison.data.classes'), (seen) => formatCount(seen.classes.length)),
  ]
}

type Diff = NonNullable<ComparedData['diff']>
type DiffKey = Exclude<keyof Diff, 'same' | 'classes'> | keyof Diff['classes']

/** How each run's data differ from the baseline's; rows in which no run differs are left out. */
export function differenceRows(data: readonly ComparedData[], baseline: number): DataRow[] {
  const rows: [DiffKey, (diff: Diff) => { count: number; names: readonly string[] }][] = [
    ['onlyInBaseline', (diff) => diff.onlyInBaseline],
    ['onlyHere', (diff) => diff.onlyHere],
    ['changedPictures', (diff) => diff.changedPictures],
    ['changedLabels', (diff) => diff.changedLabels],
    ['moved', ({ moved }) => ({ count: moved.count, names: moved.items.map(movedText) })],
    ['unknown', ({ unknown }) => ({ count: unknown, names: [] })],
    ['added', ({ classes }) => all(classes.added)],
    ['missing', ({ classes }) => all(classes.missing)],
    ['renamed', ({ classes }) => all(classes.renamed.map(changeText))],
    ['recoloured', ({ classes }) => all(classes.recoloured.map(changeText))],
    ['renumbered', ({ classes }) => all(classes.renumbered.map(changeText))],
  ]
  return rows
    .map(([key, read]) => ({
      key,
      label: t(`comparison.data.${key}`),
      hint: key === 'unknown' ? t('comparison.data.unknownHint') : '',
      cells: data.map(({ diff }, i): DataCell => {
        if (i === baseline || !diff) return plain(i === baseline ? '' : '–')
        const { count, names } = read(diff)
        // A class list can differ although the hash does not: colours are no part of it.
        return { text: formatCount(count), names, more: names.length > 0 ? count - names.length : 0, differs: count > 0 }
      }),
    }))
    .filter(({ cells }) => cells.some(({ differs }) => differs))
}

const all = (names: readonly string[]): { count: number; names: readonly string[] } => ({ count: names.length, names })
const changeText = (change: { name: string; before: string | number; now: string | number }): string => t('comparison.data.change', change)
const movedText = ({ name, from, to }: Diff['moved']['items'][number]): string => {
  const words = (splits: readonly string[]): string => splits.join(', ') || t('comparison.data.noSplit')
  return t('comparison.data.movedFrom', { name, from: words(from), to: words(to) })
}

export type DataVerdict = 'single' | 'allSame' | 'notSame' | 'notKnown'

/** The one sentence that matters. */
export function dataVerdict(data: readonly ComparedData[], baselineId: string): DataVerdict {
  const others = data.filter(({ runId }) => runId !== baselineId)
  if (others.length === 0) return 'single'
  if (others.some(({ diff }) => diff === null)) return others.some(({ diff }) => diff && !diff.same) ? 'notSame' : 'notKnown'
  return others.every(({ diff }) => diff?.same) ? 'allSame' : 'notSame'
}

/** Labelled pixels per class of the last validation; empty where no run counted them. */
export function pixelRows(compared: readonly ComparedRun[], baseline: number): { name: string; color: string; cells: DataCell[] }[] {
  const tables = compared.map(({ tables: { last } }) => last)
  if (!tables.some((table) => table?.columns.includes('pixels'))) return []
  return classDeltas(tables, baseline, 'pixels').rows.map(({ name, color, values, deltas }) => ({
    name,
    color,
    cells: values.map((value, i) => plain(value === null ? '–' : formatCount(value), Boolean(deltas[i]))),
  }))
}
