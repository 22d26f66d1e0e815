import { attributeOf, type Annotation, type Attributes } from '../../../../shared/model/annotation.ts'
import { faultOf, type AttributeField, type AttributeValue } from '../../../../shared/model/attributeSchema.ts'

type Holder = Pick<Annotation, 'classId' | 'attributes'>

/** One attribute of the selected objects whose class has it: the value they share, or that they differ. */
export interface SchemaRow<Record extends Holder> {
  readonly field: AttributeField
  /** The objects that have it; the class of the others does not. */
  readonly records: readonly Record[]
  readonly value: AttributeValue | undefined
  readonly mixed: boolean
  /** How many of them hold a value that the definition does not allow, or none where one is required. */
  readonly faults: number
  readonly fault: ReturnType<typeof faultOf>
}

/** The attributes that the objects have by their classes: those of all of them first, then of some. Two definitions of one name are two attributes. */
export function schemaRows<Record extends Holder>(
  records: readonly Record[],
  fieldsFor: (classId: string | null) => readonly AttributeField[],
): SchemaRow<Record>[] {
  const byClass = new Map<string | null, Record[]>()
  for (const record of records) {
    const own = byClass.get(record.classId)
    if (own) own.push(record)
    else byClass.set(record.classId, [record])
  }
  const found = new Map<string, { field: AttributeField; records: Record[] }>()
  for (const [classId, own] of byClass) {
    for (const field of fieldsFor(classId)) {
      const definition = JSON.stringify(field)
      const known = found.get(definition)
      found.set(definition, { field, records: [...(known?.records ?? []), ...own] })
    }
  }
  const rows = [...found.values()].map((row) => ({ ...row, ...shared(row.field, row.records) }))
  const ofAll = (row: SchemaRow<Record>): boolean => row.records.length === records.length
  return [...rows.filter(ofAll), ...rows.filter((row) => !ofAll(row))]
}

function shared(field: AttributeField, records: readonly Holder[]): Omit<SchemaRow<Holder>, 'field' | 'records'> {
  const [value, ...others] = records.map(({ attributes }) => attributeOf(attributes, field.name))
  const faults = [value, ...others].map((each) => faultOf(field, each)).filter((fault) => fault !== null)
  return { value, mixed: others.some((other) => other !== value), faults: faults.length, fault: faults[0] ?? null }
}

/** Whether something of an object is to be filled in or corrected; void has no attributes. */
export function faultFinder(fieldsFor: (classId: string | null) => readonly AttributeField[]): (record: Annotation) => boolean {
  const known = new Map<string | null, readonly AttributeField[]>()
  return ({ classId, region, attributes }) => {
    if (region === 'void') return false
    let fields = known.get(classId)
    if (!fields) known.set(classId, (fields = fieldsFor(classId)))
    return fields.some((field) => faultOf(field, attributeOf(attributes, field.name)) !== null)
  }
}

/** The attributes with one of them set, or taken away (undefined); the others stay as they are. */
export function withValue(attributes: Attributes, name: string, value: AttributeValue | undefined): Attributes {
  const entries = Object.entries(attributes).filter(([key]) => key !== name)
  return Object.fromEntries(value === undefined ? entries : [...entries, [name, value] as const])
}
