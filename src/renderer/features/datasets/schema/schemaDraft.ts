import { isAttributeName } from '../../../../shared/model/annotation.ts'
import {
  attributeFieldSchema,
  attributeFieldsSchema,
  faultOf,
  type AttributeField,
  type AttributeKind,
} from '../../../../shared/model/attributeSchema.ts'

/** A definition while it is being written: numbers and lists are what stands in their fields. */
export interface FieldDraft {
  name: string
  kind: AttributeKind
  required: boolean
  fallback: string
  min: string
  max: string
  step: string
  /** One option per line. */
  options: string
}

export const newDraft = (): FieldDraft => ({
  name: '',
  kind: 'text',
  required: false,
  fallback: '',
  min: '',
  max: '',
  step: '',
  options: '',
})

const numberText = (value: number | null): string => (value === null ? '' : String(value))

export function toDraft(field: AttributeField): FieldDraft {
  const { name, kind, required } = field
  const draft: FieldDraft = { ...newDraft(), name, kind, required, fallback: field.fallback === null ? '' : String(field.fallback) }
  if (field.kind === 'choice') return { ...draft, options: field.options.join('\n') }
  if (field.kind !== 'number') return draft
  return { ...draft, min: numberText(field.min), max: numberText(field.max), step: numberText(field.step) }
}

/** '' -> null; what is no number -> NaN, which the schema refuses. */
const numberOf = (text: string): number | null => (text.trim() === '' ? null : Number(text.trim().replace(',', '.')))

export const optionsOf = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')

function ofDraft(draft: FieldDraft): unknown {
  const { name, kind, required } = draft
  const given = draft.fallback.trim()
  const common = { name, kind, required }
  switch (kind) {
    case 'text':
      return { ...common, fallback: given === '' ? null : draft.fallback }
    case 'flag':
      return { ...common, fallback: given === '' ? null : given === 'true' }
    case 'choice':
      return { ...common, fallback: given === '' ? null : given, options: optionsOf(draft.options) }
    case 'number':
      return { ...common, fallback: numberOf(given), min: numberOf(draft.min), max: numberOf(draft.max), step: numberOf(draft.step) }
  }
}

export type DraftFault = 'name' | 'reserved' | 'twice' | 'number' | 'limits' | 'options' | 'fallback'

/** What is wrong with one of the drafts, by its place. */
function faultAt(drafts: readonly FieldDraft[], place: number): DraftFault | null {
  const draft = drafts[place]!
  const name = draft.name.trim()
  if (name === '') return 'name'
  if (!isAttributeName(name)) return 'reserved'
  if (drafts.findIndex((other) => other.name.trim() === name) !== place) return 'twice'
  const parsed = attributeFieldSchema.safeParse(ofDraft(draft))
  if (!parsed.success) {
    const numbers = [draft.fallback, draft.min, draft.max, draft.step].map(numberOf)
    if (draft.kind === 'number') return numbers.some((n) => n !== null && !Number.isFinite(n)) ? 'number' : 'limits'
    return draft.kind === 'choice' ? 'options' : 'name'
  }
  const field = parsed.data
  if (!attributeFieldsSchema.safeParse([field]).success) return 'name'
  return field.fallback !== null && faultOf(field, field.fallback) !== null ? 'fallback' : null
}

/** The definitions, or what stands in their way, by place. */
export function fromDrafts(drafts: readonly FieldDraft[]): { fields: AttributeField[] } | { faults: ReadonlyMap<number, DraftFault> } {
  const faults = new Map<number, DraftFault>()
  for (const place of drafts.keys()) {
    const fault = faultAt(drafts, place)
    if (fault) faults.set(place, fault)
  }
  return faults.size > 0 ? { faults } : { fields: attributeFieldsSchema.parse(drafts.map(ofDraft)) }
}
