import { randomUUID } from 'node:crypto'
import { mkdir, open, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import { AppError } from '../../shared/errors.ts'

/** Writes a file whole or not at all: a temporary one beside it, fsync, rename. Errors: disk/full, disk/failed. */
export async function writeWhole(file: string, bytes: Uint8Array | string): Promise<void> {
  const folder = path.dirname(file)
  const temporary = path.join(folder, `.${path.basename(file)}.${randomUUID()}`)
  try {
    await mkdir(folder, { recursive: true })
    const handle = await open(temporary, 'wx')
    try {
      await handle.writeFile(bytes)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(temporary, file)
  } catch (error) {
    await rm(temporary, { force: true })
    throw fromDiskError(error)
  }
}

export function fromDiskError(error: unknown): unknown {
  const code = (error as NodeJS.ErrnoException | null)?.code
  if (typeof code !== 'string' || error instanceof AppError) return error
  if (code === 'ENOSPC' || code === 'EDQUOT') return new AppError('disk/full', 'the disk is full', { reason: code }, { cause: error })
  return new AppError('disk/failed', `the disk refused: ${(error as Error).message}`, { reason: code }, { cause: error })
}
