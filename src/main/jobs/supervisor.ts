import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { ProcessGoneError, type ErrorData } from '../../shared/errors.ts'
import { gigabytes } from '../../shared/text/gigabytes.ts'
import type { Logger } from '../log.ts'
import type { Child, ChildEnd, SpawnChild } from './child.ts'

export interface SuperviseOptions {
  /** For people and logs: 'training', 'prediction'. */
  readonly name: string
  readonly heapMb?: number
  /** Resident memory at which it is ended before it takes the machine down. */
  readonly memoryLimitBytes?: number
  /** Children of the same group may use that limit together. */
  readonly memoryGroup?: string
  readonly env?: Readonly<Record<string, string>>
  /** false: whoever starts it counts its crashes by what it was working on, and it is started as often as it is asked for. */
  readonly countsCrashes?: false
}

export interface ProcessEnd {
  readonly kind: 'exit' | 'crash' | 'memory'
  readonly reason: string
  /** The same for people: `why` and its facts. */
  readonly data?: ErrorData
}

export interface Supervised {
  readonly child: Child
  /** 'exit' is the end it chose; 'crash' comes with the reason in a sentence, and is 'memory' where it needed more than there is. */
  readonly ended: Promise<ProcessEnd>
  /** Asks it to end, and ends it after the grace. */
  stop(graceMs: number): Promise<void>
}

export interface Supervisor {
  /** Errors: process/gone when this file crashed too often within a minute under this name. */
  spawn(file: string, options: SuperviseOptions): Supervised
  readonly running: readonly { name: string; pid: number }[]
  close(graceMs?: number): Promise<void>
}

export interface SupervisorOptions {
  readonly spawnChild: SpawnChild
  /** Where the pids of children are written down while they live. */
  readonly pidFolder: string
  readonly log: Logger
  readonly maxCrashesPerMinute?: number
}

const memoryCheckMs = 500

/** Starts children, tells exits from crashes, and leaves none behind. */
export function createSupervisor({ spawnChild, pidFolder, log, maxCrashesPerMinute = 3 }: SupervisorOptions): Supervisor {
  const alive = new Map<Supervised, { name: string; pid: number; group: string | undefined }>()
  const crashes = new Map<string, number[]>()
  mkdirSync(pidFolder, { recursive: true, mode: 0o700 })

  function spawn(file: string, options: SuperviseOptions): Supervised {
    // By name too: drivers that crash while they are tried must not keep a training from starting.
    const counted = `${options.name} ${file}`
    const recent = (crashes.get(counted) ?? []).filter((at) => at > Date.now() - 60_000)
    if (options.countsCrashes !== false && recent.length >= maxCrashesPerMinute)
      throw new ProcessGoneError(options.name, `it crashed ${recent.length} times within a minute`, {
        why: 'crashedOften',
        times: recent.length,
      })
    const child = spawnChild(file, { heapMb: options.heapMb, env: options.env })
    const pidFile = path.join(pidFolder, `${child.pid}.json`)
    writeFileSync(pidFile, JSON.stringify({ pid: child.pid, hostPid: process.pid, file, name: options.name }))
    const group = options.memoryGroup
    const others = (): number[] =>
      [...alive].flatMap(([each, { group: its }]) =>
        group !== undefined && its === group && each.child !== child ? [residentOf(each.child) ?? 0] : [],
      )
    const untold = (why: string): void =>
      log.warn({ process: options.name, pid: child.pid, why }, 'a child process cannot tell its memory while it computes')
    const memory = watchMemory({ child, limitBytes: options.memoryLimitBytes, others, untold })
    const killsBefore = memoryKills()
    let asked = false
    const ended = child.ended.then((end) => {
      memory.stop()
      alive.delete(supervised)
      rmSync(pidFile, { force: true })
      const words = child.lastWords()
      const crash = memory.exceeded() ?? crashReason(end, words, asked)
      if (crash === null) return { kind: 'exit' as const, reason: 'it ended' }
      const { reason } = crash
      const killed = end.signal === 'SIGKILL' && !asked && memoryKills() > killsBefore
      const kind = memory.exceeded() !== null || killed || allocationFailed.test(words) ? ('memory' as const) : ('crash' as const)
      // What was too large for the machine may come back smaller; only defects are counted.
      if (kind === 'crash') crashes.set(counted, [...recent, Date.now()])
      log.error({ process: options.name, pid: child.pid, kind, ...end, words }, 'a child process crashed')
      if (killed) return { kind, reason: 'the system ended it because memory ran out', data: { why: 'machineMemory' as const } }
      return { kind, reason, data: kind === 'memory' && memory.exceeded() === null ? { why: 'heapMemory' as const } : crash.data }
    })
    const supervised: Supervised = {
      child,
      ended,
      async stop(graceMs) {
        asked = true
        child.kill('SIGTERM')
        const timer = setTimeout(() => child.kill('SIGKILL'), graceMs)
        await ended
        clearTimeout(timer)
      },
    }
    alive.set(supervised, { name: options.name, pid: child.pid, group })
    return supervised
  }
  return {
    spawn,
    get running() {
      return [...alive.values()].map(({ name, pid }) => ({ name, pid }))
    },
    async close(graceMs = 5_000) {
      await Promise.all([...alive.keys()].map((supervised) => supervised.stop(graceMs)))
    },
  }
}

type Crash = Required<Pick<ProcessEnd, 'reason' | 'data'>>

function crashReason({ code, signal }: ChildEnd, words: string, asked: boolean): Crash | null {
  if (code === 0 || (asked && (signal !== null || code === 143))) return null
  const lines = words.trim().split('\n').filter(Boolean)
  // Node prints its version last; the exception is the line that names an error.
  const last = lines.findLast((line) => /^(Uncaught )?\w*(Error|Exception)\b/.test(line)) ?? lines.at(-1)
  const how = signal ? `it was ended by ${signal}` : `it ended with code ${code}`
  return {
    reason: last ? `${how}: ${last.slice(0, 300)}` : how,
    data: signal ? { why: 'signal', signal } : { why: 'exitCode', exitCode: code },
  }
}

/** What V8 and the C++ library say when memory runs out. */
const allocationFailed = /JavaScript heap out of memory|std::bad_alloc/

/** How many processes the kernel has ended for want of memory, in this container or on this machine; 0 where that cannot be read. */
function memoryKills(): number {
  return ['/sys/fs/cgroup/memory.events', '/proc/vmstat'].reduce((sum, file) => {
    try {
      return sum + Number(/^oom_kill (\d+)$/m.exec(readFileSync(file, 'utf8'))?.[1] ?? 0)
    } catch {
      return sum
    }
  }, 0)
}

/** What a child said of itself, and what the others of its group have. */
interface Watched {
  readonly child: Child
  readonly limitBytes: number | undefined
  readonly others: () => readonly number[]
  /** Said once, where it cannot tell its memory at any time. */
  readonly untold: (why: string) => void
}

/** What a child has: as it says itself, and where it cannot at any time, as Linux says. */
function residentOf(child: Child): number | null {
  if (child.memoryUntold() === null) return child.residentBytes()
  try {
    const [, kib] = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8')) ?? []
    return kib === undefined ? child.residentBytes() : Number(kib) * 1024
  } catch {
    return child.residentBytes()
  }
}

/**
 * Native memory knows no V8 limit, so its resident size is looked at, as the child tells it itself: that is the same on every system. Of a group that has too
 * much together the largest ends.
 */
function watchMemory({ child, limitBytes, others, untold }: Watched): { stop(): void; exceeded(): Crash | null } {
  let exceeded: Crash | null = null
  let isUntold = false
  const look = (most: number): void => {
    const why = child.memoryUntold()
    if (why !== null && !isUntold) untold(why)
    isUntold = why !== null
    const bytes = residentOf(child)
    if (bytes === null || exceeded) return
    const beside = others()
    if (beside.reduce((sum, each) => sum + each, bytes) <= most || beside.some((each) => each > bytes)) return
    const [usedGb, mostGb] = [gigabytes(bytes), gigabytes(most)]
    const shared = bytes > most ? '' : ' with others'
    const reason = `it used ${usedGb} GB of memory, more than the ${mostGb} GB it may${shared}`
    exceeded = { reason, data: { why: shared === '' ? 'memoryLimit' : 'memoryTogether', usedGb, mostGb } }
    child.kill('SIGKILL')
  }
  const timer = limitBytes === undefined ? null : setInterval(() => look(limitBytes), memoryCheckMs)
  timer?.unref()
  return { stop: () => timer && clearInterval(timer), exceeded: () => exceeded }
}

/**
 * Children of a host that was killed: they notice, write their checkpoint and end by themselves; this waits for that and ends
 * what is left after the grace, so that a resumed run never has two writers. Answers with the names of those it had to end.
 */
export async function reapLeftovers(pidFolder: string, graceMs = 15_000): Promise<string[]> {
  const ended: string[] = []
  const files = readdirSafe(pidFolder).map((name) => path.join(pidFolder, name))
  await Promise.all(
    files.map(async (file) => {
      const entry = readEntry(file)
      if (entry && isAlive(entry.hostPid)) return
      if (entry && isOurs(entry)) {
        const until = Date.now() + graceMs
        while (isOurs(entry) && Date.now() < until) await new Promise((resolve) => setTimeout(resolve, 100))
        if (isOurs(entry)) {
          process.kill(entry.pid, 'SIGKILL')
          ended.push(entry.name)
        }
      }
      rmSync(file, { force: true })
    }),
  )
  return ended
}

interface PidEntry {
  pid: number
  hostPid: number
  file: string
  name: string
}

function readEntry(file: string): PidEntry | null {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as PidEntry
  } catch {
    return null
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return !isZombie(pid)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** Ended, but nobody took note of it yet (a container without an init). */
function isZombie(pid: number): boolean {
  try {
    return /^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}

/** The pid is alive and still runs our file: pids are used again. Where that cannot be seen, it is left alone. */
function isOurs({ pid, file }: PidEntry): boolean {
  if (!isAlive(pid)) return false
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(file)
  } catch {
    return false
  }
}

function readdirSafe(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}
