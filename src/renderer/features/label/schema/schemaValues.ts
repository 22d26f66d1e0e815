import type { Annotation, Attributes } from '../../../../shared/model/annotation.ts'
import { faultOf, type AttributeField, type AttributeValue } from '../../../../shared/model/attributeSchema.ts'

/** One attribute of the selected objects: the value they share, or that they differ. */
export interface SchemaRow {
  readonly field: AttributeField
  readonly value: AttributeValue | undefined
  readonly mixed: boolean
  /** How many of them hold a value that the definition does not allow, or none where one is required. */
  readonly faults: number
  readonly fault: ReturnType<typeof faultOf>
}

type Holder = Pick<Annotation, 'classId' | 'attributes'>

/** The attributes that all of the objects have by their classes, in the order of the first one's. */
export function schemaRows(records: readonly Holder[], fieldsFor: (classId: string | null) => readonly AttributeField[]): SchemaRow[] {
  const [first, ...others] = records
  if (!first) return []
  const same = (a: AttributeField): boolean =>
    others.every(({ classId }) => fieldsFor(classId).some((b) => JSON.stringify(b) === JSON.stringify(a)))
  return fieldsFor(first.classId)
    .filter(same)
    .map((field) => {
      const value = first.attributes[field.name]
      const faults = records.map(({ attributes }) => faultOf(field, attributes[field.name])).filter((fault) => fault !== null)
      const mixed = others.some(({ attributes }) => attributes[field.name] !== value)
      return { field, value, mixed, faults: faults.length, fault: faults[0] ?? null }
    })
}

/** Whether something of an object is to be filled in or corrected; void has no attributes. */
export function faultFinder(fieldsFor: (classId: string | null) => readonly AttributeField[]): (record: Annotation) => boolean {
  const known = new Map<string | null, readonly AttributeField[]>()
  return ({ classId, region, attributes }) => {
    if (region === 'void') return false
    let fields = known.get(classId)
    if (!fields) known.set(classId, (fields = fieldsFor(classId)))
    return fields.some((field) => faultOf(field, attributes[field.name]) !== null)
  }
}

/** The attributes with one of them set, or taken away (undefined); the others stay as they are. */
export function withValue(attributes: Attributes, name: string, value: AttributeValue | undefined): Attributes {
  const entries = Object.entries(attributes).filter(([key]) => key !== name)
  return Object.fromEntries(value === undefined ? entries : [...entries, [name, value] as const])
}
