import type { Database } from '../connection.ts'

export interface Migration {
  /** 1, 2, 3…: PRAGMA user_version once it is done. */
  readonly version: number
  readonly name: string
  /** What runs; its SHA-256 is kept with the project. */
  readonly sql: string
  /** What SQL cannot say, in the same transaction. */
  readonly fill?: (db: Database) => void
}
