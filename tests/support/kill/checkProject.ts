import { annotationDigest, canonicalJson, itemDigest } from '../../../src/main/db/contentDigest.ts'
import type { Database } from '../../../src/main/db/connection.ts'
import { findAnnotation, type AnnotationImage } from '../../../src/main/db/queries/annotationRows.ts'

export interface JournalRow {
  readonly seq: number
  readonly entry_id: string
  readonly kind: 'edit' | 'undo' | 'redo'
  readonly client: string
  readonly command: string
  readonly item_id: string
  readonly item_rev: number
  readonly target_seq: number | null
  readonly changes: number
  readonly forward: string
  readonly inverse: string
}

type Stored = AnnotationImage | { id: string; deleted: true }
type Stands = 'done' | 'undone' | 'cleared'

/** Annotations and item revisions before the first entry of the journal. */
export interface Baseline {
  readonly annotations: ReadonlyMap<string, AnnotationImage>
  readonly itemRevs: ReadonlyMap<string, number>
}

const rows = <Row>(db: Database, sql: string): Row[] => db.prepare(sql).all() as Row[]

/** Every annotation of the project, with what is stored beside it. */
export const allAnnotations = (db: Database): Map<string, { image: AnnotationImage; rev: number; digest: string }> =>
  new Map(rows<{ id: string }>(db, 'SELECT id FROM annotation').map(({ id }) => [id, findAnnotation(db, id)!]))

export const journalOf = (db: Database): JournalRow[] =>
  rows<JournalRow>(db, "SELECT * FROM journal WHERE kind IN ('edit', 'undo', 'redo') ORDER BY seq")

export function baselineOf(db: Database): Baseline {
  return {
    annotations: new Map([...allAnnotations(db)].map(([id, { image }]) => [id, image])),
    itemRevs: new Map(rows<{ id: string; rev: number }>(db, 'SELECT id, rev FROM item').map(({ id, rev }) => [id, rev])),
  }
}

/**
 * Carries out the journal again from the baseline and holds every table to the outcome: annotations with their revisions, tombstones, digests, counters,
 * what each client may undo and redo. Answers with what is not as it should be.
 */
export function checkProject(db: Database, baseline: Baseline): string[] {
  const faults: string[] = []
  const expect = (held: boolean, fault: string): void => void (held || faults.push(fault))
  expect(db.pragma('integrity_check', { simple: true }) === 'ok', 'integrity_check')
  expect((db.pragma('foreign_key_check') as unknown[]).length === 0, 'foreign_key_check')
  const outcome = replay(journalOf(db), baseline, expect)
  checkAnnotations(db, outcome, expect)
  checkDigests(db, expect)
  checkCounters(db, expect)
  const stands = new Map(
    rows<{ seq: number; state: Stands }>(db, 'SELECT seq, state FROM journal_state').map((row) => [row.seq, row.state]),
  )
  expect(sameMap(stands, outcome.stands), 'what can be undone and redone is not what the journal tells')
  return faults
}

type Expect = (held: boolean, fault: string) => void
type Outcome = ReturnType<typeof replay>

/** The journal carried out: records, revisions (also of what is deleted), revisions of items, places on the undo stacks. */
function replay(journal: readonly JournalRow[], baseline: Baseline, expect: Expect) {
  const images = new Map(baseline.annotations)
  const revs = new Map([...images.keys()].map((id) => [id, 1]))
  const itemRevs = new Map(baseline.itemRevs)
  const stands = new Map<number, Stands>()
  const clients = new Map<number, string>()
  for (const row of journal) {
    const forward = JSON.parse(row.forward) as Stored[]
    const inverse = JSON.parse(row.inverse) as Stored[]
    expect(forward.length === row.changes && inverse.length === row.changes, `entry ${row.seq} is not whole`)
    for (const [at, after] of forward.entries()) {
      const before = inverse[at]!
      const known = images.get(after.id)
      expect(
        before.id === after.id && same(known ?? null, 'deleted' in before ? null : before),
        `entry ${row.seq} did not find ${after.id}`,
      )
      if ('deleted' in after) images.delete(after.id)
      else {
        images.set(after.id, after)
        revs.set(after.id, (revs.get(after.id) ?? 0) + 1)
      }
    }
    const itemRev = (itemRevs.get(row.item_id) ?? 0) + 1
    itemRevs.set(row.item_id, itemRev)
    expect(itemRev === row.item_rev, `entry ${row.seq} has item revision ${row.item_rev}, not ${itemRev}`)
    if (row.kind === 'edit') {
      for (const [seq, state] of stands) if (state === 'undone' && clients.get(seq) === row.client) stands.set(seq, 'cleared')
      stands.set(row.seq, 'done')
      clients.set(row.seq, row.client)
    } else {
      stands.set(row.target_seq!, row.kind === 'undo' ? 'undone' : 'done')
    }
  }
  return { images, revs, itemRevs, stands }
}

function checkAnnotations(db: Database, { images, revs, itemRevs }: Outcome, expect: Expect): void {
  const now = allAnnotations(db)
  expect(now.size === images.size, `${now.size} annotations, the journal tells of ${images.size}`)
  for (const [id, image] of images) {
    const found = now.get(id)
    expect(found !== undefined && same(found.image, image), `annotation ${id} is not as the journal tells`)
    expect(found?.rev === revs.get(id), `annotation ${id} has revision ${found?.rev}, not ${revs.get(id)}`)
  }
  for (const { id, rev } of rows<{ id: string; rev: number }>(db, 'SELECT id, rev FROM tombstone'))
    expect(!images.has(id) && revs.get(id) === rev, `the tombstone of ${id} is wrong`)
  for (const { id, rev } of rows<{ id: string; rev: number }>(db, 'SELECT id, rev FROM item'))
    expect(itemRevs.get(id) === rev, `item ${id} has revision ${rev}, not ${itemRevs.get(id)}`)
}

function checkDigests(db: Database, expect: Expect): void {
  const ofItem = new Map<string, string[]>()
  for (const [id, { image, digest }] of [...allAnnotations(db)].sort(([a], [b]) => (a < b ? -1 : 1))) {
    expect(annotationDigest(image) === digest, `the digest of annotation ${id} is wrong`)
    ofItem.set(image.itemId, [...(ofItem.get(image.itemId) ?? []), digest])
  }
  for (const { id, digest } of rows<{ id: string; digest: string }>(db, 'SELECT id, digest FROM item'))
    expect(itemDigest(ofItem.get(id) ?? []) === digest, `the digest of item ${id} is wrong`)
}

/** Each counter beside what it counts: rows that differ. */
const countedWrong: Readonly<Record<string, string>> = {
  'annotations of an item': `SELECT id FROM item i WHERE annotation_count <> (SELECT count(*) FROM annotation a WHERE a.item_id = i.id)`,
  'areas of an item': `SELECT id FROM item i WHERE area_count <> (SELECT count(*) FROM annotation a WHERE a.item_id = i.id AND a.kind IN ('mask', 'polygon'))`,
  'annotations of a dataset': `SELECT id FROM dataset d WHERE annotations <> (SELECT count(*) FROM annotation a JOIN item i ON i.id = a.item_id WHERE i.dataset_id = d.id)`,
  'annotations of a class': `SELECT id FROM class c WHERE annotation_count <> (SELECT count(*) FROM annotation a WHERE a.class_id = c.id)`,
  'classes of an item': `SELECT class_id, item_id, annotations FROM item_class
    EXCEPT SELECT class_id, item_id, count(*) FROM annotation WHERE class_id IS NOT NULL GROUP BY 1, 2`,
  'items of a class': `SELECT class_id, item_id, count(*) FROM annotation WHERE class_id IS NOT NULL GROUP BY 1, 2
    EXCEPT SELECT class_id, item_id, annotations FROM item_class`,
}

function checkCounters(db: Database, expect: Expect): void {
  for (const [what, sql] of Object.entries(countedWrong)) expect(rows(db, sql).length === 0, `the counter of the ${what} is wrong`)
}

/** Equal as JSON says it: what a browser sent and what came back from disk. */
export const same = (a: unknown, b: unknown): boolean => canonicalJson(a) === canonicalJson(b)

const sameMap = <K, V>(a: ReadonlyMap<K, V>, b: ReadonlyMap<K, V>): boolean =>
  a.size === b.size && [...a].every(([key, value]) => b.get(key) === value)
