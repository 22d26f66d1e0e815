import { AppError } from '../../../shared/errors.ts'
import { isBackgroundName } from '../../../shared/formats/vocNames.ts'
import type { ClassRecord, Dialect, FileProblem } from '../../../shared/model/dataset.ts'
import { all, one, run, transaction, type Database } from '../connection.ts'
import { appendJournal, newId } from '../journalRows.ts'
import type { StoredDataset, StoreReads, StoreWrites } from '../store.ts'
import { freeColor } from './classColors.ts'
import { asideProblems } from './setAside.ts'

interface DatasetRow {
  id: string
  name: string
  root_path: string
  dialect: string
  items: number
  annotations: number
  todo: number
  in_progress: number
  done: number
  reviewed: number
  rejected: number
  created_at: number
  quarantined: number
  commented: number
  unlabelled: number
}

const datasetColumns = `SELECT d.*, (SELECT count(DISTINCT p.file) FROM problem p WHERE p.dataset_id = d.id AND p.severity = 'refused')
    + (SELECT count(*) FROM item a WHERE a.dataset_id = d.id AND a.aside IS NOT NULL) AS quarantined,
  (SELECT count(*) FROM item i WHERE i.dataset_id = d.id AND i.aside IS NULL AND i.open_comments > 0) AS commented,
  (SELECT count(*) FROM item i WHERE i.dataset_id = d.id AND i.aside IS NULL AND i.annotation_count = 0) AS unlabelled FROM dataset d`

export const datasetSql = {
  list: `${datasetColumns} WHERE d.state = 'ready' ORDER BY d.created_at, d.id`,
  get: `${datasetColumns} WHERE d.id = ? AND d.state = 'ready'`,
  splits: 'SELECT name, items FROM split WHERE dataset_id = ? ORDER BY id',
  problems: 'SELECT file, line, code, message, severity, remark, facts FROM problem WHERE dataset_id = ? ORDER BY id',
  classes: 'SELECT * FROM class WHERE dataset_id = ? ORDER BY position, id',
} as const

function toDataset(db: Database, row: DatasetRow): StoredDataset {
  return {
    id: row.id,
    name: row.name,
    rootPath: row.root_path,
    dialect: JSON.parse(row.dialect) as Dialect,
    items: row.items,
    annotations: row.annotations,
    splits: all<{ name: string; items: number }>(db, datasetSql.splits, [row.id]),
    statusCounts: { todo: row.todo, inProgress: row.in_progress, done: row.done, reviewed: row.reviewed, rejected: row.rejected },
    commented: row.commented,
    unlabelled: row.unlabelled,
    quarantined: row.quarantined,
    createdAt: row.created_at,
  }
}

export function requireDataset(db: Database, datasetId: string): StoredDataset {
  const row = one<DatasetRow>(db, datasetSql.get, [datasetId])
  if (!row) throw new AppError('dataset/not-found', `there is no dataset ${datasetId}`, { id: datasetId })
  return toDataset(db, row)
}

interface ClassRow {
  id: string
  dataset_id: string
  name: string
  source_name: string | null
  mask_index: number | null
  color: string
  position: number
  annotation_count: number
}

function toClass(row: ClassRow): ClassRecord {
  return {
    id: row.id,
    datasetId: row.dataset_id,
    name: row.name,
    maskIndex: row.mask_index,
    color: row.color,
    order: row.position,
    annotationCount: row.annotation_count,
  }
}

type ProblemRow = Omit<FileProblem, 'remark' | 'facts'> & { remark: string | null; facts: string | null }

const toProblem = ({ remark, facts, ...problem }: ProblemRow): FileProblem => ({
  ...problem,
  ...(remark === null ? {} : { remark }),
  ...(facts === null ? {} : { facts: JSON.parse(facts) as FileProblem['facts'] }),
})

function requireClass(db: Database, classId: string): ClassRow {
  const row = one<ClassRow>(db, 'SELECT * FROM class WHERE id = ?', [classId])
  if (!row) throw new AppError('class/not-found', `there is no class ${classId}`, { id: classId })
  return row
}

function refuseDuplicate(db: Database, datasetId: string, name: string, exceptId: string): void {
  if (one(db, 'SELECT 1 FROM class WHERE dataset_id = ? AND name = ? AND id <> ?', [datasetId, name, exceptId])) {
    throw new AppError('class/duplicate', `the dataset already has a class '${name}'`, { name })
  }
}

function setState(db: Database, datasetId: string, from: 'ready' | 'removed', to: 'ready' | 'removed'): Record<string, never> {
  return transaction(db, () => {
    if (run(db, 'UPDATE dataset SET state = ? WHERE id = ? AND state = ?', [to, datasetId, from]) === 0) {
      throw new AppError('dataset/not-found', `there is no ${from} dataset ${datasetId}`, { id: datasetId })
    }
    const kind = to === 'removed' ? 'remove' : 'restore'
    appendJournal(db, { kind, client: 'host', command: `dataset.${kind}`, datasetId, forward: [{ state: to }], inverse: [{ state: from }] })
    return {}
  })
}

export const datasetReads = {
  'datasets.list': (db: Database) => all<DatasetRow>(db, datasetSql.list).map((row) => toDataset(db, row)),
  'datasets.get': (db: Database, { datasetId }: { datasetId: string }) => requireDataset(db, datasetId),
  'datasets.problems': (db: Database, { datasetId }: { datasetId: string }) => [
    ...asideProblems(db, datasetId),
    ...all<ProblemRow>(db, datasetSql.problems, [datasetId]).map(toProblem),
  ],
  'classes.list': (db: Database, { datasetId }: { datasetId: string }) => all<ClassRow>(db, datasetSql.classes, [datasetId]).map(toClass),
  'classes.sourceNames': (db: Database, { datasetId }: { datasetId: string }) =>
    Object.fromEntries(all<ClassRow>(db, datasetSql.classes, [datasetId]).map((row) => [row.id, row.source_name])),
} satisfies { [K in keyof StoreReads]?: (db: Database, input: Parameters<StoreReads[K]>[0]) => ReturnType<StoreReads[K]> }

export const datasetWrites = {
  'datasets.remove': (db: Database, { datasetId }: { datasetId: string }) => setState(db, datasetId, 'ready', 'removed'),
  'datasets.restore': (db: Database, { datasetId }: { datasetId: string }) => setState(db, datasetId, 'removed', 'ready'),
  'classes.add': (db: Database, input: { id: string; datasetId: string; name: string }) => transaction(db, () => addClass(db, input)),
  'classes.update': (db: Database, input: { classId: string; name?: string; color?: string }) =>
    transaction(db, () => {
      const before = requireClass(db, input.classId)
      if (input.name !== undefined) refuseDuplicate(db, before.dataset_id, input.name, input.classId)
      run(db, 'UPDATE class SET name = ?, color = ? WHERE id = ?', [input.name ?? before.name, input.color ?? before.color, input.classId])
      const after = toClass(requireClass(db, input.classId))
      appendJournal(db, {
        kind: 'class',
        client: 'host',
        command: 'class.update',
        datasetId: before.dataset_id,
        forward: [after],
        inverse: [toClass(before)],
      })
      return after
    }),
} satisfies { [K in keyof StoreWrites]?: (db: Database, input: Parameters<StoreWrites[K]>[0]) => ReturnType<StoreWrites[K]> }

/** The next index a mask can use, so that a drawn region of a new class can be exported; null when all 255 are taken or no class has one. */
function freeMaskIndex(existing: readonly ClassRow[]): number | null {
  const used = existing.flatMap((row) => (row.mask_index === null ? [] : [row.mask_index]))
  if (used.length === 0) return null
  const next = Math.max(...used) + 1
  return next <= 254 ? next : null
}

/** The first class of a folder that came without any brings 'background' along as index 0, so that what is drawn can be trained and exported as masks. */
function addClass(db: Database, { id, datasetId, name }: { id: string; datasetId: string; name: string }): ClassRecord {
  const dataset = requireDataset(db, datasetId)
  refuseDuplicate(db, datasetId, name, '')
  const insert = (classId: string, className: string, maskIndex: number | null, color: string, position: number) =>
    run(db, 'INSERT INTO class (id, dataset_id, name, source_name, mask_index, color, position) VALUES (?, ?, ?, NULL, ?, ?, ?)', [
      classId,
      datasetId,
      className,
      maskIndex,
      color,
      position,
    ])
  let existing = all<ClassRow>(db, datasetSql.classes, [datasetId])
  if (existing.length === 0 && dataset.dialect.format === 'images' && !isBackgroundName(name)) {
    insert(newId(), 'background', 0, '#000000', 0)
    existing = all<ClassRow>(db, datasetSql.classes, [datasetId])
  }
  const position = Math.max(-1, ...existing.map((row) => row.position)) + 1
  const maskIndex = existing.length === 0 && dataset.dialect.format === 'images' ? 0 : freeMaskIndex(existing)
  insert(
    id,
    name,
    maskIndex,
    freeColor(
      existing.map((row) => row.color),
      maskIndex ?? position + 1,
    ),
    position,
  )
  const added = toClass(requireClass(db, id))
  appendJournal(db, { kind: 'class', client: 'host', command: 'class.add', datasetId, forward: [added], inverse: [null] })
  return added
}
