import { z } from 'zod'
import { attributeFieldsSchema, attributeSchemaSchema } from '../../model/attributeSchema.ts'
import { classSchema, datasetSchema } from '../../model/dataset.ts'
import { fileProblemSchema } from '../../model/dataset.ts'
import { idSchema } from '../../model/ids.ts'
import { paceSchema } from '../../model/pace.ts'
import { command, job, jobStarted, nothing, query } from './base.ts'

export const datasetsApi = {
  list: query.input(nothing).output(z.array(datasetSchema)),
  get: query.input(z.object({ datasetId: idSchema })).output(datasetSchema),
  /** How fast it is labelled, from its journal; `dayStart`: when today began where the user is (ms). Errors: dataset/not-found. */
  pace: query.input(z.object({ datasetId: idSchema, dayStart: z.number() })).output(paceSchema),
  /** Links a folder (VOC layout, or plain pictures); job result: ImportReport. Errors: dataset/not-voc, dataset/empty, folder/not-found. */
  import: job.input(z.object({ folderId: z.string(), name: z.string().max(200).optional() })).output(jobStarted),
  /** Writes the VOC folder of the edited database; untouched files byte-identical; job result: ExportReport. */
  export: job.input(z.object({ datasetId: idSchema, folderId: z.string(), name: z.string().min(1).max(200) })).output(jobStarted),
  /** What an export would rewrite and lose, before anything is written; job result: ExportCheck. Errors: dataset/not-found. */
  exportCheck: job.input(z.object({ datasetId: idSchema })).output(jobStarted),
  /** Takes the dataset out of the project (undone by `restore`); linked files are never touched. */
  remove: command.input(z.object({ datasetId: idSchema })).output(nothing),
  restore: command.input(z.object({ datasetId: idSchema })).output(nothing),
  problems: query.input(z.object({ datasetId: idSchema })).output(z.array(fileProblemSchema)),
  classes: query.input(z.object({ datasetId: idSchema })).output(z.array(classSchema)),
  /** Every tag that was ever used, with how many pictures have it now. */
  tags: query.input(z.object({ datasetId: idSchema })).output(z.array(z.object({ name: z.string(), items: z.int() }))),
  /** The attributes the user defined for objects. Errors: dataset/not-found. */
  attributeSchema: query.input(z.object({ datasetId: idSchema })).output(attributeSchemaSchema),
  /** Defines those of one class, or of all (null); values already there stay as they are. Errors: dataset/not-found, class/not-found, input/invalid. */
  setAttributeSchema: command
    .input(z.object({ datasetId: idSchema, classId: idSchema.nullable(), fields: attributeFieldsSchema }))
    .output(attributeSchemaSchema),
  /** Errors: class/duplicate. */
  addClass: command.input(z.object({ datasetId: idSchema, name: z.string().min(1).max(200) })).output(classSchema),
  /** Errors: class/not-found, class/duplicate. */
  updateClass: command
    .input(z.object({ classId: idSchema, name: z.string().min(1).max(200).optional(), color: classSchema.shape.color.optional() }))
    .output(classSchema),
}
