import { attributeOf, type Annotation, type Attributes } from '../../../../shared/model/annotation.ts'
import type { AttributeField } from '../../../../shared/model/attributeSchema.ts'
import type { Id } from '../../../../shared/model/ids.ts'
import { flagPatch, hasBuiltIn, isSet, posePatch, vocFlags, type VocFlag } from '../attributeFields.ts'

/** What several objects have in common: one value, or different ones. */
export type Common<T> = { readonly kind: 'same'; readonly value: T } | { readonly kind: 'mixed' }

export const mixed = { kind: 'mixed' } as const

export function common<T>(values: readonly T[]): Common<T> {
  const [first] = values
  return first !== undefined && values.every((value) => value === first) ? { kind: 'same', value: first } : mixed
}

type Value = Attributes[string]

/** An attribute of those that have it. */
export const valuesOf = (records: readonly Pick<Annotation, 'attributes'>[], name: string): Value[] =>
  records.map(({ attributes }) => attributeOf(attributes, name)).filter((value) => value !== undefined)

/**
 * Attributes by name with what the objects have in common; VOC fields, and what is defined for the class of one of them, stand apart. An attribute that only
 * some have is mixed.
 */
export function commonAttributes(
  records: readonly Annotation[],
  fieldsFor: (classId: Id | null) => readonly Pick<AttributeField, 'name'>[] = () => [],
): readonly { readonly name: string; readonly value: Common<Value> }[] {
  const classes = [...new Set(records.map(({ classId }) => classId))]
  const apart = new Set<string>(['pose', ...vocFlags, ...classes.flatMap((classId) => fieldsFor(classId).map(({ name }) => name))])
  const names = [...new Set(records.flatMap(({ attributes }) => Object.keys(attributes)))].filter((name) => !apart.has(name)).sort()
  return names.map((name) => {
    const values = valuesOf(records, name)
    return { name, value: values.length < records.length ? mixed : common(values) }
  })
}

/** Of several objects and void regions, those that can have the built-in attributes. */
export const withBuiltIn = (records: readonly Annotation[]): readonly Annotation[] => records.filter(hasBuiltIn)

export const commonFlag = (records: readonly Annotation[], flag: VocFlag): Common<boolean> =>
  common(withBuiltIn(records).map(({ attributes }) => isSet(attributes[flag])))

export const commonPose = (records: readonly Annotation[]): Common<string> =>
  common(withBuiltIn(records).map(({ attributes: { pose } }) => (typeof pose === 'string' ? pose : 'Unspecified')))

/** A typed text as a value of the kind the objects had: a number stays a number, yes and no stay so. */
export function typedValue(text: string, before: readonly Value[]): Value {
  const known = before.filter((value) => value !== null)
  if (known.length > 0 && known.every((value) => typeof value === 'number') && text.trim() !== '' && Number.isFinite(Number(text)))
    return Number(text)
  if (known.length > 0 && known.every((value) => typeof value === 'boolean') && /^(true|false)$/i.test(text))
    return text.toLowerCase() === 'true'
  return text
}

/** The patch of each object: the flag in the form that object had. */
export const flagChange =
  (flag: VocFlag, set: boolean) =>
  (record: Annotation): Attributes =>
    hasBuiltIn(record) ? flagPatch(record.attributes, flag, set) : {}

export const poseChange =
  (pose: string) =>
  (record: Annotation): Attributes =>
    hasBuiltIn(record) ? posePatch(record.attributes, pose) : {}
