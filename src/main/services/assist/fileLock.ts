import { randomUUID } from 'node:crypto'
import { closeSync, linkSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, statSync, writeSync } from 'node:fs'
import path from 'node:path'
import { AppError } from '../../../shared/errors.ts'
import { isAlive } from '../../jobs/supervisor.ts'
import { fromDiskError } from '../../media/wholeFile.ts'

/** What is done under a lock takes milliseconds: one as old as this was left behind, on this machine or another one. */
const leftAfterMs = 10_000
const waitMs = 5
const mostWaitMs = 15_000

/** Does something while no other process does, of those that ask for the lock of the same file. Errors: disk/*, those of the work. */
export function whileLocked<T>(file: string, work: () => T): T {
  const lock = `${file}.lock`
  const until = Date.now() + mostWaitMs
  while (!take(lock)) {
    if (Date.now() > until) throw new AppError('disk/failed', `${lock} is held by another process`, { file: path.basename(lock) })
    if (!removeLeft(lock)) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, waitMs)
  }
  try {
    return work()
  } finally {
    rmSync(lock, { force: true })
  }
}

function take(lock: string): boolean {
  try {
    mkdirSync(path.dirname(lock), { recursive: true, mode: 0o700 })
    const handle = openSync(lock, 'wx', 0o600)
    try {
      writeSync(handle, `${process.pid} ${randomUUID()}`)
    } finally {
      closeSync(handle)
    }
    return true
  } catch (error) {
    if (isTaken((error as NodeJS.ErrnoException).code)) return false
    throw fromDiskError(error)
  }
}

/** Windows refuses a name that is just being deleted. */
const isTaken = (code: string | undefined): boolean =>
  code === 'EEXIST' || (process.platform === 'win32' && (code === 'EPERM' || code === 'EBUSY'))

/** Takes a lock away whose holder is gone; false where it is held. */
function removeLeft(lock: string): boolean {
  const found = read(lock)
  if (!found) return true
  const pid = Number(found.text.split(' ')[0])
  if (Date.now() - found.modifiedMs < leftAfterMs && (found.text === '' || isAlive(pid))) return false
  // By another name: it may have become somebody else's meanwhile.
  const aside = `${lock}.${randomUUID()}`
  try {
    renameSync(lock, aside)
  } catch {
    return true
  }
  try {
    if (read(aside)?.text !== found.text) linkSync(aside, lock)
  } catch {
    // A third one has it: then there is nothing to give back.
  } finally {
    rmSync(aside, { force: true })
  }
  return true
}

function read(file: string): { text: string; modifiedMs: number } | null {
  try {
    return { text: readFileSync(file, 'utf8'), modifiedMs: statSync(file).mtimeMs }
  } catch {
    return null
  }
}
