/** The launch form, generated from the JSON Schema of the training configuration. Pure: schema and config in, sections and values out. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json }
export type Config = Readonly<Record<string, unknown>>

interface Schema {
  readonly type?: string
  readonly properties?: Readonly<Record<string, Schema>>
  readonly oneOf?: readonly Schema[]
  readonly anyOf?: readonly Schema[]
  readonly enum?: readonly string[]
  readonly const?: string
  readonly default?: unknown
  readonly minimum?: number
  readonly exclusiveMinimum?: number
  readonly maximum?: number
  readonly multipleOf?: number
  readonly items?: Schema | false
  readonly prefixItems?: readonly Schema[]
  readonly minItems?: number
  readonly maxItems?: number
  readonly unit?: string
  readonly step?: number
  readonly advanced?: boolean
  readonly when?: Readonly<Record<string, unknown>>
}

export interface NumberRule {
  readonly integer: boolean
  readonly min: number | null
  readonly exclusiveMin: number | null
  readonly max: number | null
  readonly multipleOf: number | null
}

interface FieldBase {
  readonly path: string
  readonly unit: string | null
  readonly advanced: boolean
  readonly nullable: boolean
  readonly default: unknown
}
export type Field = FieldBase &
  (
    | { readonly kind: 'number'; readonly rule: NumberRule; readonly step: number | null }
    | { readonly kind: 'boolean' }
    | { readonly kind: 'enum'; readonly options: readonly string[] }
    | { readonly kind: 'numbers'; readonly rules: readonly NumberRule[] }
    | { readonly kind: 'strings' }
    | { readonly kind: 'every'; readonly units: readonly string[]; readonly rule: NumberRule }
    | { readonly kind: 'json' }
  )

export interface Section {
  readonly name: string
  readonly fields: readonly Field[]
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)

export function readPath(config: unknown, path: string): unknown {
  let at: unknown = config
  for (const key of path.split('.')) {
    if (!isRecord(at)) return undefined
    at = at[key]
  }
  return at
}

/** A copy with one value set, or taken out when it is undefined. */
export function writePath(config: Config, path: string, value: unknown): Config {
  const [head, ...rest] = path.split('.')
  const next: Record<string, unknown> = { ...config }
  if (rest.length === 0) {
    if (value === undefined) delete next[head!]
    else next[head!] = value
  } else {
    const inner = next[head!]
    next[head!] = writePath(isRecord(inner) ? inner : {}, rest.join('.'), value)
  }
  return next
}

/** The variant a discriminated object is in now: by its 'type', else the first. */
function variantOf(schema: Schema, value: unknown): Schema {
  const variants = schema.oneOf
  if (!variants) return schema
  const type = isRecord(value) ? value['type'] : undefined
  return variants.find((variant) => variant.properties?.['type']?.const === type) ?? variants[0]!
}

function numberRule(schema: Schema): NumberRule {
  return {
    integer: schema.type === 'integer',
    min: schema.minimum ?? null,
    exclusiveMin: schema.exclusiveMinimum ?? null,
    max: schema.maximum ?? null,
    multipleOf: schema.multipleOf ?? null,
  }
}

const isNumber = (schema: Schema): boolean => schema.type === 'integer' || schema.type === 'number'

function listRules(schema: Schema): readonly NumberRule[] | null {
  if (schema.prefixItems) return schema.prefixItems.every(isNumber) ? schema.prefixItems.map(numberRule) : null
  const { items, minItems, maxItems } = schema
  if (!items || !isNumber(items) || minItems === undefined || minItems !== maxItems) return null
  return Array.from({ length: minItems }, () => numberRule(items))
}

function toField(path: string, outer: Schema, siblingDefault: unknown): Field {
  const inner = outer.anyOf?.find((option) => option.type !== 'null')
  const schema: Schema = inner ?? outer
  const base: FieldBase = {
    path,
    unit: outer.unit ?? null,
    advanced: outer.advanced ?? false,
    nullable: inner !== undefined,
    default: outer.default ?? siblingDefault ?? (inner ? null : undefined),
  }
  if (isNumber(schema)) return { ...base, kind: 'number', rule: numberRule(schema), step: outer.step ?? null }
  if (schema.type === 'boolean') return { ...base, kind: 'boolean' }
  if (schema.enum) return { ...base, kind: 'enum', options: schema.enum }
  if (schema.const !== undefined) return { ...base, kind: 'enum', options: [schema.const], default: schema.const }
  const rules = schema.type === 'array' ? listRules(schema) : null
  if (rules) return { ...base, kind: 'numbers', rules }
  if (schema.type === 'array' && schema.items && schema.items.type === 'string') return { ...base, kind: 'strings' }
  const unit = schema.properties?.['unit']
  const every = schema.properties?.['every']
  if (unit?.enum && every && isNumber(every)) return { ...base, kind: 'every', units: unit.enum, rule: numberRule(every) }
  return { ...base, kind: 'json' }
}

function objectFields(name: string, outer: Schema, value: unknown): Field[] {
  const schema = variantOf(outer, value)
  const outerDefault = isRecord(outer.default) ? outer.default : {}
  const fields: Field[] = []
  for (const [key, property] of Object.entries(schema.properties ?? {})) {
    if (key === 'type' && outer.oneOf) {
      const options = outer.oneOf.map((variant) => variant.properties?.['type']?.const ?? '')
      if (options.length > 1)
        fields.push({ path: `${name}.type`, unit: null, advanced: false, nullable: false, default: options[0], kind: 'enum', options })
      continue
    }
    const now = (sibling: string): unknown => (isRecord(value) ? value[sibling] : undefined) ?? schema.properties?.[sibling]?.default
    if (property.when && Object.entries(property.when).some(([sibling, wanted]) => now(sibling) !== wanted)) continue
    const field = toField(`${name}.${key}`, property, outerDefault[key])
    // A part of a component: its own fields stand in its place.
    if (field.kind === 'json' && property.properties)
      fields.push(...objectFields(field.path, property, isRecord(value) ? value[key] : undefined))
    else fields.push(field)
  }
  return fields
}

/** Sections in schema order; plain values of the top level stand in 'general', which comes last. */
export function formSections(schema: Config, config: Config): Section[] {
  const general: Field[] = []
  const sections: Section[] = []
  for (const [name, property] of Object.entries((schema as Schema).properties ?? {})) {
    if (property.properties || property.oneOf) {
      const fields = objectFields(name, property, config[name])
      if (fields.length > 0) sections.push({ name, fields })
    } else general.push(toField(name, property, undefined))
  }
  return general.length > 0 ? [...sections, { name: 'general', fields: general }] : sections
}

/** What a field holds now: the config's own value, else the default. */
export const effective = (field: Field, config: Config): unknown => {
  const own = readPath(config, field.path)
  return own === undefined ? field.default : own
}

export interface Change {
  readonly field: Field
  readonly from: unknown
  readonly to: unknown
}

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)

/** Fields whose value differs from the preset's, in form order. */
export function changesAgainst(sections: readonly Section[], preset: Config, config: Config): Change[] {
  return sections
    .flatMap((section) => section.fields)
    .map((field) => ({ field, from: effective(field, preset), to: effective(field, config) }))
    .filter((change) => !same(change.from, change.to))
}
