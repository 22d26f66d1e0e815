import { annotationDigest, itemDigest } from '../../../src/main/db/contentDigest.ts'
import type { Database } from '../../../src/main/db/connection.ts'
import { findAnnotation, type AnnotationImage } from '../../../src/main/db/queries/annotationRows.ts'
import {
  begin,
  checkComments,
  checkPictures,
  isAboutPictures,
  picturesOf,
  rows,
  same,
  tellPictures,
  type Expect,
  type Picture,
} from './checkPictures.ts'

export interface JournalRow {
  readonly seq: number
  readonly entry_id: string
  readonly kind: 'edit' | 'undo' | 'redo' | 'item' | 'status'
  readonly client: string
  readonly command: string
  /** Null for an entry about many pictures. */
  readonly item_id: string | null
  readonly item_rev: number | null
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
  readonly pictures: ReadonlyMap<string, Picture>
}

/** Every annotation of the project, with what is stored beside it. */
export const allAnnotations = (db: Database): Map<string, { image: AnnotationImage; rev: number; digest: string }> =>
  new Map(rows<{ id: string }>(db, 'SELECT id FROM annotation').map(({ id }) => [id, findAnnotation(db, id)!]))

export const journalOf = (db: Database): JournalRow[] =>
  rows<JournalRow>(db, "SELECT * FROM journal WHERE kind IN ('edit', 'undo', 'redo', 'item', 'status') ORDER BY seq")

export function baselineOf(db: Database): Baseline {
  return {
    annotations: new Map([...allAnnotations(db)].map(([id, { image }]) => [id, image])),
    itemRevs: new Map(rows<{ id: string; rev: number }>(db, 'SELECT id, rev FROM item').map(({ id, rev }) => [id, rev])),
    pictures: picturesOf(db),
  }
}

/**
 * Carries out the journal again from the baseline and holds every table to the outcome: annotations with their revisions, tombstones, digests, counters,
 * tags, texts and states of pictures, what each client may undo and redo; comments are held to their own entries. Answers with what is not as it should be.
 */
export function checkProject(db: Database, baseline: Baseline): string[] {
  const faults: string[] = []
  const expect = (held: boolean, fault: string): void => void (held || faults.push(fault))
  expect(db.pragma('integrity_check', { simple: true }) === 'ok', 'integrity_check')
  expect((db.pragma('foreign_key_check') as unknown[]).length === 0, 'foreign_key_check')
  const outcome = replay(journalOf(db), baseline, expect)
  checkAnnotations(db, outcome, expect)
  checkPictures(db, outcome.pictures, expect)
  checkComments(db, expect)
  checkDigests(db, expect)
  checkCounters(db, expect)
  const stands = new Map(
    rows<{ seq: number; state: Stands }>(db, 'SELECT seq, state FROM journal_state').map((row) => [row.seq, row.state]),
  )
  expect(standAsTold(stands, outcome), 'what can be undone and redone is not what the journal tells')
  return faults
}

type Outcome = ReturnType<typeof replay>

/** The journal carried out: records, revisions (also of what is deleted), revisions of items, places on the undo stacks. */
function replay(journal: readonly JournalRow[], baseline: Baseline, expect: Expect) {
  const images = new Map(baseline.annotations)
  const revs = new Map([...images.keys()].map((id) => [id, 1]))
  const itemRevs = new Map(baseline.itemRevs)
  const pictures = new Map(baseline.pictures)
  const stands = new Map<number, Stands>()
  const clients = new Map<number, string>()
  /** Entries about pictures as a whole: one that others overtook is dropped from its stack without an entry. */
  const mayDrop = new Set<number>()
  const stack = (row: JournalRow): void => {
    if (row.kind === 'undo' || row.kind === 'redo') {
      stands.set(row.target_seq!, row.kind === 'undo' ? 'undone' : 'done')
      return
    }
    // The Datasets page has its toasts.
    if (row.client === 'host') return
    for (const [seq, state] of stands) if (state === 'undone' && clients.get(seq) === row.client) stands.set(seq, 'cleared')
    stands.set(row.seq, 'done')
    clients.set(row.seq, row.client)
  }
  for (const row of journal) {
    const forward = JSON.parse(row.forward) as Stored[]
    const inverse = JSON.parse(row.inverse) as Stored[]
    expect(forward.length === row.changes && inverse.length === row.changes, `entry ${row.seq} is not whole`)
    stack(row)
    if (isAboutPictures(row)) {
      mayDrop.add(row.seq)
      tellPictures(pictures, row, expect)
      expect(row.item_id === null || row.item_rev === itemRevs.get(row.item_id), `entry ${row.seq} moved the revision of its item`)
      continue
    }
    const itemId = row.item_id!
    if (row.kind === 'edit') begin(pictures, itemId)
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
    const itemRev = (itemRevs.get(itemId) ?? 0) + 1
    itemRevs.set(itemId, itemRev)
    expect(itemRev === row.item_rev, `entry ${row.seq} has item revision ${row.item_rev}, not ${itemRev}`)
  }
  return { images, revs, itemRevs, pictures, stands, mayDrop }
}

function standAsTold(found: ReadonlyMap<number, Stands>, { stands, mayDrop }: Outcome): boolean {
  const dropped = { done: undefined, undone: 'cleared', cleared: 'cleared' } as const
  const isTold = (seq: number, state: Stands): boolean =>
    found.get(seq) === state || (mayDrop.has(seq) && found.get(seq) === dropped[state])
  return [...found.keys()].every((seq) => stands.has(seq)) && [...stands].every(([seq, state]) => isTold(seq, state))
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
  'tags of an item': `SELECT item_id, name FROM item_tag EXCEPT SELECT i.id, j.value FROM item i, json_each(i.tags) j`,
  'items of a tag': `SELECT name FROM tag t WHERE items <> (SELECT count(*) FROM item i, json_each(i.tags) j WHERE i.dataset_id = t.dataset_id AND j.value = t.name)`,
  'open comments of an item': `SELECT id FROM item i WHERE open_comments <> (SELECT count(*) FROM comment c WHERE c.item_id = i.id AND NOT c.resolved AND NOT c.deleted)`,
  'states of a dataset': `SELECT id FROM dataset d WHERE (todo, in_progress, done, rejected) <> (SELECT sum(status = 'todo'), sum(status = 'inProgress'), sum(status = 'done'), sum(status = 'rejected') FROM item i WHERE i.dataset_id = d.id)`,
}

function checkCounters(db: Database, expect: Expect): void {
  for (const [what, sql] of Object.entries(countedWrong)) expect(rows(db, sql).length === 0, `the counter of the ${what} is wrong`)
}
