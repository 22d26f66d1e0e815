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
  // A page that cannot be read is an error here; of a mapped file it would be a signal that ends the process.
  db.pragma('mmap_size = 0')
  db.pragma('recursive_triggers = ON')
  if (options.maxPages) db.pragma(`max_page_count = ${options.maxPages}`)
  return db
}

const caches = new WeakMap<Database, Map<string, Sqlite.Statement>>()

/** A prepared statement, prepared once per connection and text; 'raw' ones answer with rows as arrays, which is what many rows are read by. */
export function statement(db: Database, sql: string, rows: 'named' | 'raw' = 'named'): Sqlite.Statement {
  let cache = caches.get(db)
  if (!cache) caches.set(db, (cache = new Map<string, Sqlite.Statement>()))
  const key = rows + sql
  let prepared = cache.get(key)
  if (!prepared) cache.set(key, (prepared = rows === 'raw' ? db.prepare(sql).raw() : db.prepare(sql)))
  return prepared
}

type Params = readonly unknown[] | Readonly<Record<string, unknown>>
const bound = (params: Params) => (Array.isArray(params) ? (params as unknown[]) : [params])

/** All rows; the caller names their shape, the schema test and the contract tests hold it to that. */
export function all<Row>(db: Database, sql: string, params: Params = []): Row[] {
  return statement(db, sql).all(...bound(params)) as Row[]
}

/** The rows one by one; until the last one is read the connection does nothing else. */
export function each<Row>(db: Database, sql: string, params: Params = []): IterableIterator<Row> {
  return statement(db, sql).iterate(...bound(params)) as IterableIterator<Row>
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
