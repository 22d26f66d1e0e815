import { batchClient, batchIdOf, type Batch } from '../../../shared/model/batch.ts'
import { all, one, run, type Database } from '../connection.ts'
import { annotationDigest } from '../contentDigest.ts'
import type { OperationInput, OperationOutput } from '../store.ts'
import { findAnnotation } from './annotationRows.ts'
import { changesOf } from './annotations.ts'
import type { EntryRow } from './journalSql.ts'

/** What a job did, counted. Time and person lie behind the content of an entry, which may be megabytes: they are read of the first one only. */
interface BatchCounts {
  first: number
  pictures: number
  objects: number
  left: number
  /** Of what is left: pictures that changed since, and what the job did to them. */
  touched: number
  touchedObjects: number
}

export const batchSql = {
  newestClient: "SELECT client FROM journal_state WHERE client >= 'batch:' AND client < ? ORDER BY client DESC LIMIT 1",
  ofSource: 'SELECT batch_id AS id FROM batch_source WHERE item_id = ? AND batch_id < ? ORDER BY batch_id DESC LIMIT 1',
  left: `SELECT 1 FROM journal_state s
    CROSS JOIN journal j ON j.seq = s.seq CROSS JOIN dataset d ON d.id = j.dataset_id AND d.state = 'ready'
    CROSS JOIN item i ON i.id = j.item_id AND i.aside IS NULL WHERE s.client >= ? AND s.client < ? AND s.state = 'done' LIMIT 1`,
  counts: `SELECT min(j.seq) AS first, count(*) AS pictures, sum(j.changes) AS objects, sum(s.state = 'done') AS left,
      sum(s.state = 'done' AND j.item_rev <> i.rev) AS touched,
      sum(CASE WHEN s.state = 'done' AND j.item_rev <> i.rev THEN j.changes ELSE 0 END) AS touchedObjects
    FROM journal_state s CROSS JOIN journal j ON j.seq = s.seq CROSS JOIN dataset d ON d.id = j.dataset_id AND d.state = 'ready'
    CROSS JOIN item i ON i.id = j.item_id AND i.aside IS NULL WHERE s.client >= ? AND s.client < ?`,
  touched: `SELECT j.seq FROM journal_state s CROSS JOIN journal j ON j.seq = s.seq CROSS JOIN dataset d ON d.id = j.dataset_id AND d.state = 'ready'
    CROSS JOIN item i ON i.id = j.item_id AND i.aside IS NULL WHERE s.client >= ? AND s.client < ? AND s.state = 'done' AND j.item_rev <> i.rev`,
  first: 'SELECT j.command, j.at, j.who, d.name AS dataset FROM journal j JOIN dataset d ON d.id = j.dataset_id WHERE j.seq = ?',
  source: 'SELECT i.id AS itemId, i.name FROM batch_source b JOIN item i ON i.id = b.item_id WHERE b.batch_id = ?',
} as const

/** Objects that are compared for one answer. */
const mostCompared = 20_000
/** Batches that are passed for one answer because nothing of them is left. */
const mostPassed = 2_000
/** Behind every id. */
const afterAll = '~'

/** Whether the objects of an entry are as it left them: the rule by which it may be taken back. */
function isAsLeft(db: Database, seq: number): boolean {
  const entry = one<Pick<EntryRow, 'forward' | 'inverse'>>(db, 'SELECT forward, inverse FROM journal WHERE seq = ?', [seq])!
  return changesOf(entry).every(({ before, after }) => {
    const current = findAnnotation(db, (after ?? before)!.id)
    return after === null ? current === undefined : current?.digest === annotationDigest(after)
  })
}

function countAsLeft(db: Database, clients: readonly string[], { left, touched, touchedObjects }: BatchCounts): number | null {
  if (touched === 0) return left
  if (touchedObjects > mostCompared) return null
  return left - all<{ seq: number }>(db, batchSql.touched, clients).filter(({ seq }) => !isAsLeft(db, seq)).length
}

/** Null: nothing of it is left that could be taken back. */
function readBatch(db: Database, batchId: string): Batch | null {
  const prefix = batchClient(batchId, '')
  const clients = [prefix, `${prefix}\uffff`]
  // Many that are undone may be passed for one answer: of those nothing but the index is read.
  if (!one(db, batchSql.left, clients)) return null
  const counts = one<BatchCounts>(db, batchSql.counts, clients)!
  const { command, who, at, dataset } = one<Pick<Batch, 'command' | 'who' | 'at' | 'dataset'>>(db, batchSql.first, [counts.first])!
  const { pictures, objects, left } = counts
  const from = one<NonNullable<Batch['from']>>(db, batchSql.source, [batchId]) ?? null
  return { batchId, command, who, at, dataset, from, pictures, objects, left, asLeft: countAsLeft(db, clients, counts) }
}

/** The newest batch before another, by the time in its id; of one picture, or of all. */
function batchBefore(db: Database, itemId: string | null, before: string): string | null {
  if (itemId !== null) return one<{ id: string }>(db, batchSql.ofSource, [itemId, before])?.id ?? null
  // Whoever gave themselves such a name without being a batch is passed.
  for (let below = `batch:${before}:`; ;) {
    const found = one<{ client: string }>(db, batchSql.newestClient, [below])
    if (!found) return null
    const batchId = batchIdOf(found.client)
    if (batchId) return batchId
    below = found.client
  }
}

function listBatches(db: Database, { itemId, before, limit }: OperationInput<'journal.batches'>): OperationOutput<'journal.batches'> {
  const batches: Batch[] = []
  let last = before
  for (let passed = 0; passed < mostPassed; passed++) {
    const batchId = batchBefore(db, itemId, last ?? afterAll)
    if (batchId === null) return { batches, before: null }
    const batch = readBatch(db, batchId)
    last = batchId
    if (batch) batches.push(batch)
    if (batches.length === limit) break
  }
  return { batches, before: last }
}

export const batchReads = {
  // One read transaction: what is left and what is as it was belong together.
  'journal.batches': (db: Database, input: OperationInput<'journal.batches'>): OperationOutput<'journal.batches'> =>
    db.transaction(() => listBatches(db, input))(),
}

export const batchWrites = {
  'batches.begin': (db: Database, { batchId, itemId }: OperationInput<'batches.begin'>): OperationOutput<'batches.begin'> => {
    run(db, 'INSERT INTO batch_source (batch_id, item_id) VALUES (?, ?)', [batchId, itemId])
    return {}
  },
}
