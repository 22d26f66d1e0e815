import { samOverridesSchema, type SamFacts, type SamOverrides } from '../../../../shared/model/samModel.ts'

/** What can be said against the recognised pre-processing; text fields are as typed, '' stands for 'as recognised'. */
export const overrideFields = ['size', 'fit', 'resize', 'colorOrder', 'mean', 'std', 'padLabel', 'maskRule'] as const
export type OverrideField = (typeof overrideFields)[number]
export type OverrideDraft = Readonly<Record<OverrideField, string>>

/** The fields that are chosen from a list. */
export const overrideChoices = {
  fit: ['longSide', 'stretch'],
  resize: ['bilinear', 'nearest', 'none'],
  colorOrder: ['RGB', 'BGR'],
  maskRule: ['official', 'iou', 'stability'],
} as const satisfies Partial<Record<OverrideField, readonly string[]>>

const numbers = (text: string): number[] =>
  text
    .split(/[\s,;，；]+/)
    .filter(Boolean)
    .map(Number)

const valueOf = (field: OverrideField, text: string): unknown => {
  switch (field) {
    case 'size':
    case 'padLabel':
      return Number(text)
    case 'mean':
    case 'std':
      return numbers(text)
    default:
      return text
  }
}

const textOf = (value: SamOverrides[OverrideField] | null): string => (Array.isArray(value) ? value.join(', ') : String(value ?? ''))

export const draftOf = (overrides: SamOverrides): OverrideDraft =>
  // Built from the list of fields, so it has one text for each.
  Object.fromEntries(overrideFields.map((field) => [field, textOf(overrides[field])])) as OverrideDraft

/** What is in force now, for the hint beside an empty field. */
export const recognisedText = ({ preprocess, prompts }: SamFacts, field: OverrideField): string =>
  textOf({ ...preprocess, ...prompts }[field])

/** The overrides that a form says, keeping those it has no field for; or the first field that makes no sense. */
export function readDraft(
  draft: OverrideDraft,
  before: SamOverrides,
): { readonly overrides: SamOverrides } | { readonly bad: OverrideField } {
  const said: Record<string, unknown> = { ...before }
  for (const field of overrideFields) {
    const text = draft[field].trim()
    if (text === '') delete said[field]
    else {
      const value = valueOf(field, text)
      if (!samOverridesSchema.safeParse({ [field]: value }).success) return { bad: field }
      said[field] = value
    }
  }
  return { overrides: samOverridesSchema.parse(said) }
}
