import { mkdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { parentPort, workerData } from 'node:worker_threads'
import Sqlite from 'better-sqlite3'
import { errorToWire, invariant, type WireError } from '../../shared/errors.ts'
import { isFull, keepBallast, removed, withBallast } from './ballast.ts'
import { one, openDatabase, run, type Database } from './connection.ts'
import { newId } from './journalRows.ts'
import { migrate, storedVersion } from './migrate.ts'
import { operation } from './operations.ts'
import { rememberPlace, type DatabasePlace } from './place.ts'
import { discardUnfinishedImports } from './queries/importing.ts'
import { fromSqlError } from './sqlErrors.ts'

export interface ThreadData {
  folder: string
  /** 'curves' is a reader that keeps the curves of runs in memory. */
  role: 'writer' | 'reader' | 'curves'
  /** Writer only: makes the project when the file is new. */
  create: { name: string } | null
  maxPages?: number
}

export type Request = { id: number; name: string; input: unknown }
export type Reply = { id: number; ok: true; value: unknown } | { id: number; ok: false; error: WireError }

/** What needs much room does not get the reserve: it is for the user's own edits, and for making room. */
const hungry: ReadonlySet<string> = new Set(['datasets.begin', 'datasets.addItems', 'datasets.finish', 'metrics.append', 'project.backup'])

/** A copy of the project as it is. Errors: disk/*; then nothing is left of it. */
function backUp(db: Database, folder: string, version: number): string {
  const backups = join(folder, 'backups')
  mkdirSync(backups, { recursive: true })
  const file = join(backups, `schema-${version}-${new Date().toISOString().replace(/[:.]/g, '-')}.db`)
  try {
    run(db, 'VACUUM INTO ?', [file])
  } catch (error) {
    removed(file)
    throw error
  }
  return file
}

/** The schema as it is stored; null: a disk that fails does not let it be read. */
function versionIfReadable(db: Database): number | null {
  try {
    return storedVersion(db)
  } catch {
    return null
  }
}

/** One backup per change of the schema, however often there is no room for that change. */
function bringUpToDate(db: Database, folder: string): void {
  const from = storedVersion(db)
  const made: string[] = []
  try {
    withBallast(folder, () => migrate(db, (version) => void (made[0] ??= backUp(db, folder, version))))
  } catch (error) {
    if (versionIfReadable(db) === from) made.forEach(removed)
    throw error
  }
}

/** Opens the project as the writer: schema brought up to date, unfinished imports gone. */
export function openWriter(data: ThreadData): Database {
  const { folder, maxPages, create } = data
  const db = withBallast(folder, () => openDatabase(join(folder, 'project.db'), maxPages ? { maxPages } : {}))
  bringUpToDate(db, folder)
  // Also for a project whose making was cut short between its schema and its name.
  if (!one(db, 'SELECT 1 FROM project'))
    run(db, 'INSERT INTO project (id, name, created_at) VALUES (?, ?, ?)', [newId(), create?.name ?? basename(folder), Date.now()])
  try {
    withBallast(folder, () => discardUnfinishedImports(db))
  } catch (error) {
    // Nobody sees them; they go when there is room again.
    if (!isFull(error)) throw error
  }
  keepBallast(folder)
  return db
}

/** What cannot be moved into the database file (no room, a damaged page) stays in the log: nothing is lost here, and closing goes on. */
function settle(db: Database, folder: string): void {
  try {
    db.pragma('optimize')
    withBallast(folder, () => db.pragma('wal_checkpoint(TRUNCATE)'))
  } catch (error) {
    if (!(error instanceof Sqlite.SqliteError)) throw error
  }
}

/** The body of a database thread: one request, one answer, in order. Message 'close' ends it. */
export function runDatabaseThread(): void {
  invariant(parentPort, 'a database thread needs a parent')
  const port = parentPort
  const data = workerData as ThreadData
  let opened: Database | null = null
  /** A reader opens at its first question: by then the writer has made and migrated the file. */
  const open = () =>
    (opened ??= data.role === 'writer' ? openWriter(data) : openDatabase(join(data.folder, 'project.db'), { readonly: true }))
  const answer = (id: number, work: () => unknown) => {
    let reply: Reply
    try {
      reply = { id, ok: true, value: work() }
    } catch (error) {
      reply = { id, ok: false, error: errorToWire(fromSqlError(error)) }
    }
    port.postMessage(reply)
  }
  let place: DatabasePlace = { check: () => undefined }
  answer(0, () => {
    if (data.role === 'writer') {
      open()
      place = rememberPlace(join(data.folder, 'project.db'))
    }
    return null
  })
  port.on('message', ({ id, name, input }: Request) => {
    answer(id, () => {
      if (name === 'close') {
        if (data.role === 'writer') settle(open(), data.folder)
        opened?.close()
        return null
      }
      const work = operation(name)
      invariant(work, `no database operation ${name}`)
      if (data.role === 'writer') place.check()
      const spare = data.role === 'writer' && !hungry.has(name)
      return spare ? withBallast(data.folder, () => work(open(), input)) : work(open(), input)
    })
  })
}
