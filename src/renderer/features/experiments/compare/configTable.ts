import {
  alignedKey,
  configLeaves,
  diffConfigs,
  sameValue,
  type ConfigDiffRow,
  type Leaf,
} from '../../../../shared/comparison/configDiff.ts'
import { nowhere, type ConfigRecord } from '../../../../shared/model/config/origin.ts'
import { t, translateOr } from '../../../i18n/i18n.ts'
import { effective, formSections } from '../configForm.ts'
import { isRecord, readPath, type Config } from '../configPath.ts'
import { fieldText, fieldValueText, optionText, valueText } from '../fieldValue.ts'
import type { Field } from '../schemaField.ts'
import { originAt, originWords } from '../valueOrigin.ts'

export interface ConfigCell {
  readonly text: string
  /** '' where nothing is known of it. */
  readonly origin: string
  /** The run has no such component or part. */
  readonly absent: boolean
  /** Nothing is stored: it is the default of this version. */
  readonly unset: boolean
  /** From the baseline's. */
  readonly differs: boolean
}
export interface ConfigCompareRow {
  readonly key: string
  readonly label: string
  readonly cells: readonly ConfigCell[]
  readonly differs: boolean
}
export interface ConfigCompareSection {
  readonly name: string
  readonly rows: readonly ConfigCompareRow[]
}
interface ComparedConfig {
  readonly config: Config
  readonly record: ConfigRecord | null
}

interface Labelled {
  readonly section: string
  readonly field: Field | null
  /** The entry of a list that it stands in. */
  readonly item: Field | null
}

/** Settings this version has no form for stand here. */
const unknownSection = 'unknown'

/** The settings of several runs side by side, in the order and the words of the Config tab; `schemas` has that of each run. */
export function configTable(schemas: readonly Config[], runs: readonly ComparedConfig[], baseline: number): ConfigCompareSection[] {
  const labels = new Map<string, Labelled>()
  const sides = runs.map(({ config }, i) => ({ config, leaves: leavesOf(schemas[i]!, config, labels) }))
  const rows = diffConfigs(sides).map((row) => ({ labelled: labels.get(row.key), row: toRow(row, labels.get(row.key), runs, baseline) }))
  const names = [...new Set(rows.map(({ labelled }) => labelled?.section ?? unknownSection))]
  const known = [...new Set([...new Set(schemas)].flatMap((schema) => formSections(schema, {}).map(({ name }) => name)))]
  const order = (name: string): number => known.indexOf(name) + 1 || known.length + 1
  return names
    .sort((a, b) => order(a) - order(b))
    .map((name) => ({ name, rows: rows.filter(({ labelled }) => (labelled?.section ?? unknownSection) === name).map(({ row }) => row) }))
}

/** Only what differs, or everything. */
export const shownSections = (sections: readonly ConfigCompareSection[], all: boolean): ConfigCompareSection[] =>
  sections.map(({ name, rows }) => ({ name, rows: all ? rows : rows.filter((row) => row.differs) })).filter(({ rows }) => rows.length > 0)

export const differenceCount = (sections: readonly ConfigCompareSection[]): number =>
  sections.reduce((sum, { rows }) => sum + rows.filter((row) => row.differs).length, 0)

/** What the form shows of a config, and what it stores beside that; remembers the field of each. */
function leavesOf(schema: Config, config: Config, labels: Map<string, Labelled>): Leaf[] {
  const leaves: Leaf[] = []
  const covered: string[] = []
  for (const { name, fields } of formSections(schema, config)) {
    for (const field of fields) {
      if (field.kind === 'item') continue
      const value = effective(field, config)
      const unset = readPath(config, field.path) === undefined
      leaves.push({ path: field.path, value: outline(field, value), unset })
      covered.push(field.path)
      const item = fields.findLast((each) => each.kind === 'item' && field.path.startsWith(`${each.path}.`)) ?? null
      const key = alignedKey(config, field.path)
      if (!labels.has(key)) labels.set(key, { section: name, field, item })
    }
  }
  const isCovered = (path: string): boolean => covered.some((each) => path === each || path.startsWith(`${each}.`))
  return [...leaves, ...configLeaves(config).filter(({ path }) => !isCovered(path) && !/(^|\.)type$/.test(path))]
}

/** The entries of a list and the fields of a part have rows of their own: here it is which ones, and whether it is there. */
function outline(field: Field, value: unknown): unknown {
  if (field.kind === 'part') return isRecord(value)
  if (field.kind !== 'list' || !Array.isArray(value)) return value
  return value.map((entry: unknown) => (isRecord(entry) && typeof entry['type'] === 'string' ? entry['type'] : entry))
}

function toRow(
  { key, leaves, differs }: ConfigDiffRow,
  labelled: Labelled | undefined,
  runs: readonly ComparedConfig[],
  baseline: number,
): ConfigCompareRow {
  const field = labelled?.field ?? null
  const cells = leaves.map((leaf, run): ConfigCell => {
    if (!leaf) return { text: '', origin: '', absent: true, unset: false, differs: !sameValue(leaf, leaves[baseline]) }
    const origins = runs[run]?.record?.origins ?? {}
    const origin =
      originAt(origins, { kind: field?.kind ?? 'json', path: leaf.path }) ?? (Object.keys(origins).length > 0 ? nowhere('default') : null)
    const unset = leaf.unset ?? false
    return {
      text: cellText(field, leaf.value),
      origin: origin && !unset ? originWords(origin) : '',
      absent: false,
      unset,
      differs: !sameValue(leaf, leaves[baseline]),
    }
  })
  return { key, label: labelOf(key, labelled), cells, differs }
}

function cellText(field: Field | null, value: unknown): string {
  if (field?.kind === 'part') return value === true ? t('common.yes') : t('common.no')
  if (field?.kind === 'list' && Array.isArray(value)) {
    const types = value.map((type: unknown) =>
      typeof type === 'string' ? optionText(type, `${field.table ?? field.key}_type`) : JSON.stringify(type),
    )
    return types.join(' · ') || t('common.none')
  }
  return field ? fieldValueText(field, value) : valueText(value)
}

/** 'Dice 2 · Weight': the component that a setting belongs to, then its own words. */
function labelOf(key: string, labelled: Labelled | undefined): string {
  if (!labelled?.field) return key
  const own = fieldText(labelled.field, 'label')
  const component = /\[([^\]]*?)( \d+)?\][^[]*$/.exec(key)
  if (!component || !labelled.item) return own
  const name = translateOr(
    `config.option.${labelled.item.key}_type_${component[1]}`,
    optionText(component[1] ?? '', `${labelled.item.key}_type`),
  )
  return `${name}${component[2] ?? ''} · ${own}`
}
