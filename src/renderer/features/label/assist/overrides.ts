import { samOverridesSchema, type SamFacts, type SamOverrides } from '../../../../shared/model/samModel.ts'

/** What can be said against the recognised pre-processing; text fields are as typed, '' stands for 'as recognised'. */
export const overrideFields = ['size', 'fit', 'resize', 'pad', 'colorOrder', 'mean', 'std', 'padLabel', 'maxPoints', 'maskRule'] as const
export type OverrideField = (typeof overrideFields)[number]
export type OverrideDraft = Readonly<Record<OverrideField, string>>

/** The fields that are chosen from a list. */
export const overrideChoices = {
  fit: ['longSide', 'stretch'],
  resize: ['bilinear', 'nearest', 'none'],
  pad: ['true', 'false'],
  colorOrder: ['RGB', 'BGR'],
  maskRule: ['official', 'iou', 'stability'],
} as const satisfies Partial<Record<OverrideField, readonly string[]>>

/** Typed for none, where none is something to say. */
const none = '-'

const numbers = (text: string): number[] =>
  text
    .split(/[\s,;，；]+/)
    .filter(Boolean)
    .map(Number)

const valueOf = (field: OverrideField, text: string): unknown => {
  switch (field) {
    case 'size':
      return Number(text)
    case 'padLabel':
    case 'maxPoints':
      return text === none ? null : Number(text)
    case 'pad':
      return text === 'true' || (text === 'false' ? false : text)
    case 'mean':
    case 'std':
      return numbers(text)
    default:
      return text
  }
}

function textOf(value: SamOverrides[OverrideField]): string {
  if (value === null) return none
  return Array.isArray(value) ? value.join(', ') : String(value ?? '')
}

export const draftOf = (overrides: SamOverrides): OverrideDraft =>
  // Built from the list of fields, so it has one text for each.
  Object.fromEntries(overrideFields.map((field) => [field, textOf(overrides[field])])) as OverrideDraft

/** What is in force now, for the hint beside an empty field. */
export const recognisedText = ({ preprocess, prompts }: SamFacts, field: OverrideField): string =>
  textOf({ ...preprocess, ...prompts }[field])

/** The overrides that a form says; or the first field that makes no sense. */
export function readDraft(draft: OverrideDraft): { readonly overrides: SamOverrides } | { readonly bad: OverrideField } {
  const said: Record<string, unknown> = {}
  for (const field of overrideFields) {
    const text = draft[field].trim()
    if (text === '') continue
    const value = valueOf(field, text)
    if (!samOverridesSchema.safeParse({ [field]: value }).success) return { bad: field }
    said[field] = value
  }
  return { overrides: samOverridesSchema.parse(said) }
}
