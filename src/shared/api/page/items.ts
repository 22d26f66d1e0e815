import { z } from 'zod'
import { idSchema } from '../../model/ids.ts'
import { itemFilterSchema, itemSchema, itemStatusSchema } from '../../model/item.ts'
import { command, query } from './base.ts'

export const itemsApi = {
  /** A window of the filtered list in dataset order; total counts the whole list. */
  window: query
    .input(z.object({ datasetId: idSchema, filter: itemFilterSchema, offset: z.int().nonnegative(), limit: z.int().min(1).max(500) }))
    .output(z.object({ total: z.int(), offset: z.int(), items: z.array(itemSchema) })),
  get: query.input(z.object({ itemId: idSchema })).output(itemSchema),
  /** Neighbours of an item in the filtered list, and its position. */
  neighbours: query
    .input(z.object({ itemId: idSchema, filter: itemFilterSchema }))
    .output(z.object({ index: z.int(), total: z.int(), previous: idSchema.nullable(), next: idSchema.nullable() })),
  setStatus: command
    .input(z.object({ itemIds: z.array(idSchema).max(10_000), status: itemStatusSchema }))
    .output(z.object({ changed: z.int() })),
}
