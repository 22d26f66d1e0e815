import { AppError } from '../../../shared/errors.ts'
import type { ItemStatus } from '../../../shared/model/item.ts'
import { one, run, transaction, type Database } from '../connection.ts'
import { appendJournal } from '../journalRows.ts'
import type { OperationInput, OperationOutput } from '../store.ts'
import { missingItem } from './setAside.ts'

/** The state of one picture as the journal keeps it. */
export interface StatusImage {
  id: string
  status: ItemStatus
  by: string | null
  at: number | null
  note: string
}
/** A review that an edit took away, and the content it stood for. */
type KeptReview = Omit<StatusImage, 'id' | 'status'> & { digest: string }
interface StatusRow extends StatusImage {
  datasetId: string
  kept: string | null
}

export const statusSql = {
  get: `SELECT i.id, i.dataset_id AS datasetId, i.status, i.status_by AS "by", i.status_at AS at, i.status_note AS note, i.status_kept AS kept
    FROM item i JOIN dataset d ON d.id = i.dataset_id AND d.state = 'ready' WHERE i.id = ? AND i.aside IS NULL`,
  entry: "SELECT seq, forward, inverse FROM journal WHERE entry_id = ? AND kind = 'status'",
} as const

const findStatus = (db: Database, itemId: string): StatusRow | undefined => one<StatusRow>(db, statusSql.get, [itemId])

function requireStatus(db: Database, itemId: string): StatusRow {
  const row = findStatus(db, itemId)
  if (!row) throw missingItem(db, itemId)
  return row
}

const imageOf = ({ id, status, by, at, note }: StatusRow): StatusImage => ({ id, status, by, at, note })

function write(db: Database, image: StatusImage, kept: KeptReview | null = null): void {
  run(db, 'UPDATE item SET status = ?, status_by = ?, status_at = ?, status_note = ?, status_kept = ? WHERE id = ?', [
    image.status,
    image.by,
    image.at,
    image.note,
    kept && JSON.stringify(kept),
    image.id,
  ])
}

type Changed = { datasetId: string; before: StatusImage; after: StatusImage }

/** One entry per dataset, so that what was done in a dataset can be counted from its part of the journal. */
function journal(
  db: Database,
  command: string,
  who: string | null,
  changed: readonly Changed[],
  targetSeq: number | null = null,
): string[] {
  const datasetIds = [...new Set(changed.map(({ datasetId }) => datasetId))]
  return datasetIds.map((datasetId) => {
    const own = changed.filter((change) => change.datasetId === datasetId)
    const [forward, inverse] = [own.map(({ after }) => after), own.map(({ before }) => before)]
    return appendJournal(db, { kind: 'status', client: 'host', command, who, datasetId, targetSeq, forward, inverse }).entryId
  })
}

/**
 * What a change of the annotations does to the state: the first one begins the picture; a reviewed picture that differs from what was reviewed is
 * 'done' again, and reviewed again when undo brings the content back.
 */
export function followContent(
  db: Database,
  itemId: string,
  digest: { readonly before: string; readonly now: string },
  begin: boolean,
  who: string | null,
): void {
  const row = requireStatus(db, itemId)
  const before = imageOf(row)
  const now = { by: who, at: Date.now(), note: '' }
  if (before.status === 'todo' && begin) write(db, { id: itemId, status: 'inProgress', ...now })
  if (before.status === 'reviewed' && digest.before !== digest.now) {
    const after: StatusImage = { id: itemId, status: 'done', ...now }
    write(db, after, { digest: digest.before, by: row.by, at: row.at, note: row.note })
    journal(db, 'status.edited', who, [{ datasetId: row.datasetId, before, after }])
  }
  const kept = row.kept === null ? null : (JSON.parse(row.kept) as KeptReview)
  if (before.status === 'done' && kept?.digest === digest.now) {
    const after: StatusImage = { id: itemId, status: 'reviewed', by: kept.by, at: kept.at, note: kept.note }
    write(db, after)
    journal(db, 'status.restored', who, [{ datasetId: row.datasetId, before, after }])
  }
}

type NewStatus = Pick<StatusImage, 'status' | 'by' | 'at' | 'note'>

/** A picture's state, set; null: it is so already. */
export function changeStatus(
  db: Database,
  itemId: string,
  { status, note, by, at }: NewStatus,
): { datasetId: string; before: StatusImage; after: StatusImage } | null {
  const row = requireStatus(db, itemId)
  if (row.status === status && (note === '' || note === row.note)) return null
  const after: StatusImage = { id: itemId, status, by, at, note }
  write(db, after)
  return { datasetId: row.datasetId, before: imageOf(row), after }
}

/** A picture that was set back to its beginning is begun again by the first edit, without an entry. */
const isAsLeft = (now: StatusImage, left: StatusImage): boolean =>
  (now.status === left.status && now.at === left.at) || (left.status === 'todo' && now.status === 'inProgress')

/** Leads from the state that a gesture left to the one it found, or back; false: somebody set it since. */
export function travelStatus(db: Database, left: StatusImage, wanted: StatusImage): boolean {
  if (!isAsLeft(requireStatus(db, left.id), left)) return false
  write(db, wanted)
  return true
}

export const itemStatusWrites = {
  'items.setStatus': (db: Database, input: OperationInput<'items.setStatus'>): OperationOutput<'items.setStatus'> =>
    transaction(db, () => {
      const { status, note = '' } = input
      const [who, at] = [input.who || null, Date.now()]
      const changed = [...new Set(input.itemIds)].flatMap((id) => changeStatus(db, id, { status, by: who, at, note }) ?? [])
      const entryIds = journal(db, 'item.status', who, changed)
      return { changed: changed.length, datasetIds: [...new Set(changed.map(({ datasetId }) => datasetId))], entryIds }
    }),
  'items.undoStatus': (db: Database, { entryIds, who }: OperationInput<'items.undoStatus'>): OperationOutput<'items.undoStatus'> =>
    transaction(db, () => {
      const all: Changed[] = []
      let missing = 0
      for (const entryId of entryIds) {
        const entry = one<{ seq: number; forward: string; inverse: string }>(db, statusSql.entry, [entryId])
        if (!entry) throw new AppError('journal/nothing-to-undo', `there is no change of state ${entryId}`, { id: entryId })
        const inverse = JSON.parse(entry.inverse) as StatusImage[]
        const changed = (JSON.parse(entry.forward) as StatusImage[]).flatMap((set, i): Changed[] => {
          const row = findStatus(db, set.id)
          if (!row) missing++
          if (row?.status !== set.status || row.at !== set.at) return []
          write(db, inverse[i]!)
          return [{ datasetId: row.datasetId, before: imageOf(row), after: inverse[i]! }]
        })
        journal(db, 'item.status.undo', who || null, changed, entry.seq)
        all.push(...changed)
      }
      return { changed: all.length, missing, datasetIds: [...new Set(all.map(({ datasetId }) => datasetId))] }
    }),
}
