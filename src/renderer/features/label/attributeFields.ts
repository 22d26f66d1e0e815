import type { Annotation, Attributes } from '../../../shared/model/annotation.ts'

type Value = Attributes[string]

/** Pascal VOC (devkit documentation, section 'Annotation'): pose by name, the others 0 or 1. */
export const vocFlags = ['truncated', 'difficult', 'occluded'] as const
export type VocFlag = (typeof vocFlags)[number]
export const vocPoses = ['Unspecified', 'Frontal', 'Left', 'Rear', 'Right'] as const

export const isSet = (value: Value | undefined): boolean => value === true || value === 1 || value === '1'

/** The new value in the form the old one had, so that an export changes nothing but the fact. */
function flagValue(set: boolean, before: Value | undefined): Value {
  if (typeof before === 'boolean') return set
  if (typeof before === 'number') return set ? 1 : 0
  return set ? '1' : '0'
}

/** Every object can have them, whatever its shape; a void region only where it carries them already. */
export const hasBuiltIn = ({ region, attributes }: Pick<Annotation, 'region' | 'attributes'>): boolean =>
  region === 'object' || 'pose' in attributes || vocFlags.some((flag) => flag in attributes)

/** What setting a flag changes: nothing where it is not set and never was, so that an attribute nobody gave stays absent. */
export const flagPatch = (attributes: Attributes, flag: VocFlag, set: boolean): Attributes =>
  set || Object.hasOwn(attributes, flag) ? { [flag]: flagValue(set, attributes[flag]) } : {}

/** The same for the pose. */
export const posePatch = (attributes: Attributes, pose: string): Attributes =>
  pose !== 'Unspecified' || Object.hasOwn(attributes, 'pose') ? { pose } : {}

/** Whether all that can have the flag have it. */
export function allSet(records: readonly Annotation[], flag: VocFlag): boolean {
  const able = records.filter(hasBuiltIn)
  return able.length > 0 && able.every(({ attributes }) => isSet(attributes[flag]))
}

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
