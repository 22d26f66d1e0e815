import { AppError } from '../../../shared/errors.ts'
import type { Comment, CommentEntry } from '../../../shared/model/comment.ts'
import { all, one, run, transaction, type Database } from '../connection.ts'
import type { OperationInput } from '../store.ts'
import { requireItemRow } from './annotationRows.ts'

interface CommentRow {
  id: string
  item_id: string
  annotation_id: string | null
  x: number | null
  y: number | null
  resolved: number
  deleted: number
}

export const commentSql = {
  ofItem: 'SELECT * FROM comment WHERE item_id = ? ORDER BY id',
  count: 'SELECT count(*) AS n FROM comment WHERE item_id = ? AND deleted = 0',
  get: 'SELECT * FROM comment WHERE id = ?',
  entries: 'SELECT kind, text, who, at FROM comment_entry WHERE comment_id = ? ORDER BY seq',
} as const

const toComment = (db: Database, row: CommentRow): Comment => ({
  id: row.id,
  itemId: row.item_id,
  annotationId: row.annotation_id,
  at: row.x === null || row.y === null ? null : [row.x, row.y],
  resolved: row.resolved === 1,
  deleted: row.deleted === 1,
  entries: all<CommentEntry>(db, commentSql.entries, [row.id]),
})

function requireComment(db: Database, commentId: string): CommentRow {
  const row = one<CommentRow>(db, commentSql.get, [commentId])
  if (!row) throw new AppError('comment/not-found', `there is no comment ${commentId}`, { id: commentId })
  return row
}

type NewEntry = Omit<CommentEntry, 'at' | 'who'> & { entryId: string; commentId: string; who: string | undefined }

const addEntry = (db: Database, { entryId, commentId, kind, text, who }: NewEntry): number =>
  run(
    db,
    'INSERT INTO comment_entry (entry_id, comment_id, kind, text, who, at) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (entry_id) DO NOTHING',
    [entryId, commentId, kind, text, who || null, Date.now()],
  )

/** What each act leaves behind. */
const flags: Readonly<Partial<Record<CommentEntry['kind'], string>>> = {
  resolve: 'resolved = 1',
  reopen: 'resolved = 0',
  delete: 'deleted = 1',
  restore: 'deleted = 0',
}

export const commentReads = {
  'comments.list': (db: Database, { itemId }: OperationInput<'comments.list'>): Comment[] =>
    db.transaction(() => {
      requireItemRow(db, itemId)
      return all<CommentRow>(db, commentSql.ofItem, [itemId]).map((row) => toComment(db, row))
    })(),
}

export const commentWrites = {
  'comments.add': (db: Database, input: OperationInput<'comments.add'>): Comment =>
    transaction(db, () => {
      const { id, itemId, annotationId, at, text, who } = input
      const { width, height } = requireItemRow(db, itemId)
      if (at && (at[0] < 0 || at[1] < 0 || at[0] > width || at[1] > height))
        throw new AppError('input/invalid', 'a comment is pinned inside of the picture')
      const values = [id, itemId, annotationId, at?.[0] ?? null, at?.[1] ?? null]
      if (run(db, 'INSERT INTO comment (id, item_id, annotation_id, x, y) VALUES (?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING', values) > 0)
        addEntry(db, { entryId: id, commentId: id, kind: 'text', text, who })
      return toComment(db, requireComment(db, id))
    }),
  'comments.act': (db: Database, input: OperationInput<'comments.act'>): Comment =>
    transaction(db, () => {
      const { entryId, commentId, action, text, who } = input
      requireItemRow(db, requireComment(db, commentId).item_id)
      if (action === 'text' && text === '') throw new AppError('input/invalid', 'a reply says something')
      const isNew = addEntry(db, { entryId, commentId, kind: action, text, who }) > 0
      if (isNew && flags[action]) run(db, `UPDATE comment SET ${flags[action]} WHERE id = ?`, [commentId])
      return toComment(db, requireComment(db, commentId))
    }),
}
