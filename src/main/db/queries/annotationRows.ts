import type { Annotation } from '../../../shared/model/annotation.ts'
import { annotationDigest } from '../contentDigest.ts'
import { all, one, run, type Database } from '../connection.ts'
import type { SourceKind } from '../records.ts'
import { missingItem } from './setAside.ts'

interface AnnotationRow {
  id: string
  item_id: string
  class_id: string | null
  region: Annotation['region']
  shape: string
  attributes: string
  provenance: string
  z: number
  rev: number
  digest: string
  source_kind: SourceKind | null
  source_index: number | null
  group_id: string | null
  locked: number
}

/** An annotation whole, as the journal keeps it: content, provenance and the object of the source file it stands for; no revision. */
export type AnnotationImage = Omit<Annotation, 'rev'> & { source: { kind: SourceKind; index: number } | null }

export const annotationSql = {
  ofItem: 'SELECT * FROM annotation WHERE item_id = ? ORDER BY z, id',
  get: 'SELECT * FROM annotation WHERE id = ?',
  origins: 'SELECT id, source_kind, source_index FROM annotation WHERE item_id = ? AND source_kind IS NOT NULL',
} as const

/** What most annotations do not have is absent. */
const extras = ({ groupId, locked }: { groupId?: string | null; locked?: boolean }): Pick<Annotation, 'groupId' | 'locked'> => ({
  ...(groupId ? { groupId } : {}),
  ...(locked ? { locked } : {}),
})

const parse = (row: AnnotationRow): Annotation => ({
  id: row.id,
  itemId: row.item_id,
  classId: row.class_id,
  region: row.region,
  shape: JSON.parse(row.shape) as Annotation['shape'],
  attributes: JSON.parse(row.attributes) as Annotation['attributes'],
  provenance: JSON.parse(row.provenance) as Annotation['provenance'],
  z: row.z,
  rev: row.rev,
  ...extras({ groupId: row.group_id, locked: row.locked === 1 }),
})

type Origins = Record<string, { kind: SourceKind; index: number }>
type OriginRow = Pick<AnnotationRow, 'id' | 'source_kind' | 'source_index'>

const originOf = (row: OriginRow): AnnotationImage['source'] =>
  row.source_kind === null ? null : { kind: row.source_kind, index: row.source_index ?? 0 }

export function annotationsOf(db: Database, itemId: string): Annotation[] {
  return all<AnnotationRow>(db, annotationSql.ofItem, [itemId]).map(parse)
}

function originsIn(rows: readonly OriginRow[]): Origins {
  const origins: Origins = {}
  for (const row of rows) {
    const origin = originOf(row)
    if (origin) origins[row.id] = origin
  }
  return origins
}

/** The objects of the source files that annotations stand for; shapes, which can be megabytes, are not read. */
export function originsOf(db: Database, itemId: string): Origins {
  return originsIn(all<OriginRow>(db, annotationSql.origins, [itemId]))
}

export function annotationsAndOrigins(db: Database, itemId: string): { annotations: Annotation[]; origins: Origins } {
  const rows = all<AnnotationRow>(db, annotationSql.ofItem, [itemId])
  return { annotations: rows.map(parse), origins: originsIn(rows) }
}

/** The annotation with its revision and digest now, or undefined. */
export function findAnnotation(db: Database, id: string): { image: AnnotationImage; rev: number; digest: string } | undefined {
  const row = one<AnnotationRow>(db, annotationSql.get, [id])
  if (!row) return undefined
  const { rev, ...image } = parse(row)
  return { image: { ...image, source: originOf(row) }, rev, digest: row.digest }
}

/** Creates the annotation; one that was deleted before goes on from its last revision. */
export function insertAnnotation(db: Database, image: AnnotationImage): Annotation {
  const buried = one<{ rev: number }>(db, 'SELECT rev FROM tombstone WHERE id = ?', [image.id])
  if (buried) run(db, 'DELETE FROM tombstone WHERE id = ?', [image.id])
  const rev = (buried?.rev ?? 0) + 1
  run(
    db,
    `INSERT INTO annotation (id, item_id, class_id, region, kind, shape, attributes, provenance, z, rev, digest, source_kind, source_index, group_id, locked)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [
      image.id,
      image.itemId,
      image.classId,
      image.region,
      image.shape.kind,
      JSON.stringify(image.shape),
      JSON.stringify(image.attributes),
      JSON.stringify(image.provenance),
      image.z,
      rev,
      annotationDigest(image),
      image.source?.kind ?? null,
      image.source?.index ?? null,
      image.groupId ?? null,
      image.locked ? 1 : 0,
    ],
  )
  return toAnnotation(image, rev)
}

/** Replaces the content; the revision grows by one. */
export function updateAnnotation(db: Database, image: AnnotationImage, rev: number): Annotation {
  run(
    db,
    'UPDATE annotation SET class_id = ?, region = ?, kind = ?, shape = ?, attributes = ?, provenance = ?, z = ?, rev = ?, digest = ?, group_id = ?, locked = ? WHERE id = ?',
    [
      image.classId,
      image.region,
      image.shape.kind,
      JSON.stringify(image.shape),
      JSON.stringify(image.attributes),
      JSON.stringify(image.provenance),
      image.z,
      rev + 1,
      annotationDigest(image),
      image.groupId ?? null,
      image.locked ? 1 : 0,
      image.id,
    ],
  )
  return toAnnotation(image, rev + 1)
}

export function deleteAnnotation(db: Database, id: string, rev: number): void {
  run(db, 'DELETE FROM annotation WHERE id = ?', [id])
  run(db, 'INSERT INTO tombstone (id, rev) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET rev = excluded.rev', [id, rev])
}

export function toAnnotation(image: AnnotationImage, rev: number): Annotation {
  const { id, itemId, classId, region, shape, attributes, provenance, z } = image
  return { id, itemId, classId, region, shape, attributes, provenance, z, rev, ...extras(image) }
}

export function requireItemRow(
  db: Database,
  itemId: string,
): { datasetId: string; name: string; width: number; height: number; rev: number; status: string } {
  const row = one<{ datasetId: string; name: string; width: number; height: number; rev: number; status: string }>(
    db,
    "SELECT i.dataset_id AS datasetId, i.name, i.width, i.height, i.rev, i.status FROM item i JOIN dataset d ON d.id = i.dataset_id AND d.state = 'ready' WHERE i.id = ? AND i.aside IS NULL",
    [itemId],
  )
  if (!row) throw missingItem(db, itemId)
  return row
}
