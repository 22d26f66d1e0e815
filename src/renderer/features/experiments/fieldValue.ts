import { configFound, type RuleFacts } from '../../../shared/model/config/rules.ts'
import { t, translateOr } from '../../i18n/i18n.ts'
import { formatNumber } from '../../ui/format.ts'
import { fileName } from '../folders/chosenFiles.ts'
import { isRecord } from './configPath.ts'
import { mergeText } from './classRules.ts'
import type { Field, NumberRule } from './schemaField.ts'

/** A value that was typed: what it means, or why it means nothing. */
export type Parsed<T> = { readonly value: T } | { readonly problem: string }

/** What is wrong with a number, as a sentence; null when it is allowed. */
export function numberProblem(value: number, rule: NumberRule): string | null {
  if (!Number.isFinite(value)) return t('config.badNumber')
  if (rule.integer && !Number.isInteger(value)) return t('config.badInteger')
  if (rule.min !== null && value < rule.min) return t('config.rule.tooSmall', { min: rule.min })
  if (rule.exclusiveMin !== null && value <= rule.exclusiveMin) return t('config.rule.mustExceed', { min: rule.exclusiveMin })
  if (rule.max !== null && value > rule.max) return t('config.rule.tooLarge', { max: rule.max })
  if (rule.multipleOf !== null && value % rule.multipleOf !== 0) return t('config.rule.notMultiple', { multiple: rule.multipleOf })
  return null
}

/** Accepts '6e-5', '0.001', full-width digits and a comma as decimal sign; empty is null where that is allowed. */
export function parseNumber(text: string, rule: NumberRule, nullable: boolean): Parsed<number | null> {
  const clean = text
    .normalize('NFKC')
    .trim()
    .replace(/^([^,]*),([^,]*)$/, '$1.$2')
  if (clean === '') return nullable ? { value: null } : { problem: t('config.badNumber') }
  const value = Number(clean)
  const problem = numberProblem(value, rule)
  return problem === null ? { value } : { problem }
}

export function parseJson(text: string): Parsed<unknown> {
  try {
    return { value: JSON.parse(text) as unknown }
  } catch (error) {
    return { problem: t('config.badJson', { reason: error instanceof Error ? error.message : '' }) }
  }
}

/** Numbers or words, separated by commas or spaces; what they mean is checked one by one. */
export function parseList<T>(text: string, read: (word: string) => Parsed<T>): Parsed<T[]> {
  const values: T[] = []
  for (const word of text.normalize('NFKC').split(/[\s,、]+/)) {
    if (word === '') continue
    const parsed = read(word)
    if ('problem' in parsed) return parsed
    values.push(parsed.value)
  }
  return { value: values }
}

/** The words of a field: label and help; what only the training of a SAM has stands apart. */
export const fieldText = (field: Field, part: 'label' | 'help'): string =>
  translateOr(`config.field.${field.key}.${part}`, translateOr(`tuning.field.${field.key}.${part}`, part === 'label' ? field.path : ''))

export const sectionText = (name: string): string => translateOr(`tuning.section.${name}`, translateOr(`config.section.${name}`, name))

/** The label of what lies at a path of the form: with the number of its entry, where it lies in a list. */
export function labelAt(fields: readonly Field[], path: string): string {
  const field = fields.find((each) => each.path === path && each.kind !== 'item')
  const entry = /\.(\d+)(?:\.|$)/.exec(path)
  return field ? `${fieldText(field, 'label')}${entry ? ` ${Number(entry[1]) + 1}` : ''}` : fieldLabel(path)
}

/** The label of a field by its path; what lies deeper than a field keeps its own path after the label. */
export function fieldLabel(path: string): string {
  const parts = path.split('.')
  for (let n = parts.length; n > 0; n--) {
    const label = translateOr(`config.field.${parts.slice(0, n).join('_')}.label`, '')
    if (label !== '') return [label, parts.slice(n).join('.')].filter(Boolean).join(' · ')
  }
  return path
}

/** What was found has a word of its own in each language, unless it is a value. */
function inWords(data: RuleFacts): RuleFacts {
  const { found } = data
  return typeof found === 'string' && Object.hasOwn(configFound, found)
    ? { ...data, found: translateOr(`config.found.${found}`, found) }
    : data
}

/** What the host says is wrong, in the language of the page; its own words where the rule has no sentence. */
export const problemText = (problem: { message: string; rule: { key: string; data: Record<string, string | number> } | null }): string =>
  problem.rule ? translateOr(`config.rule.${problem.rule.key}`, problem.message, inWords(problem.rule.data)) : problem.message

/** With the name that was meant, where there is one. */
export const problemSentence = (problem: Parameters<typeof problemText>[0] & { nearest: string | null }): string =>
  [problemText(problem), problem.nearest === null ? '' : t('experiments.launch.nearest', { nearest: problem.nearest })]
    .filter(Boolean)
    .join(' ')

/** A number as it is edited: shortest text that reads back as the same number. */
export const editText = (value: unknown): string =>
  typeof value === 'number' ? (value !== 0 && Math.abs(value) < 1e-3 ? value.toExponential() : String(value)) : ''

/** A value as it is listed among changes. */
export function valueText(value: unknown): string {
  if (value === null || value === undefined) return t('config.unset')
  if (typeof value === 'number') return formatNumber(value, 6)
  if (typeof value === 'boolean') return t(value ? 'common.yes' : 'common.no')
  if (typeof value === 'string') return value
  if (Array.isArray(value) && value.every((each) => typeof each !== 'object')) return value.join(', ') || t('common.none')
  if (Array.isArray(value)) return value.map(entryText).join(' · ')
  if (typeof value === 'object' && 'every' in value && 'unit' in value && typeof value.every === 'number')
    return t(value.unit === 'step' ? 'config.every.step' : 'config.every.epoch', {}, value.every)
  return JSON.stringify(value)
}

/** A part that is there: by its file, where it has one. */
const partText = (part: Readonly<Record<string, unknown>>): string =>
  (typeof part['file'] === 'string' && fileName(part['file'])) || t('common.yes')

/** One entry of a list, by its type. */
function entryText(entry: unknown): string {
  const type = typeof entry === 'object' && entry !== null && 'type' in entry ? entry.type : undefined
  return typeof type === 'string' ? optionText(type) : JSON.stringify(entry)
}

/** The words of a choice: those of this very field, else those of the choice wherever it stands. */
export const optionText = (option: string, key = ''): string =>
  translateOr(`config.option.${key}_${option}`, translateOr(`config.option.${option}`, translateOr(`tuning.option.${option}`, option)))

/** The value of a field, with its unit; an id of a file is called by the file's name. */
export function fieldValueText(field: Field, value: unknown): string {
  if (field.kind === 'weightsFile' && typeof value === 'string' && value !== '') return fileName(value)
  if (field.kind === 'enum' && typeof value === 'string') return optionText(value, field.key)
  if (field.kind === 'wordOrNumbers' && typeof value === 'string') return optionText(value, field.key)
  if (field.kind === 'part') return isRecord(value) ? partText(value) : t('common.no')
  if (field.kind === 'classMerge') return mergeText(value) || t('common.none')
  const text = valueText(value)
  const measured = typeof value === 'number' || (Array.isArray(value) && value.length > 0)
  return measured && field.unit !== null ? `${text} ${translateOr(`config.unit.${field.unit}`, field.unit)}` : text
}
