import { AppError } from '../../../shared/errors.ts'
import { attributesFault } from '../../../shared/model/attributeLimits.ts'
import { one, type Database } from '../connection.ts'
import type { AnnotationImage } from './annotationRows.ts'

export const attributeBoundsSql = {
  /** A name over the bounds alone has more than 200 UTF-16 units, so more than 100 characters as SQLite counts them. */
  copied: `SELECT 1 FROM annotation a INDEXED BY annotation_with_long_attributes CROSS JOIN item i ON i.id = a.item_id
    WHERE length(a.attributes) > 100 AND length(a.attributes) = length(@attributes) AND a.attributes = @attributes AND i.dataset_id = @datasetId LIMIT 1`,
} as const

/** Attributes that a gesture writes are of bounded size; what an import brought stays as it is, and may be copied within its dataset. */
export function checkAttributes(
  db: Database,
  datasetId: string,
  { id, attributes }: AnnotationImage,
  before: AnnotationImage | null,
): void {
  const reason = attributesFault(attributes, before ? [before.attributes] : [])
  if (reason === null || (!before && one(db, attributeBoundsSql.copied, { datasetId, attributes: JSON.stringify(attributes) }))) return
  throw new AppError('annotation/invalid', `annotation ${id}: ${reason}`, { id, why: 'attributes', reason })
}
