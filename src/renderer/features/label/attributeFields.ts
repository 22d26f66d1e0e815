import type { Annotation, Attributes } from '../../../shared/model/annotation.ts'

type Value = Attributes[string]

/** Pascal VOC (devkit documentation, section 'Annotation'): pose by name, the others 0 or 1. */
export const vocFlags = ['truncated', 'difficult', 'occluded'] as const
export type VocFlag = (typeof vocFlags)[number]
export const vocPoses = ['Unspecified', 'Frontal', 'Left', 'Rear', 'Right'] as const

export const isSet = (value: Value | undefined): boolean => value === true || value === 1 || value === '1'

/** The new value in the form the old one had, so that an export changes nothing but the fact. */
export function flagValue(set: boolean, before: Value | undefined): Value {
  if (typeof before === 'boolean') return set
  if (typeof before === 'number') return set ? 1 : 0
  return set ? '1' : '0'
}

/** VOC fields are offered for boxes; and wherever an annotation carries them already. */
export const hasVocFields = (record: Annotation): boolean =>
  record.shape.kind === 'box' || 'pose' in record.attributes || vocFlags.some((flag) => flag in record.attributes)

export function poseOptions(current: Value | undefined): readonly string[] {
  const value = typeof current === 'string' ? current : 'Unspecified'
  return (vocPoses as readonly string[]).includes(value) ? vocPoses : [...vocPoses, value]
}

/** Every other field, as it was read. */
export function otherAttributes(attributes: Attributes): readonly (readonly [string, string])[] {
  const shown = new Set<string>(['pose', ...vocFlags])
  return Object.entries(attributes)
    .filter(([key]) => !shown.has(key))
    .map(([key, value]) => [key, String(value)] as const)
}
