import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { parentPort, workerData } from 'node:worker_threads'
import { errorToWire, invariant, type WireError } from '../../shared/errors.ts'
import { openDatabase, run, type Database } from './connection.ts'
import { newId } from './journalRows.ts'
import { migrate, storedVersion } from './migrate.ts'
import { operation } from './operations.ts'
import { discardUnfinishedImports } from './queries/importing.ts'
import { fromSqlError } from './sqlErrors.ts'

export interface ThreadData {
  folder: string
  role: 'writer' | 'reader'
  /** Writer only: makes the project when the file is new. */
  create: { name: string } | null
  maxPages?: number
}

export type Request = { id: number; name: string; input: unknown }
export type Reply = { id: number; ok: true; value: unknown } | { id: number; ok: false; error: WireError }

/** Opens the project as the writer: schema brought up to date, unfinished imports gone. */
export function openWriter(data: ThreadData): Database {
  const db = openDatabase(join(data.folder, 'project.db'), data.maxPages ? { maxPages: data.maxPages } : {})
  const fresh = storedVersion(db) === 0
  migrate(db, (version) => {
    const backups = join(data.folder, 'backups')
    mkdirSync(backups, { recursive: true })
    run(db, 'VACUUM INTO ?', [join(backups, `schema-${version}-${new Date().toISOString().replace(/[:.]/g, '-')}.db`)])
  })
  if (fresh && data.create) run(db, 'INSERT INTO project (id, name, created_at) VALUES (?, ?, ?)', [newId(), data.create.name, Date.now()])
  discardUnfinishedImports(db)
  return db
}

/** The body of a database thread: one request, one answer, in order. Message 'close' ends it. */
export function runDatabaseThread(): void {
  invariant(parentPort, 'a database thread needs a parent')
  const port = parentPort
  const data = workerData as ThreadData
  let opened: Database | null = null
  /** The reader opens at its first question: by then the writer has made and migrated the file. */
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
  answer(0, () => {
    if (data.role === 'writer') open()
    return null
  })
  port.on('message', ({ id, name, input }: Request) => {
    answer(id, () => {
      if (name === 'close') {
        if (data.role === 'writer') {
          open().pragma('optimize')
          open().pragma('wal_checkpoint(TRUNCATE)')
        }
        opened?.close()
        return null
      }
      const work = operation(name)
      invariant(work, `no database operation ${name}`)
      return work(open(), input)
    })
  })
}
