import { AppError } from '../../../shared/errors.ts'
import { attributesFault } from '../../../shared/model/attributeLimits.ts'
import { one, type Database } from '../connection.ts'
import type { AnnotationImage } from './annotationRows.ts'

export const attributeBoundsSql = {
  copied: 'SELECT 1 FROM annotation a JOIN item i ON i.id = a.item_id WHERE i.dataset_id = ? AND a.attributes = ? LIMIT 1',
} as const

/** Attributes that a gesture writes are of bounded size; what an import brought stays as it is, and may be copied within its dataset. */
export function checkAttributes(
  db: Database,
  datasetId: string,
  { id, attributes }: AnnotationImage,
  before: AnnotationImage | null,
): void {
  const reason = attributesFault(attributes, before ? [before.attributes] : [])
  if (reason === null || (!before && one(db, attributeBoundsSql.copied, [datasetId, JSON.stringify(attributes)]))) return
  throw new AppError('annotation/invalid', `annotation ${id}: ${reason}`, { id, reason })
}
