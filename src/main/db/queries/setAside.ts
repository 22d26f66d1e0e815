import { AppError } from '../../../shared/errors.ts'
import type { FileProblem } from '../../../shared/model/dataset.ts'
import { all, one, run, transaction, type Database } from '../connection.ts'
import { appendJournal } from '../journalRows.ts'
import type { OperationInput, OperationOutput } from '../store.ts'

/** Why a picture is set aside, and where it was. */
interface Aside {
  code: string
  message: string
  /** What its sentence is made of. */
  facts?: FileProblem['facts']
  by: string | null
  at: number
  /** Their numbers. */
  splits: number[]
}
interface AsideRow {
  id: string
  datasetId: string
  relPath: string
  aside: string | null
}

export const setAsideSql = {
  get: `SELECT i.id, i.dataset_id AS datasetId, i.rel_path AS relPath, i.aside
    FROM item i JOIN dataset d ON d.id = i.dataset_id AND d.state = 'ready' WHERE i.id = ?`,
  splits: 'SELECT split_id AS id FROM item_split WHERE item_id = ? ORDER BY split_id',
  list: 'SELECT id, dataset_id AS datasetId, rel_path AS relPath, aside FROM item WHERE dataset_id = ? AND aside IS NOT NULL ORDER BY position',
} as const

const asideOf = (row: AsideRow): Aside | null => (row.aside === null ? null : (JSON.parse(row.aside) as Aside))

/** What to answer when an item is not among those in use. */
export function missingItem(db: Database, itemId: string): AppError {
  const row = one<AsideRow>(db, setAsideSql.get, [itemId])
  if (row && row.aside !== null) return new AppError('item/set-aside', `${row.relPath} was set aside`, { id: itemId, file: row.relPath })
  return new AppError('item/not-found', `there is no item ${itemId}`, { id: itemId })
}

/** Pictures that were set aside, as the list of problems of their dataset has them. */
export const asideProblems = (db: Database, datasetId: string): FileProblem[] =>
  all<AsideRow>(db, setAsideSql.list, [datasetId]).map((row) => {
    const { code, message, facts } = asideOf(row)!
    return { file: row.relPath, line: null, code, message, ...(facts ? { facts } : {}), severity: 'refused', itemId: row.id }
  })

/** Gives every item the reason (null: takes it back) it has not yet; one entry per dataset. */
function change(db: Database, itemIds: readonly string[], command: string, who: string | undefined, next: (row: AsideRow) => Aside | null) {
  const changed = [...new Set(itemIds)].flatMap((id) => {
    const row = one<AsideRow>(db, setAsideSql.get, [id])
    if (!row) throw new AppError('item/not-found', `there is no item ${id}`, { id })
    const after = next(row)
    if ((after === null) === (row.aside === null)) return []
    run(db, 'UPDATE item SET aside = ? WHERE id = ?', [after && JSON.stringify(after), id])
    return [{ datasetId: row.datasetId, before: { id, aside: asideOf(row) }, after: { id, aside: after } }]
  })
  const datasetIds = [...new Set(changed.map(({ datasetId }) => datasetId))]
  for (const datasetId of datasetIds) {
    const own = changed.filter((one) => one.datasetId === datasetId)
    const [forward, inverse] = [own.map(({ after }) => after), own.map(({ before }) => before)]
    appendJournal(db, { kind: 'item', client: 'host', command, who: who || null, datasetId, forward, inverse })
  }
  return { changed: changed.length, datasetIds }
}

export const setAsideWrites = {
  'items.setAside': (
    db: Database,
    { itemIds, code, message, facts, who }: OperationInput<'items.setAside'>,
  ): OperationOutput<'items.setAside'> =>
    transaction(db, () =>
      change(db, itemIds, 'item.aside', who, ({ id }) => {
        const splits = all<{ id: number }>(db, setAsideSql.splits, [id]).map((split) => split.id)
        return { code, message, ...(facts ? { facts } : {}), by: who || null, at: Date.now(), splits }
      }),
    ),
  'items.takeBack': (db: Database, { itemIds, who }: OperationInput<'items.takeBack'>): OperationOutput<'items.takeBack'> =>
    transaction(db, () => change(db, itemIds, 'item.takeBack', who, () => null)),
}
