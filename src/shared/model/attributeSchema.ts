import { z } from 'zod'
import { isAttributeName, noAttributeName, type Attributes } from './annotation.ts'
import { idSchema } from './ids.ts'

const common = {
  /** The key in an annotation's attributes. */
  name: z.string().trim().min(1).max(80).refine(isAttributeName, { message: noAttributeName }),
  required: z.boolean(),
}
const optionSchema = z.string().trim().min(1).max(200)

/** One attribute that objects of a class have. `fallback`: what a new object starts with; null: nothing. */
export const attributeFieldSchema = z.discriminatedUnion('kind', [
  z.object({ ...common, kind: z.literal('text'), fallback: z.string().max(2_000).nullable() }),
  z
    .object({
      ...common,
      kind: z.literal('number'),
      fallback: z.number().nullable(),
      min: z.number().nullable(),
      max: z.number().nullable(),
      step: z.number().positive().nullable(),
    })
    .refine(({ min, max }) => min === null || max === null || min <= max, { message: 'min is greater than max' }),
  z
    .object({ ...common, kind: z.literal('choice'), fallback: z.string().nullable(), options: z.array(optionSchema).min(1).max(200) })
    .refine(({ options }) => new Set(options).size === options.length, { message: 'an option stands there twice' }),
  z.object({ ...common, kind: z.literal('flag'), fallback: z.boolean().nullable() }),
])
export type AttributeField = z.infer<typeof attributeFieldSchema>
export type AttributeKind = AttributeField['kind']
export type AttributeValue = Attributes[string]

/** Pascal VOC's own, which every object can have without a schema. */
export const builtInAttributes = ['pose', 'truncated', 'difficult', 'occluded'] as const

export const attributeFieldsSchema = z
  .array(attributeFieldSchema)
  .max(100)
  .refine((fields) => new Set(fields.map(({ name }) => name)).size === fields.length, { message: 'two attributes have the same name' })
  .refine((fields) => fields.every(({ name }) => !(builtInAttributes as readonly string[]).includes(name)), {
    message: 'pose, truncated, difficult and occluded are built in',
  })

/** What the user defined for a dataset: attributes of every class, and more of single ones. */
export const attributeSchemaSchema = z.object({
  all: attributeFieldsSchema,
  classes: z.array(z.object({ classId: idSchema, fields: attributeFieldsSchema })),
})
export type AttributeSchema = z.infer<typeof attributeSchemaSchema>

export const noAttributes: AttributeSchema = { all: [], classes: [] }

/** The attributes of a class: those of every class, then its own; an own one of the same name stands for both. */
export function fieldsOf(schema: AttributeSchema, classId: string | null): readonly AttributeField[] {
  const own = schema.classes.find((entry) => entry.classId === classId)?.fields ?? []
  return [...schema.all.filter(({ name }) => own.every((field) => field.name !== name)), ...own]
}

/** What is wrong with a value; null: nothing. A value of older days or of another tool stays as it is, and is said to be wrong. */
export function faultOf(field: AttributeField, value: AttributeValue | undefined): 'missing' | 'kind' | 'range' | 'step' | 'option' | null {
  if (value === undefined || value === null || value === '') return field.required ? 'missing' : null
  switch (field.kind) {
    case 'text':
      return typeof value === 'string' ? null : 'kind'
    case 'flag':
      return typeof value === 'boolean' ? null : 'kind'
    case 'choice':
      return typeof value === 'string' && field.options.includes(value) ? null : 'option'
    case 'number': {
      if (typeof value !== 'number') return 'kind'
      const { min, max, step } = field
      if ((min !== null && value < min) || (max !== null && value > max)) return 'range'
      const steps = step === null ? 0 : (value - (min ?? 0)) / step
      return Math.abs(steps - Math.round(steps)) > 1e-9 * Math.max(1, Math.abs(steps)) ? 'step' : null
    }
  }
}

/** What a new object of the class starts with. */
export function startAttributes(fields: readonly AttributeField[]): Attributes {
  return Object.fromEntries(fields.flatMap(({ name, fallback }) => (fallback === null ? [] : [[name, fallback] as const])))
}

/**
 * The attributes of an object that gets another class: what the old class had given it goes where the new one does not define it, and what the new one starts
 * with comes where nothing stands; what was filled in stays. The same object where that changes nothing.
 */
export function attributesInClass(attributes: Attributes, from: readonly AttributeField[], to: readonly AttributeField[]): Attributes {
  const given = new Map(from.map(({ name, fallback }) => [name, fallback]))
  const defined = new Set(to.map(({ name }) => name))
  const kept = Object.entries(attributes).filter(([name, value]) => defined.has(name) || value === null || value !== given.get(name))
  const added = Object.entries(startAttributes(to)).filter(([name]) => !Object.hasOwn(attributes, name))
  const same = added.length === 0 && kept.length === Object.keys(attributes).length
  return same ? attributes : Object.fromEntries([...kept, ...added])
}
