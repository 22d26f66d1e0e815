import { randomBytes } from 'node:crypto'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Replica } from '../../../shared/api/compute/contract.ts'
import { isAlive } from '../../jobs/supervisor.ts'

/** Where the processes of one training meet. */
export interface MeetingPlace {
  /** What each of them is told, by rank. */
  readonly replicas: readonly Replica[]
  /** Takes away what they did not: the first of them removes the socket as soon as all are there. */
  clear(): Promise<void>
}

const prefix = 'maskwright-train-'
/** What the path of a socket may take on Linux and macOS, its final zero included. */
const socketBytes = 104
/** Folder, number of a process, six random characters, and the socket in it. */
const ownBytes = `/${prefix}4294967296-XXXXXX/s`.length + 1

/**
 * A private place for so many processes: a socket of a random folder that only this user can enter (short, because the path of a socket is limited
 * to about 100 bytes), on Windows a pipe of a random name. The secret keeps out whoever finds it nevertheless.
 */
export async function createMeetingPlace(size: number): Promise<MeetingPlace> {
  const isWindows = process.platform === 'win32'
  if (!isWindows) await sweep()
  const folder = isWindows ? null : await mkdtemp(path.join(meetingFolder(), `${prefix}${process.pid}-`))
  const endpoint = folder === null ? `\\\\.\\pipe\\${prefix}${randomBytes(16).toString('hex')}` : path.join(folder, 's')
  const token = randomBytes(20).toString('hex')
  return {
    replicas: Array.from({ length: size }, (_, rank) => ({ rank, size, endpoint, token })),
    clear: async () => {
      if (folder !== null) await rm(folder, { recursive: true, force: true })
    },
  }
}

/** The folder for temporary files, where a socket in it has a path that is short enough. */
function meetingFolder(): string {
  const own = tmpdir()
  return Buffer.byteLength(own) + ownBytes <= socketBytes ? own : '/tmp'
}

/** Folders of hosts that were killed while their processes were about to meet. */
async function sweep(): Promise<void> {
  const folder = meetingFolder()
  const names = await readdir(folder).catch(() => [])
  for (const name of names) {
    const pid = Number(/^maskwright-train-(\d+)-/.exec(name)?.[1])
    if (pid > 0 && !isAlive(pid)) await rm(path.join(folder, name), { recursive: true, force: true }).catch(() => undefined)
  }
}
