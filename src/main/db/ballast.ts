import { closeSync, existsSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs'
import { join } from 'node:path'

const ballastBytes = 16 << 20
const fileOf = (folder: string) => join(folder, 'project.ballast')

/** A file that only takes up room, so that a full disk can be given some: there even deleting fails, because the log cannot grow. */
export function keepBallast(folder: string): void {
  const file = fileOf(folder)
  try {
    if (existsSync(file)) return
    const { bavail, bsize } = statfsSync(folder)
    if (bavail * bsize < 8 * ballastBytes) return
    const handle = openSync(file, 'wx')
    try {
      const zeros = Buffer.alloc(1 << 20)
      for (let at = 0; at < ballastBytes; at += zeros.length) writeSync(handle, zeros)
    } finally {
      closeSync(handle)
    }
  } catch {
    // It is a reserve: a project without one works as long as there is room.
    removed(file)
  }
}

/** Deletes a file; false: a disk that fails does not let that be done either. */
export function removed(file: string): boolean {
  try {
    rmSync(file, { force: true })
    return true
  } catch {
    return false
  }
}

/** Gives the room back to the disk; false: there was none to give. */
export function spendBallast(folder: string): boolean {
  const file = fileOf(folder)
  return existsSync(file) && removed(file)
}

const noRoom: ReadonlySet<unknown> = new Set(['SQLITE_FULL', 'SQLITE_IOERR_SHMSIZE', 'ENOSPC', 'EDQUOT'])

/** Did SQLite, or the system, find no room for a file? */
export const isFull = (error: unknown): boolean => error instanceof Error && 'code' in error && noRoom.has(error.code)

/** Does `work` again, once, with the room of the ballast when the disk was full. Only for work that leaves nothing when it fails. */
export function withBallast<T>(folder: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (!isFull(error) || !spendBallast(folder)) throw error
    return work()
  }
}
