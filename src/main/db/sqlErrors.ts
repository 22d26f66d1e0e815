import Sqlite from 'better-sqlite3'
import { AppError } from '../../shared/errors.ts'
import { isFull } from './ballast.ts'

export const isBusy = (error: unknown): boolean => error instanceof Sqlite.SqliteError && error.code.startsWith('SQLITE_BUSY')

/** What the system answers about a file (ENOSPC, EIO, ESTALE, …) as the studio's codes; anything else as it is. */
export function fromSystemError(error: unknown): unknown {
  const errno = (error as NodeJS.ErrnoException | null)?.code
  if (!(error instanceof Error) || error instanceof AppError || !/^E[A-Z0-9]+$/.test(errno ?? '')) return error
  const data = { errno: errno!, reason: error.message }
  const options = { cause: error }
  if (errno === 'ENOSPC' || errno === 'EDQUOT') return new AppError('disk/full', 'the disk is full; nothing was changed', data, options)
  if (errno === 'EROFS') return new AppError('disk/read-only', `the project cannot be written: ${error.message}`, data, options)
  return new AppError('disk/failed', `the disk refused: ${error.message}`, data, options)
}

/** SQLite's result codes, and the system's, as the studio's: what a user can do something about gets a code of its own. */
export function fromSqlError(error: unknown): unknown {
  if (!(error instanceof Sqlite.SqliteError)) return fromSystemError(error)
  const { code, message } = error
  const options = { cause: error }
  if (isFull(error)) return new AppError('disk/full', 'the disk is full; nothing was changed', { sqlite: code }, options)
  if (code.startsWith('SQLITE_READONLY') || code.startsWith('SQLITE_CANTOPEN'))
    return new AppError('disk/read-only', `the project cannot be written: ${message}`, { sqlite: code, reason: message }, options)
  if (code.startsWith('SQLITE_IOERR'))
    return new AppError('disk/failed', `the disk refused: ${message}`, { sqlite: code, reason: message }, options)
  if (code.startsWith('SQLITE_CORRUPT') || code.startsWith('SQLITE_NOTADB')) {
    return new AppError('project/damaged', `the project database is damaged: ${message}`, { sqlite: code }, options)
  }
  if (isBusy(error)) return new AppError('project/busy', 'another program holds the project database', { sqlite: code }, options)
  return error
}
