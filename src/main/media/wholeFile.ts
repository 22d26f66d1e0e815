import { randomUUID } from 'node:crypto'
import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { mkdir, open, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import { AppError } from '../../shared/errors.ts'
import { removed } from '../db/ballast.ts'

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
    await rm(temporary, { force: true }).catch(() => undefined)
    throw fromDiskError(error)
  }
}

/** The same at once, for what is written under a lock and is small; nobody but this user reads it. Errors: disk/full, disk/failed. */
export function writeWholeNow(file: string, text: string): void {
  const partial = `${file}.${process.pid}.part`
  try {
    mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 })
    writeFileSync(partial, text, { mode: 0o600, flush: true })
    renameSync(partial, file)
  } catch (error) {
    removed(partial)
    throw fromDiskError(error)
  }
}

/** What the system said to a library that passes on its words only. */
const systemWords: readonly (readonly [words: RegExp, errno: string])[] = [
  [/no space left on device|not enough space on the disk/i, 'ENOSPC'],
  [/quota exceeded/i, 'EDQUOT'],
  [/read-only file system/i, 'EROFS'],
  [/input\/output error/i, 'EIO'],
  [/stale (nfs )?file handle/i, 'ESTALE'],
  [/transport endpoint is not connected/i, 'ENOTCONN'],
]

function errnoOf(error: unknown): string | undefined {
  const { code, message = '' } = (error ?? {}) as Partial<NodeJS.ErrnoException>
  return typeof code === 'string' ? code : systemWords.find(([words]) => words.test(message))?.[1]
}

/** What a disk refused as an error of ours; every other error stays what it is. */
export function fromDiskError(error: unknown): unknown {
  const errno = error instanceof AppError ? undefined : errnoOf(error)
  if (errno === undefined) return error
  if (errno === 'ENOSPC' || errno === 'EDQUOT') return new AppError('disk/full', 'the disk is full', { errno }, { cause: error })
  return new AppError('disk/failed', `the disk refused: ${(error as Error).message}`, { errno }, { cause: error })
}
