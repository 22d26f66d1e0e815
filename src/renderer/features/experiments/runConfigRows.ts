import { nowhere } from '../../../shared/model/config/origin.ts'
import { changesAgainst, effective, formSections } from './configForm.ts'
import { isRecord, type Config } from './configPath.ts'
import { fieldText, fieldValueText, optionText } from './fieldValue.ts'
import type { Field } from './schemaField.ts'
import { originAt, originWords, type Origins } from './valueOrigin.ts'
import { t } from '../../i18n/i18n.ts'

/** One value of a stored config, as it is read. */
export interface ConfigRow {
  readonly path: string
  readonly depth: number
  /** The head of a list, of an entry, or of a part that can be left out. */
  readonly head: boolean
  readonly label: string
  readonly value: string
  /** What it means that nothing is there; '' for a value that speaks for itself. */
  readonly help: string
  /** '' where nothing is known of it. */
  readonly origin: string
  readonly isDefault: boolean
  readonly changed: boolean
  /** What the preset says; null where nothing is different, or there is no preset. */
  readonly before: string | null
}
export interface RowSection {
  readonly name: string
  readonly rows: readonly ConfigRow[]
}
export type Shown = 'all' | 'given' | 'changed'

export interface StoredConfig {
  readonly config: Config
  readonly origins: Origins
  /** The config of the preset it was made from. */
  readonly preset: Config | null
}

/** Every value of a stored config in the order of the form, with its origin and what the preset has instead. Without a preset, what a --set changed counts as changed. */
export function configRows(schema: Config, { config, origins, preset }: StoredConfig): RowSection[] {
  const sections = formSections(schema, config)
  const changes = new Map((preset ? changesAgainst(sections, preset, config) : []).map((change) => [change.field.path, change]))
  const known = Object.keys(origins).length > 0
  const rowOf = (field: Field): ConfigRow => {
    // What may be left out and is left out was written nowhere.
    const origin = originAt(origins, field) ?? (known ? nowhere('default') : null)
    const change = changes.get(field.path)
    const value = effective(field, config)
    return {
      path: field.path,
      depth: field.depth,
      head: field.kind === 'item' || field.kind === 'list' || field.kind === 'part',
      label: field.kind === 'item' ? String(field.index + 1) : fieldText(field, 'label'),
      value: shownValue(field, value),
      help: isEmpty(value) ? fieldText(field, 'help') : '',
      origin: origin ? originWords(origin) : '',
      isDefault: origin === null || origin.from === 'default',
      changed: preset ? change !== undefined : field.kind !== 'list' && field.kind !== 'item' && origin?.from === 'set',
      before: change ? shownValue(field, change.from) : null,
    }
  }
  return sections.map(({ name, fields }) => ({ name, rows: fields.map(rowOf) }))
}

const isEmpty = (value: unknown): boolean => value === null || value === undefined || (Array.isArray(value) && value.length === 0)

function shownValue(field: Field, value: unknown): string {
  if (field.kind === 'item')
    return isRecord(value) && typeof value['type'] === 'string' ? optionText(value['type'], `${field.key}_type`) : ''
  if (field.kind === 'list' && Array.isArray(value)) {
    const types = value.map((entry: unknown) =>
      isRecord(entry) && typeof entry['type'] === 'string' ? optionText(entry['type'], `${field.table ?? field.key}_type`) : '',
    )
    return types.some(Boolean) ? types.join(' · ') : value.length === 0 ? t('common.none') : String(value.length)
  }
  return fieldValueText(field, value)
}

/** The rows that are wanted; the heads above them stay. */
export function visibleRows(sections: readonly RowSection[], shown: Shown): RowSection[] {
  const wanted = (row: ConfigRow): boolean => shown === 'all' || row.changed || (shown === 'given' && !row.isDefault)
  return sections
    .map(({ name, rows }) => ({
      name,
      rows: rows.filter((row) => wanted(row) || (row.head && rows.some((each) => each.path.startsWith(`${row.path}.`) && wanted(each)))),
    }))
    .filter(({ rows }) => rows.length > 0)
}
