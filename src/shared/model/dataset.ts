import { z } from 'zod'
import { errorDataSchema } from '../errors.ts'
import { idSchema } from './ids.ts'
import { itemStatusSchema } from './item.ts'

/** How the linked folder was written, so that an export can write it back the same way. */
export const dialectSchema = z.object({
  format: z.enum(['voc', 'images']),
  /** 1: VOC boxes are 1-based inclusive; 0: as is. Decided per dataset, never converted silently. */
  vocOrigin: z.union([z.literal(0), z.literal(1)]),
  /** Boxes drawn on pictures before their EXIF turn were turned with them; datasets imported before this was done have nothing here. */
  exifTurned: z.boolean().optional(),
  classNamesFrom: z.enum(['labelmap.txt', 'class_names.txt', 'labels.txt', 'voc', 'found']),
  /** Index stored in a mask for a void pixel. */
  voidIndex: z.int(),
  maskKind: z.enum(['none', 'palette', 'grayscale', 'color', 'mixed']),
})
export type Dialect = z.infer<typeof dialectSchema>

export const classSchema = z.object({
  id: idSchema,
  datasetId: idSchema,
  name: z.string().min(1).max(200),
  /** Index in the masks of the dataset; null for a class that only boxes use. */
  maskIndex: z.int().min(0).max(254).nullable(),
  /** '#rrggbb' */
  color: z.string().regex(/^#[0-9a-f]{6}$/),
  order: z.int(),
  annotationCount: z.int(),
})
export type ClassRecord = z.infer<typeof classSchema>

export const splitCountSchema = z.object({ name: z.string(), items: z.int() })

export const datasetSchema = z.object({
  id: idSchema,
  name: z.string().min(1),
  rootPath: z.string(),
  dialect: dialectSchema,
  items: z.int(),
  annotations: z.int(),
  splits: z.array(splitCountSchema),
  statusCounts: z.record(itemStatusSchema, z.int()),
  /** Pictures with open comments. */
  commented: z.int(),
  /** Pictures without objects. */
  unlabelled: z.int(),
  quarantined: z.int(),
  missing: z.boolean(),
  createdAt: z.number(),
})
export type Dataset = z.infer<typeof datasetSchema>

/**
 * A file an import, export or read refused or changed: a code, an English sentence, and what the interface makes its own sentences of: `remark` (see
 * remarks.ts; that of the code where there is none) and its facts; line where it has one.
 */
export const fileProblemSchema = z.object({
  file: z.string(),
  line: z.int().nullable(),
  code: z.string(),
  message: z.string(),
  remark: z.string().optional(),
  facts: errorDataSchema.optional(),
  severity: z.enum(['refused', 'warning', 'note']),
  /** The picture that was set aside and can be taken back. */
  itemId: idSchema.optional(),
})
export type FileProblem = z.infer<typeof fileProblemSchema>

export const importReportSchema = z.object({
  datasetId: idSchema.nullable(),
  items: z.int(),
  annotations: z.int(),
  classes: z.array(z.object({ name: z.string(), maskIndex: z.int().nullable(), created: z.boolean() })),
  splits: z.array(splitCountSchema),
  problems: z.array(fileProblemSchema),
})
export type ImportReport = z.infer<typeof importReportSchema>

export const exportReportSchema = z.object({
  folder: z.string(),
  filesUntouched: z.int(),
  filesRewritten: z.int(),
  losses: z.array(fileProblemSchema),
})
export type ExportReport = z.infer<typeof exportReportSchema>

export const exportCheckSchema = exportReportSchema.pick({ filesRewritten: true, losses: true })
export type ExportCheck = z.infer<typeof exportCheckSchema>
