import { z } from 'zod'
import { idSchema } from './ids.ts'
import { shapeSchema } from './shape.ts'

export const attributesSchema = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]))
export type Attributes = z.infer<typeof attributesSchema>

/** A value by its name, which may be one that every JavaScript object has ('constructor'). */
export const attributeOf = (attributes: Attributes, name: string): Attributes[string] | undefined =>
  Object.hasOwn(attributes, name) ? attributes[name] : undefined

/** '__proto__' would be lost unsaid on the way through records of attributes. */
export const isAttributeName = (name: string): boolean => name !== '__proto__'
export const noAttributeName = 'an attribute cannot be called __proto__'

/** As they are to be written; a record alone would leave the name out and say nothing. */
const writtenAttributesSchema = z
  .custom<Attributes>((value) => value === null || typeof value !== 'object' || Object.keys(value).every(isAttributeName), {
    error: noAttributeName,
  })
  .pipe(attributesSchema)

export const provenanceSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('human') }),
  z.object({ kind: z.literal('import'), batchId: idSchema }),
  z.object({ kind: z.literal('model'), modelId: idSchema, score: z.number() }),
  /** Which SAM, by its id in the list of this machine, and its name for everybody else; records of earlier versions have one of the two, as the name. */
  z.object({ kind: z.literal('assist'), modelId: idSchema.optional(), name: z.string() }),
])

/** 'object' regions have a class (classId null only while unknown); 'void' regions (index 255) never count in training. */
export const regionSchema = z.enum(['object', 'void'])

export const annotationSchema = z.object({
  id: idSchema,
  itemId: idSchema,
  classId: idSchema.nullable(),
  region: regionSchema,
  shape: shapeSchema,
  attributes: attributesSchema,
  provenance: provenanceSchema,
  z: z.int(),
  rev: z.int().positive(),
  /** Annotations of an item with the same one belong together; absent: none. */
  groupId: idSchema.optional(),
  /** Not to be changed by accident; absent: no. */
  locked: z.boolean().optional(),
})
export type Annotation = z.infer<typeof annotationSchema>

/** How long attributes may become is looked at where they are written (see attributeLimits.ts): what an import brought can be longer, and stays. */
export const newAnnotationSchema = annotationSchema.omit({ itemId: true, rev: true }).extend({ attributes: writtenAttributesSchema })
export type NewAnnotation = z.infer<typeof newAnnotationSchema>

export const annotationPatchSchema = newAnnotationSchema
  .pick({ classId: true, region: true, shape: true, attributes: true, provenance: true, z: true, locked: true })
  .partial()
  /** null: out of its group. */
  .extend({ groupId: idSchema.nullable().optional() })
export type AnnotationPatch = z.infer<typeof annotationPatchSchema>

/** A record with a patch on it; what says 'none' (no group, not locked) is absent, so that equal records are equal. */
export function withPatch<T extends Partial<Pick<Annotation, 'groupId' | 'locked'>>>(record: T, patch: AnnotationPatch): T {
  const { groupId, locked, ...rest } = { ...record, ...patch }
  return { ...rest, ...(groupId ? { groupId } : {}), ...(locked ? { locked } : {}) } as T
}

/** One change inside a transaction; `rev` is the revision the client saw, another one is annotation/conflict. */
export const editSchema = z.discriminatedUnion('op', [
  z.object({ op: z.literal('create'), annotation: newAnnotationSchema }),
  /** `evenLocked`: that it is locked is known, and undo brings it back so. */
  z.object({
    op: z.literal('update'),
    id: idSchema,
    rev: z.int().positive(),
    patch: annotationPatchSchema,
    evenLocked: z.literal(true).optional(),
  }),
  z.object({ op: z.literal('delete'), id: idSchema, rev: z.int().positive(), evenLocked: z.literal(true).optional() }),
])
export type Edit = z.infer<typeof editSchema>

/** Objects that one gesture may change: far more than any picture has, and a bound on what one call can ask of the host. */
export const mostEdits = 100_000
export const editsSchema = z.array(editSchema).min(1).max(mostEdits)

/** What is locked is unlocked first, or deleted on purpose; its place in the order may change, because others pass it. */
export const isHeldBy = (record: Pick<Annotation, 'locked'>, edit: Edit): boolean =>
  (record.locked ?? false) &&
  edit.op !== 'create' &&
  !edit.evenLocked &&
  (edit.op === 'delete' || (edit.patch.locked !== false && Object.keys(edit.patch).some((key) => key !== 'z' && key !== 'locked')))

/** What a transaction left behind: changed or created records whole, deleted ids, and the item's new revision. */
export const editResultSchema = z.object({
  entryId: idSchema,
  itemId: idSchema,
  command: z.string(),
  changed: z.array(annotationSchema),
  deleted: z.array(idSchema),
  itemRev: z.int(),
  savedAt: z.number(),
  canUndo: z.boolean(),
  canRedo: z.boolean(),
  /** It was about the picture as a whole, and the lists of this dataset show it. */
  listedIn: idSchema.optional(),
})
export type EditResult = z.infer<typeof editResultSchema>
