import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { AppError } from '../../shared/errors.ts'
import { fromSqlError, isBusy } from './sqlErrors.ts'

/** How to reach the host that has a project open: its local socket (null: it has none), so that a command line can ask it instead. */
export interface LockInfo {
  socket: string | null
}

export interface LockHolder extends LockInfo {
  pid: number
  hostname: string
  /** When the host's process started, ms since 1970. */
  startedAt: number
}

export interface ProjectLock {
  release: () => void
}

const infoFile = (folder: string) => join(folder, 'project.host.json')

/**
 * One host per project, across processes. The lock itself is SQLite's exclusive lock on an empty file beside the database: the kernel lets go of it when
 * its process ends in whatever way, so there is no stale lock to guess about; the JSON beside it only says who holds it.
 * Never open project.lock with node:fs in this process: closing any handle on it would drop the lock (POSIX).
 * Errors: project/locked with the holder's pid, hostname and socket, project/not-found, disk/failed.
 */
export function acquireProjectLock(folder: string, info: LockInfo): ProjectLock {
  if (!existsSync(folder)) throw new AppError('project/not-found', `there is no folder ${folder}`, { folder })
  let db: Sqlite.Database | null = null
  try {
    db = new Sqlite(join(folder, 'project.lock'), { timeout: 0 })
    db.exec('BEGIN EXCLUSIVE')
  } catch (error) {
    db?.close()
    throw isBusy(error) ? lockedError(folder) : fromSqlError(error)
  }
  const holder: LockHolder = {
    ...info,
    pid: process.pid,
    hostname: hostname(),
    startedAt: Math.round(Date.now() - process.uptime() * 1000),
  }
  const temporary = `${infoFile(folder)}.${process.pid}`
  try {
    writeFileSync(temporary, JSON.stringify(holder), { mode: 0o600 })
    renameSync(temporary, infoFile(folder))
  } catch {
    // No room, or nothing may be written: the lock holds without it, and what the project itself needs is asked for next.
    forget(temporary)
  }
  const held = db
  return {
    release() {
      if (!held.open) return
      forget(infoFile(folder))
      held.exec('ROLLBACK')
      held.close()
    },
  }
}

function forget(file: string): void {
  try {
    rmSync(file, { force: true })
  } catch {
    // On a disk that is only read it was never written.
  }
}

/** Who says it has the project open; null when nobody does or the file cannot be read. It may be stale: only the lock is proof. */
export function readLockHolder(folder: string): LockHolder | null {
  try {
    const value = JSON.parse(readFileSync(infoFile(folder), 'utf8')) as Partial<LockHolder>
    if (typeof value.pid !== 'number' || typeof value.startedAt !== 'number') return null
    return {
      pid: value.pid,
      startedAt: value.startedAt,
      hostname: typeof value.hostname === 'string' ? value.hostname : '',
      socket: typeof value.socket === 'string' ? value.socket : null,
    }
  } catch {
    return null
  }
}

function lockedError(folder: string): AppError {
  const holder = readLockHolder(folder)
  const who = holder ? `process ${holder.pid} on ${holder.hostname}` : 'another process'
  return new AppError('project/locked', `the project is open in ${who}`, {
    folder,
    pid: holder?.pid ?? null,
    hostname: holder?.hostname ?? null,
    socket: holder?.socket ?? null,
  })
}
