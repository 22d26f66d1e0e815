import { statSync } from 'node:fs'
import { AppError } from '../../shared/errors.ts'
import { fromSystemError } from './sqlErrors.ts'

export interface DatabasePlace {
  /** Errors: project/moved, disk/failed. */
  check(): void
}

function identity(file: string): string | null {
  try {
    const found = statSync(file, { bigint: true, throwIfNoEntry: false })
    return found ? `${found.dev}:${found.ino}` : null
  } catch (error) {
    // A disk that fails or is not mounted: where the file is cannot be told, and it may be there again.
    throw fromSystemError(error)
  }
}

/** An open file goes on being written wherever its folder is moved to, or when it was deleted: whoever is told "saved" then would not find it again. */
export function rememberPlace(file: string): DatabasePlace {
  const opened = identity(file)
  return {
    check() {
      if (identity(file) !== opened) throw new AppError('project/moved', 'the project folder was moved or deleted', { file })
    },
  }
}
