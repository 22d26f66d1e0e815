import { isRecord } from './configPath.ts'

/** The part of JSON Schema that the training config is written in, with the `.meta()` of shared/model/train. */
export interface Schema {
  readonly type?: string
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
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
  /** A control of its own. */
  readonly control?: string
  readonly when?: Readonly<Record<string, unknown>>
  /** Names the fields of a component that several lists hold. */
  readonly table?: string
}

export interface NumberRule {
  readonly integer: boolean
  readonly min: number | null
  readonly exclusiveMin: number | null
  readonly max: number | null
  readonly multipleOf: number | null
}

/** One kind of entry that a list can hold; `type` is null where all entries are alike. */
export interface Variant {
  readonly type: string | null
  readonly schema: Schema
}

interface FieldBase {
  readonly path: string
  /** Where its words are in the catalogue: the path without indices, or the table of its component. */
  readonly key: string
  /** How deep it lies inside lists and parts. */
  readonly depth: number
  readonly unit: string | null
  readonly advanced: boolean
  readonly nullable: boolean
  readonly default: unknown
}
export type FieldKind =
  | { readonly kind: 'number'; readonly rule: NumberRule; readonly step: number | null }
  | { readonly kind: 'boolean' }
  | { readonly kind: 'enum'; readonly options: readonly string[] }
  | { readonly kind: 'numbers'; readonly rules: readonly NumberRule[] }
  | { readonly kind: 'numberList'; readonly rule: NumberRule }
  /** Graphics cards by their numbers. */
  | { readonly kind: 'adapters'; readonly rule: NumberRule }
  /** One of a few words, or a list of numbers; `single`: one number stands for itself. */
  | { readonly kind: 'wordOrNumbers'; readonly words: readonly string[]; readonly rule: NumberRule; readonly single: boolean }
  | { readonly kind: 'text' }
  /** A text that is the id of a file. */
  | { readonly kind: 'weightsFile' }
  | { readonly kind: 'texts' }
  /** Some classes of the dataset. */
  | { readonly kind: 'classNames' }
  /** Classes that become one, by its name. */
  | { readonly kind: 'classMerge' }
  | { readonly kind: 'splits' }
  | { readonly kind: 'every'; readonly units: readonly string[]; readonly rule: NumberRule }
  /** A part that can be left out; its own fields follow while it is there. */
  | { readonly kind: 'part'; readonly schema: Schema }
  /** A list of components; its entries and their fields follow. */
  | { readonly kind: 'list'; readonly variants: readonly Variant[]; readonly max: number | null; readonly table: string | null }
  /** The head of one entry of a list. */
  | { readonly kind: 'item'; readonly list: string; readonly index: number; readonly count: number; readonly types: readonly string[] }
  | { readonly kind: 'json' }
export type Field = FieldBase & FieldKind
/** A field of one kind. */
export type FieldOf<K extends Field['kind']> = Extract<Field, { kind: K }>

/** The variant a discriminated object is in now: by its 'type', else the first. */
export function variantOf(schema: Schema, value: unknown): Schema {
  const variants = schema.oneOf
  if (!variants) return schema
  const type = isRecord(value) ? value['type'] : undefined
  return variants.find((variant) => typeConst(variant) === type) ?? variants[0]!
}

export const typeConst = (schema: Schema): string | null => schema.properties?.['type']?.const ?? null

export function numberRule(schema: Schema): NumberRule {
  return {
    integer: schema.type === 'integer',
    min: schema.minimum ?? null,
    exclusiveMin: schema.exclusiveMinimum ?? null,
    max: schema.maximum ?? null,
    multipleOf: schema.multipleOf ?? null,
  }
}

const isNumber = (schema: Schema): boolean => schema.type === 'integer' || schema.type === 'number'

function listKind(schema: Schema, path: string): FieldKind {
  if (schema.prefixItems)
    return schema.prefixItems.every(isNumber) ? { kind: 'numbers', rules: schema.prefixItems.map(numberRule) } : { kind: 'json' }
  const { items, minItems, maxItems } = schema
  if (!items) return { kind: 'json' }
  if (isNumber(items)) {
    if (minItems === undefined || minItems !== maxItems) return { kind: 'numberList', rule: numberRule(items) }
    return { kind: 'numbers', rules: Array.from({ length: minItems }, () => numberRule(items)) }
  }
  if (items.type === 'string') return { kind: /splits$/i.test(path) ? 'splits' : 'texts' }
  const variants = (items.oneOf ?? [items]).map((variant) => ({ type: typeConst(variant), schema: variant }))
  if (variants.some((variant) => !variant.schema.properties)) return { kind: 'json' }
  return { kind: 'list', variants, max: maxItems ?? null, table: items.table ?? null }
}

function kindOf(schema: Schema, outer: Schema, path: string): FieldKind {
  if (outer.control === 'classNames' || outer.control === 'classMerge') return { kind: outer.control }
  if (outer.control === 'adapters' && schema.items) return { kind: 'adapters', rule: numberRule(schema.items) }
  if (isNumber(schema)) return { kind: 'number', rule: numberRule(schema), step: outer.step ?? null }
  if (schema.type === 'boolean') return { kind: 'boolean' }
  if (schema.enum) return { kind: 'enum', options: schema.enum }
  if (schema.const !== undefined) return { kind: 'enum', options: [schema.const] }
  if (schema.type === 'string') return { kind: outer.control === 'weightsFile' ? 'weightsFile' : 'text' }
  if (schema.type === 'array') return listKind(schema, path)
  const unit = schema.properties?.['unit']
  const every = schema.properties?.['every']
  if (unit?.enum && every && isNumber(every)) return { kind: 'every', units: unit.enum, rule: numberRule(every) }
  return (schema.properties || schema.oneOf) && schema !== outer ? { kind: 'part', schema } : { kind: 'json' }
}

function wordOrNumbers(options: readonly Schema[]): FieldKind | null {
  const words = options.flatMap((option) => option.const ?? [])
  const items = options.find((option) => option.type === 'array')?.items
  const single = options.some(isNumber)
  if (options.length < 2 || words.length + (single ? 1 : 0) !== options.length - 1 || !items || !isNumber(items)) return null
  return { kind: 'wordOrNumbers', words, rule: numberRule(items), single }
}

/** What the fields around a property know of it. */
export interface Place {
  readonly path: string
  readonly key: string
  readonly depth: number
  readonly advanced: boolean
  /** What its object says where the config says nothing. */
  readonly siblingDefault: unknown
}

/** One property as a field. A union that no control fits is edited as JSON. */
export function toField(outer: Schema, place: Place): Field {
  const { siblingDefault, ...base } = place
  // A union that may be null is written as a union inside a union.
  const all = (outer.anyOf ?? []).flatMap((option) => option.anyOf ?? [option])
  const options = all.filter((option) => option.type !== 'null')
  const nullable = options.length < all.length
  const inner = options.length === 1 ? options[0]! : outer.anyOf ? {} : outer
  const kind = wordOrNumbers(options) ?? kindOf(inner, outer, place.path)
  const fallback = siblingDefault ?? outer.default ?? (kind.kind === 'enum' && inner.const !== undefined ? inner.const : undefined)
  return {
    ...base,
    unit: outer.unit ?? inner.unit ?? null,
    advanced: place.advanced || (outer.advanced ?? false),
    nullable,
    default: fallback ?? (nullable ? null : undefined),
    ...kind,
  }
}

/** What a new entry of a list begins as: its type, and for what has no default the smallest that is allowed; a pair of pixels follows the crop. */
export function newItem({ type, schema }: Variant): Record<string, unknown> {
  const given = (schema.required ?? []).flatMap((name): [string, unknown][] => {
    const property = schema.properties?.[name]
    return property && name !== 'type' && property.default === undefined ? [[name, firstValue(property, name)]] : []
  })
  return { ...(type === null ? {} : { type }), ...Object.fromEntries(given) }
}

function firstValue(property: Schema, name: string): unknown {
  const place = { path: name, key: name, depth: 0, advanced: false, siblingDefault: undefined }
  const field = toField(property, place)
  if (field.kind === 'number') return field.rule.min ?? 1
  if (field.kind === 'numbers')
    return field.unit === 'px' && field.rules.length === 2 ? '${data.cropSize}' : field.rules.map((rule) => rule.min ?? 1)
  if (field.kind === 'enum') return field.options[0]
  if (field.kind === 'splits') return ['train']
  return field.kind === 'text' ? '' : []
}
