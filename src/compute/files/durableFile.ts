import { open, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { AppError, CancelledError } from '../../shared/errors.ts'

/** Turns a failure of the file system into a coded one. Codes: disk/full, disk/failed. */
export function diskError(cause: unknown, path: string): AppError {
  const reason = (cause as NodeJS.ErrnoException).code ?? String(cause)
  const full = reason === 'ENOSPC' || reason === 'EDQUOT'
  return new AppError(
    full ? 'disk/full' : 'disk/failed',
    `${path} could not be written: ${reason}`,
    { file: basename(path), errno: reason },
    { cause },
  )
}

/** Writes the pieces one after the other, each asked for when its turn comes, and waits until they are on the disk. Errors: disk/*, and those of the pieces. */
export async function writeDurable(path: string, pieces: Iterable<Uint8Array> | string): Promise<void> {
  try {
    await using file = await open(path, 'w')
    for (const piece of typeof pieces === 'string' ? [Buffer.from(pieces)] : pieces) {
      let at = 0
      // One write is limited to 2 GiB by the kernel.
      while (at < piece.byteLength) at += (await file.write(piece, at, Math.min(piece.byteLength - at, 1 << 30))).bytesWritten
    }
    await file.sync()
  } catch (cause) {
    throw cause instanceof AppError || cause instanceof CancelledError ? cause : diskError(cause, path)
  }
}

/** Waits until names created, renamed or removed in the folder are on the disk. Windows cannot open folders and needs no such call. */
export async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return
  try {
    await using folder = await open(path, 'r')
    await folder.sync()
  } catch (cause) {
    throw diskError(cause, path)
  }
}

/** Replaces a file as a whole: after a crash it is the old one or the new one. Errors: disk/*. */
export async function replaceDurable(path: string, pieces: readonly Uint8Array[] | string): Promise<void> {
  const beside = join(dirname(path), `.${basename(path)}.${process.pid}.tmp`)
  try {
    await writeDurable(beside, pieces)
    await rename(beside, path)
    await syncFolder(dirname(path))
  } catch (cause) {
    await rm(beside, { force: true })
    throw cause instanceof AppError ? cause : diskError(cause, path)
  }
}
