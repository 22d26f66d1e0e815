import { createHash } from 'node:crypto'
import type { Annotation } from '../../shared/model/annotation.ts'
import { all, one, run, type Database } from './connection.ts'

type Content = Pick<Annotation, 'id' | 'classId' | 'region' | 'shape' | 'attributes' | 'z' | 'groupId' | 'locked'>

/** JSON with sorted keys: the same value always gives the same text. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
  const entries = Object.entries(value)
    .filter(([, child]) => child !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${entries.map(([key, child]) => `${JSON.stringify(key)}:${canonicalJson(child)}`).join(',')}}`
}

/** Digest of what an annotation says; revision and provenance are left out, so that an undo comes back to the same digest. */
export function annotationDigest(content: Content): string {
  const { id, classId, region, shape, attributes, z, groupId, locked } = content
  // Those without a group and a lock keep the digest they had before there were any.
  const extra = groupId || locked ? [{ groupId, locked: locked || undefined }] : []
  return createHash('sha256')
    .update(canonicalJson([id, classId, region, shape, attributes, z, ...extra]))
    .digest('hex')
    .slice(0, 32)
}

/** Digest of an item's annotations, whatever order they were made in. */
export function itemDigest(annotationDigests: readonly string[]): string {
  return createHash('sha256').update(annotationDigests.join('')).digest('hex')
}

/** Brings item.digest up to date after its annotations changed, and says what it was; only this item is read. */
export function refreshItemDigest(db: Database, itemId: string): { before: string; now: string } {
  const { before } = one<{ before: string }>(db, 'SELECT digest AS before FROM item WHERE id = ?', [itemId])!
  const rows = all<{ digest: string }>(db, 'SELECT digest FROM annotation WHERE item_id = ? ORDER BY id', [itemId])
  const now = itemDigest(rows.map((row) => row.digest))
  run(db, 'UPDATE item SET digest = ? WHERE id = ?', [now, itemId])
  return { before, now }
}
