import { append } from '../../../shared/append.ts'
import { AppError } from '../../../shared/errors.ts'
import { isFinished, type ItemStatus } from '../../../shared/model/item.ts'
import { one, run, transaction, type Database } from '../connection.ts'
import { appendJournal } from '../journalRows.ts'
import type { OperationInput, OperationOutput } from '../store.ts'
import { missingItem } from './setAside.ts'

interface Signed {
  by: string | null
  at: number | null
  note: string
}
/** What a state stands for; entries of before do not say it. */
interface Basis {
  /** The content that was reviewed. */
  digest?: string
  /** The picture's file (SHA-256) that was called done or reviewed. */
  file?: string
}
/** A state that an edit, or another file in the picture's place, took away; without a name it was a review. */
type KeptStatus = Signed & Basis & { status?: ItemStatus; kept?: KeptStatus }
/** The state of one picture as the journal keeps it. */
export interface StatusImage extends Signed, Basis {
  id: string
  status: ItemStatus
  kept?: KeptStatus
}
interface StatusRow extends Signed {
  id: string
  datasetId: string
  status: ItemStatus
  digest: string
  file: string | null
  kept: string | null
}
/** What is there now. */
type Now = Pick<StatusRow, 'digest' | 'file'>

export const statusSql = {
  get: `SELECT i.id, i.dataset_id AS datasetId, i.status, i.status_by AS "by", i.status_at AS at, i.status_note AS note, i.digest, i.status_kept AS kept,
      (SELECT f.sha256 FROM source_file f WHERE f.item_id = i.id AND f.kind = 'image') AS file
    FROM item i JOIN dataset d ON d.id = i.dataset_id AND d.state = 'ready' WHERE i.id = ? AND i.aside IS NULL`,
  entry: "SELECT seq, forward, inverse FROM journal WHERE entry_id = ? AND kind = 'status'",
} as const

const findStatus = (db: Database, itemId: string): StatusRow | undefined => one<StatusRow>(db, statusSql.get, [itemId])

function requireStatus(db: Database, itemId: string): StatusRow {
  const row = findStatus(db, itemId)
  if (!row) throw missingItem(db, itemId)
  return row
}

const basisOf = (status: ItemStatus, { digest, file }: Now): Basis => ({
  ...(status === 'reviewed' ? { digest } : {}),
  ...(isFinished(status) && file !== null ? { file } : {}),
})

const imageOf = ({ id, status, by, at, note, digest, file, kept }: StatusRow): StatusImage => ({
  id,
  status,
  by,
  at,
  note,
  ...basisOf(status, { digest, file }),
  ...(kept === null ? {} : { kept: JSON.parse(kept) as KeptStatus }),
})

function write(db: Database, image: StatusImage): void {
  run(db, 'UPDATE item SET status = ?, status_by = ?, status_at = ?, status_note = ?, status_kept = ? WHERE id = ?', [
    image.status,
    image.by,
    image.at,
    image.note,
    image.kept ? JSON.stringify(image.kept) : null,
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
 * A state over what is there now: a reviewed picture whose objects differ from what was reviewed is 'done' again; one whose file is another is 'inProgress',
 * because nobody has looked whether its objects fit that one. The state is back when what it stood for is.
 */
function asContentIs(image: StatusImage, now: Now, who: string | null): StatusImage {
  const { id, kept, ...own } = image
  const taken = (status: ItemStatus, before: KeptStatus | null): StatusImage => ({
    id,
    ...{ status, by: who, at: Date.now(), note: '' },
    ...basisOf(status, now),
    ...(before ? { kept: before } : {}),
  })
  if (isFinished(own.status) && own.file !== undefined && own.file !== now.file)
    return taken('inProgress', { ...own, ...(kept ? { kept } : {}) })
  if (own.status === 'reviewed' && own.digest !== now.digest) return taken('done', own.digest === undefined ? null : own)
  if (!kept) return image
  if (own.status === 'inProgress' && kept.file === now.file) return asContentIs({ id, status: 'reviewed', ...kept }, now, who)
  const isBack = kept.digest === now.digest && (kept.file === undefined || kept.file === now.file)
  return own.status === 'done' && isBack ? { id, status: 'reviewed', ...kept } : image
}

/** What a change of the annotations does to the state: the first one begins the picture; a review holds only for what was reviewed. */
export function followContent(
  db: Database,
  itemId: string,
  digest: { readonly before: string; readonly now: string },
  begin: boolean,
  who: string | null,
): void {
  const row = requireStatus(db, itemId)
  if (row.status === 'todo' && begin) write(db, { id: itemId, status: 'inProgress', by: who, at: Date.now(), note: '' })
  follow(db, { ...row, digest: digest.before }, { ...row, digest: digest.now }, who)
}

/** What another file in the picture's place does to the state: it was called done or reviewed with the file that `was` there. */
export function followFile(db: Database, itemId: string, was: string, who: string | null): void {
  const row = requireStatus(db, itemId)
  follow(db, { ...row, file: was }, row, who)
}

const causeOf = { done: 'status.edited', inProgress: 'status.otherFile' } as const

function follow(db: Database, row: StatusRow, now: Now, who: string | null): void {
  const before = imageOf(row)
  const after = asContentIs(before, now, who)
  if (after === before) return
  write(db, after)
  const command = after.status === 'done' || after.status === 'inProgress' ? causeOf[after.status] : 'status.restored'
  journal(db, command, who, [{ datasetId: row.datasetId, before, after }])
}

type NewStatus = Pick<StatusImage, 'status' | 'by' | 'at' | 'note'>

type SeenStatus = Pick<StatusImage, 'status' | 'note'>

/** What edits alone do to a state is nobody's word: they begin a picture, and take a review away. */
const isAsSeen = ({ status, note, kept }: StatusRow, seen: SeenStatus): boolean =>
  (status === seen.status && note === seen.note) ||
  (status === 'inProgress' && seen.status === 'todo') ||
  (status === 'done' && kept !== null && seen.status === 'reviewed')

/** A picture's state, set; null: it is so already. Errors: item/conflict, where somebody set another one than was `seen`. */
export function changeStatus(
  db: Database,
  itemId: string,
  { status, note, by, at, seen }: NewStatus & { readonly seen?: SeenStatus | undefined },
): { datasetId: string; before: StatusImage; after: StatusImage } | null {
  const row = requireStatus(db, itemId)
  if (row.status === status && (note === '' || note === row.note)) return null
  if (seen && !isAsSeen(row, seen)) throw new AppError('item/conflict', 'the state was changed elsewhere', { id: itemId })
  const after: StatusImage = { id: itemId, status, by, at, note, ...basisOf(status, row) }
  write(db, after)
  return { datasetId: row.datasetId, before: imageOf(row), after }
}

/** The review that a state is, or that an edit or another file took from it. */
function reviewOf({ status = 'reviewed', kept, ...signed }: KeptStatus): Signed | undefined {
  return status === 'reviewed' ? signed : kept && reviewOf(kept)
}

/** What edits alone do to a state is no obstacle: they begin a picture that was set back to its beginning, and take a review away or bring it back. */
function isAsLeft(now: StatusImage, left: StatusImage): boolean {
  if (now.status === left.status && now.at === left.at) return true
  if (left.status === 'todo') return now.status === 'inProgress'
  if (now.kept?.status === left.status && now.kept.at === left.at) return true
  const [review, leftReview] = [reviewOf(now), reviewOf(left)]
  return review !== undefined && leftReview !== undefined && review.at === leftReview.at && review.by === leftReview.by
}

/** Leads from the state that a gesture left to the one it found, over the content as it is now, or back; false: somebody set it since. */
export function travelStatus(db: Database, left: StatusImage, wanted: StatusImage, who: string | null): boolean {
  const row = requireStatus(db, left.id)
  if (!isAsLeft(imageOf(row), left)) return false
  write(db, asContentIs(wanted, row, who))
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
          const after = asContentIs(inverse[i]!, row, who || null)
          write(db, after)
          return [{ datasetId: row.datasetId, before: imageOf(row), after }]
        })
        journal(db, 'item.status.undo', who || null, changed, entry.seq)
        append(all, changed)
      }
      return { changed: all.length, missing, datasetIds: [...new Set(all.map(({ datasetId }) => datasetId))] }
    }),
}
