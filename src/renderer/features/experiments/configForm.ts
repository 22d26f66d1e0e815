import { referenceIn } from '../../../shared/model/config/references.ts'
import { isRecord, readPath, writePath, type Config } from './configPath.ts'
import { toField, variantOf, typeConst, type Field, type FieldOf, type Place, type Schema } from './schemaField.ts'

/** The launch form, generated from the JSON Schema of the training configuration. Pure: schema and config in, sections and values out. */
export interface Section {
  readonly name: string
  readonly fields: readonly Field[]
}

/** The fields of an object in its place, with everything below them: `around` is the place of the object itself. */
function objectFields(outer: Schema, value: unknown, around: Place): Field[] {
  const schema = variantOf(outer, value)
  const defaults = isRecord(around.siblingDefault) ? around.siblingDefault : isRecord(outer.default) ? outer.default : {}
  const fields: Field[] = []
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    const place: Place = { ...around, path: `${around.path}.${name}`, key: `${around.key}_${name}`, siblingDefault: defaults[name] }
    if (name === 'type' && typeConst(schema) !== null) {
      const options = (outer.oneOf ?? []).map((variant) => typeConst(variant) ?? '')
      if (options.length > 1)
        fields.push({ ...place, unit: null, nullable: false, default: defaults[name] ?? options[0], kind: 'enum', options })
      continue
    }
    const now = (sibling: string): unknown =>
      (isRecord(value) ? value[sibling] : undefined) ?? defaults[sibling] ?? schema.properties?.[sibling]?.default
    if (property.when && Object.entries(property.when).some(([sibling, wanted]) => now(sibling) !== wanted)) continue
    fields.push(...fieldsOf(property, isRecord(value) ? value[name] : undefined, place))
  }
  return fields
}

/** One property, and what stands below it. */
function fieldsOf(property: Schema, value: unknown, place: Place): Field[] {
  const field = toField(property, place)
  const now = value === undefined ? field.default : value
  const inside: Place = { ...place, depth: field.depth + 1, advanced: field.advanced, siblingDefault: undefined }
  if (field.kind === 'list') return [field, ...itemFields(field, now, value === undefined, inside)]
  if (field.kind === 'part') return isRecord(now) ? [field, ...objectFields(field.schema, now, inside)] : [field]
  // A part of a component that is always there: its own fields stand in its place.
  if (field.kind === 'json' && (property.properties || property.oneOf))
    return objectFields(property, value, { ...place, advanced: field.advanced, siblingDefault: place.siblingDefault ?? property.default })
  return [field]
}

function itemFields(list: FieldOf<'list'>, value: unknown, isDefault: boolean, inside: Place): Field[] {
  const items: readonly unknown[] = Array.isArray(value) ? value : []
  const types = list.variants.flatMap(({ type }) => (type === null ? [] : [type]))
  return items.flatMap((item, index): Field[] => {
    const type = isRecord(item) ? item['type'] : undefined
    const variant = list.variants.find((each) => each.type === type) ?? list.variants[0]!
    const place: Place = {
      ...inside,
      path: `${list.path}.${index}`,
      key: list.table ?? list.key,
      siblingDefault: isDefault ? item : undefined,
    }
    const base = {
      path: place.path,
      key: place.key,
      depth: place.depth,
      unit: null,
      advanced: list.advanced,
      nullable: false,
      default: item,
    }
    const head: Field = { ...base, kind: 'item', list: list.path, index, count: items.length, types }
    return [head, ...objectFields(variant.schema, item, { ...place, depth: place.depth + 1 })]
  })
}

/** Sections in schema order; plain values of the top level stand in 'general', which comes last. */
export function formSections(schema: Config, config: Config): Section[] {
  const general: Field[] = []
  const sections: Section[] = []
  for (const [name, property] of Object.entries((schema as Schema).properties ?? {})) {
    const place: Place = { path: name, key: name, depth: 0, advanced: false, siblingDefault: undefined }
    const fields = fieldsOf(property, config[name], place)
    if (fields.length === 1 && fields[0]!.path === name && fields[0]!.kind !== 'list' && fields[0]!.kind !== 'part')
      general.push(fields[0]!)
    else if (fields.length > 0) sections.push({ name, fields })
  }
  return general.length > 0 ? [...sections, { name: 'general', fields: general }] : sections
}

/** What a field holds now: the config's own value, else the default. */
export const effective = (field: Field, config: Config): unknown => {
  const own = readPath(config, field.path)
  return own === undefined ? field.default : own
}

/** A copy with one value set. A list that only the default gave is written out first, so that the rest of it stays. */
export function setField(sections: readonly Section[], config: Config, path: string, value: unknown): Config {
  const lists = sections.flatMap(({ fields }) => fields).filter((field) => field.kind === 'list' && path.startsWith(`${field.path}.`))
  const written = lists.reduce(
    (made, list) => (readPath(made, list.path) === undefined ? writePath(made, list.path, list.default ?? []) : made),
    config,
  )
  return writePath(written, path, value)
}

export interface Change {
  readonly field: Field
  readonly from: unknown
  readonly to: unknown
}

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)
/** The types of the entries; of anything else, the thing itself. */
const shapeOf = (value: unknown): unknown =>
  Array.isArray(value) ? value.map((item: unknown) => (isRecord(item) ? (item['type'] ?? null) : item)) : value

/** Fields whose value differs from the preset's, in form order. A list with other entries is one change; one with the same entries tells which of their fields differ. */
export function changesAgainst(sections: readonly Section[], preset: Config, config: Config): Change[] {
  const all = sections.flatMap((section) => section.fields)
  const base = all.reduce(
    (made, field) =>
      field.kind === 'list' && field.default !== undefined && readPath(made, field.path) === undefined
        ? setField(sections, made, field.path, field.default)
        : made,
    preset,
  )
  const changes: Change[] = []
  let told: string | null = null
  for (const field of all) {
    if (field.kind === 'item' || (told !== null && field.path.startsWith(`${told}.`))) continue
    const [from, to] = [effective(field, base), effective(field, config)]
    const whole = field.kind === 'list' || field.kind === 'part'
    if (whole ? same(outline(field, from), outline(field, to)) : same(from, to)) continue
    changes.push({ field, from, to })
    told = whole ? field.path : null
  }
  return changes
}

const outline = (field: Field, value: unknown): unknown => (field.kind === 'list' ? shapeOf(value) : isRecord(value))

/** The path of the value that a field follows instead of having its own; null for most. */
export const followedPath = (field: Field, config: Config): string | null => referenceIn(effective(field, config))
