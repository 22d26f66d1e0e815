import Sqlite from 'better-sqlite3'

export type Database = Sqlite.Database

export interface OpenOptions {
  readonly?: boolean
  /** Upper bound of the file in pages, to rehearse a full disk. */
  maxPages?: number
}

/** Opens project.db with the project's pragmas. A reader sees every commit that was answered before it asks. */
export function openDatabase(file: string, options: OpenOptions = {}): Database {
  const readonly = options.readonly ?? false
  const db = new Sqlite(file, { readonly, fileMustExist: readonly, timeout: 5_000 })
  if (!readonly) db.pragma('journal_mode = WAL')
  db.pragma('synchronous = FULL')
  db.pragma('foreign_keys = ON')
  db.pragma('temp_store = MEMORY')
  db.pragma('mmap_size = 268435456')
  db.pragma('recursive_triggers = ON')
  if (options.maxPages) db.pragma(`max_page_count = ${options.maxPages}`)
  return db
}

const caches = new WeakMap<Database, Map<string, Sqlite.Statement>>()

/** A prepared statement, prepared once per connection and text. */
export function statement(db: Database, sql: string): Sqlite.Statement {
  let cache = caches.get(db)
  if (!cache) caches.set(db, (cache = new Map<string, Sqlite.Statement>()))
  let prepared = cache.get(sql)
  if (!prepared) cache.set(sql, (prepared = db.prepare(sql)))
  return prepared
}

type Params = readonly unknown[] | Readonly<Record<string, unknown>>
const bound = (params: Params) => (Array.isArray(params) ? (params as unknown[]) : [params])

/** All rows; the caller names their shape, the schema test and the contract tests hold it to that. */
export function all<Row>(db: Database, sql: string, params: Params = []): Row[] {
  return statement(db, sql).all(...bound(params)) as Row[]
}

export function one<Row>(db: Database, sql: string, params: Params = []): Row | undefined {
  return statement(db, sql).get(...bound(params)) as Row | undefined
}

/** Answers with the number of rows changed. */
export function run(db: Database, sql: string, params: Params = []): number {
  return statement(db, sql).run(...bound(params)).changes
}

/** One immediate transaction: all of it or nothing. */
export function transaction<T>(db: Database, work: () => T): T {
  return db.transaction(work).immediate()
}
