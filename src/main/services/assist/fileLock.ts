import { randomUUID } from 'node:crypto'
import { closeSync, existsSync, linkSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, statSync, writeSync } from 'node:fs'
import path from 'node:path'
import { AppError } from '../../../shared/errors.ts'
import { isAlive } from '../../jobs/supervisor.ts'
import { fromDiskError } from '../../media/wholeFile.ts'

/** What is done under a lock takes milliseconds: one as old as this was left behind, on this machine or another one. */
const leftAfterMs = 10_000
/** Its holder writes its name into it at once. */
const namelessAfterMs = 500
const waitMs = 5
const mostWaitMs = 15_000

/** By file, the last one of this process that asked for its lock. */
const turns = new Map<string, Promise<unknown>>()

/**
 * Does something while no other process does, of those that ask for the lock of the same file; within this process in the order that was asked for. Waiting holds
 * up nothing else. Errors: disk/*, those of the work.
 */
export function whileLocked<T>(file: string, work: () => T): Promise<T> {
  const locked = (): Promise<T> => lockedNow(file, work)
  const turn = (turns.get(file) ?? Promise.resolve()).then(locked, locked)
  turns.set(file, turn)
  const end = (): void => void (turns.get(file) === turn && turns.delete(file))
  turn.then(end, end)
  return turn
}

async function lockedNow<T>(file: string, work: () => T): Promise<T> {
  const lock = `${file}.lock`
  const token = `${process.pid} ${randomUUID()}`
  const since = Date.now()
  while (!take(lock, token, Date.now() - since)) {
    if (Date.now() - since > mostWaitMs)
      throw new AppError('disk/failed', `${lock} is held by another process`, { file: path.basename(lock) })
    removeLeft(lock)
    await new Promise((resolve) => setTimeout(resolve, waitMs))
  }
  // From here to its release nothing else of this process runs: it is held for as long as the work takes.
  try {
    return work()
  } finally {
    // Whoever slept over it has lost it to somebody else.
    if (read(lock)?.text === token) rmSync(lock, { force: true })
  }
}

function take(lock: string, token: string, waitedMs: number): boolean {
  try {
    mkdirSync(path.dirname(lock), { recursive: true, mode: 0o700 })
    const handle = openSync(lock, 'wx', 0o600)
    try {
      writeSync(handle, token)
    } catch (error) {
      rmSync(lock, { force: true })
      throw error
    } finally {
      closeSync(handle)
    }
    return true
  } catch (error) {
    if (isTaken((error as NodeJS.ErrnoException).code, existsSync(lock) || waitedMs < namelessAfterMs)) return false
    throw fromDiskError(error)
  }
}

/** Windows refuses a name that is just being deleted; a folder that refuses every name it refuses for longer. */
const isTaken = (code: string | undefined, isPassing: boolean): boolean =>
  code === 'EEXIST' || (process.platform === 'win32' && (code === 'EPERM' || code === 'EBUSY') && isPassing)

/** Takes a lock away whose holder is gone. */
function removeLeft(lock: string): void {
  const found = read(lock)
  if (!found) return
  const ageMs = Date.now() - found.modifiedMs
  const isHeld = found.text === '' ? ageMs < namelessAfterMs : ageMs < leftAfterMs && isAlive(Number(found.text.split(' ')[0]))
  if (isHeld) return
  // By another name: it may have become somebody else's meanwhile.
  const aside = `${lock}.${randomUUID()}`
  try {
    renameSync(lock, aside)
  } catch {
    return
  }
  try {
    if (read(aside)?.text !== found.text) linkSync(aside, lock)
  } catch {
    // A third one has it: then there is nothing to give back.
  } finally {
    rmSync(aside, { force: true })
  }
}

function read(file: string): { text: string; modifiedMs: number } | null {
  try {
    return { text: readFileSync(file, 'utf8'), modifiedMs: statSync(file).mtimeMs }
  } catch {
    return null
  }
}
