import { timingSafeEqual } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { connect, createServer, type Socket } from 'node:net'
import { dirname } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { Replica } from '../../shared/api/compute/contract.ts'
import { AppError, CancelledError } from '../../shared/errors.ts'
import type { Collective, World } from '../world.ts'
import { starLeaf, starRoot } from './star.ts'
import { Wire } from './wire.ts'

/** How long the processes of a training may take to find each other; they are started together. */
const meetingMs = 60_000
const retryMs = 50
const helloBytes = 64

/** What a process says first: the secret of this training, and who it is. */
function hello(token: string, rank: number): Buffer {
  const bytes = Buffer.alloc(helloBytes)
  bytes.write(`${token} ${rank}`, 'latin1')
  return bytes
}

/** Says that another process of the training ended; why it did is known to its host. */
function lostError(peer: number, size: number): AppError {
  const reason = `process ${peer + 1} of ${size} is gone`
  return new AppError('process/gone', `the training cannot go on: ${reason}`, {
    process: 'training',
    why: 'replicaGone',
    reason,
    peer: peer + 1,
    size,
  })
}

/**
 * Meets the other processes of a training on this machine: the first listens on the endpoint, a socket in a folder that only this user can enter
 * (on Windows a pipe), and closes and removes it as soon as all are there. `onLost` is called when one of them ends.
 * Errors: process/timeout, process/gone; CancelledError when the signal fires.
 */
export async function joinLocal(replica: Replica, signal: AbortSignal, onLost: () => void): Promise<World> {
  const { rank, size } = replica
  const until = AbortSignal.any([signal, AbortSignal.timeout(meetingMs)])
  let collective: Collective | null = null
  const giveUp = (): void => collective?.close()
  until.addEventListener('abort', giveUp)
  try {
    collective = rank === 0 ? starRoot(await gather(replica, until, onLost)) : starLeaf(await reach(replica, until, onLost))
    // Nobody goes on before all are there: from here on, an end is seen by everybody.
    await collective.barrier()
    return { rank, worldSize: size, collective }
  } catch (error) {
    collective?.close()
    if (signal.aborted) throw new CancelledError()
    if (!until.aborted) throw error
    const seconds = meetingMs / 1000
    const message = `the ${size} processes of the training did not meet within ${seconds} s`
    throw new AppError('process/timeout', message, { process: 'training', seconds })
  } finally {
    until.removeEventListener('abort', giveUp)
  }
}

/** All others, by rank. */
async function gather({ size, endpoint, token }: Replica, until: AbortSignal, onLost: () => void): Promise<Wire[]> {
  const others = new Map<number, Wire>()
  /** Those that have not said who they are. */
  const strangers = new Set<Socket>()
  const server = createServer()
  /** Reads the token of one that came; the rank it claims must be free. */
  const welcome = async (socket: Socket): Promise<void> => {
    let known: number | null = null
    const wire = new Wire(socket, () => {
      if (known !== null) onLost()
      return lostError(known ?? 0, size)
    })
    const said = Buffer.alloc(helloBytes)
    await wire.read(said)
    const rank = Array.from({ length: size - 1 }, (_, i) => i + 1).find((each) => timingSafeEqual(said, hello(token, each)))
    if (rank === undefined || others.has(rank)) return wire.close()
    known = rank
    others.set(rank, wire)
    strangers.delete(socket)
  }
  try {
    await new Promise<void>((resolve, reject) => {
      until.addEventListener('abort', () => reject(until.reason as Error), { once: true })
      server.once('error', reject)
      server.on('connection', (socket) => {
        strangers.add(socket)
        // One that leaves before it said who it is was none of ours.
        welcome(socket).then(
          () => others.size === size - 1 && resolve(),
          () => socket.destroy(),
        )
      })
      server.listen(endpoint)
    })
  } catch (error) {
    for (const wire of others.values()) wire.close()
    throw error
  } finally {
    server.close()
    for (const socket of strangers) socket.destroy()
    // Nobody else can come, and a crash leaves nothing to be cleaned up.
    if (process.platform !== 'win32') await rm(dirname(endpoint), { recursive: true, force: true }).catch(() => undefined)
  }
  return [...others].sort(([a], [b]) => a - b).map(([, wire]) => wire)
}

/** Connects to the first process as soon as it listens. */
async function reach({ rank, size, endpoint, token }: Replica, until: AbortSignal, onLost: () => void): Promise<Wire> {
  for (;;) {
    until.throwIfAborted()
    const socket = await attempt(endpoint)
    if (socket) {
      const wire = new Wire(socket, () => {
        onLost()
        return lostError(0, size)
      })
      await wire.write(hello(token, rank))
      return wire
    }
    await pause(retryMs, undefined, { signal: until })
  }
}

const attempt = (endpoint: string): Promise<Socket | null> =>
  new Promise((resolve) => {
    const socket = connect(endpoint)
    socket.once('connect', () => resolve(socket))
    socket.once('error', () => resolve(null))
  })
