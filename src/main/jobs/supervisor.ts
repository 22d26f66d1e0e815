import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { ProcessGoneError } from '../../shared/errors.ts'
import type { Logger } from '../log.ts'
import type { Child, ChildEnd, SpawnChild } from './child.ts'

export interface SuperviseOptions {
  /** For people and logs: 'training', 'prediction'. */
  readonly name: string
  readonly heapMb?: number
  /** Resident memory at which it is ended before it takes the machine down. */
  readonly memoryLimitBytes?: number
  readonly env?: Readonly<Record<string, string>>
  /** false: whoever starts it counts its crashes by what it was working on, and it is started as often as it is asked for. */
  readonly countsCrashes?: false
}

export interface Supervised {
  readonly child: Child
  /** 'exit' is the end it chose; 'crash' comes with the reason in a sentence, and is 'memory' where it needed more than there is. */
  readonly ended: Promise<{ readonly kind: 'exit' | 'crash' | 'memory'; readonly reason: string }>
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
  const alive = new Map<Supervised, { name: string; pid: number }>()
  const crashes = new Map<string, number[]>()
  mkdirSync(pidFolder, { recursive: true, mode: 0o700 })

  function spawn(file: string, options: SuperviseOptions): Supervised {
    // By name too: drivers that crash while they are tried must not keep a training from starting.
    const counted = `${options.name} ${file}`
    const recent = (crashes.get(counted) ?? []).filter((at) => at > Date.now() - 60_000)
    if (options.countsCrashes !== false && recent.length >= maxCrashesPerMinute)
      throw new ProcessGoneError(options.name, `it crashed ${recent.length} times within a minute`)
    const child = spawnChild(file, { heapMb: options.heapMb, env: options.env })
    const pidFile = path.join(pidFolder, `${child.pid}.json`)
    writeFileSync(pidFile, JSON.stringify({ pid: child.pid, hostPid: process.pid, file, name: options.name }))
    const memory = watchMemory(child, options.memoryLimitBytes)
    const killsBefore = memoryKills()
    let asked = false
    const ended = child.ended.then((end) => {
      memory.stop()
      alive.delete(supervised)
      rmSync(pidFile, { force: true })
      const words = child.lastWords()
      const crash = memory.exceeded() ?? crashReason(end, words, asked)
      if (crash === null) return { kind: 'exit' as const, reason: 'it ended' }
      const killed = end.signal === 'SIGKILL' && !asked && memoryKills() > killsBefore
      const kind = memory.exceeded() !== null || killed || allocationFailed.test(words) ? ('memory' as const) : ('crash' as const)
      // What was too large for the machine may come back smaller; only defects are counted.
      if (kind === 'crash') crashes.set(counted, [...recent, Date.now()])
      log.error({ process: options.name, pid: child.pid, kind, ...end, words }, 'a child process crashed')
      return { kind, reason: killed ? 'the system ended it because memory ran out' : crash }
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
    alive.set(supervised, { name: options.name, pid: child.pid })
    return supervised
  }
  return {
    spawn,
    get running() {
      return [...alive.values()]
    },
    async close(graceMs = 5_000) {
      await Promise.all([...alive.keys()].map((supervised) => supervised.stop(graceMs)))
    },
  }
}

function crashReason({ code, signal }: ChildEnd, words: string, asked: boolean): string | null {
  if (code === 0 || (asked && (signal !== null || code === 143))) return null
  const lines = words.trim().split('\n').filter(Boolean)
  // Node prints its version last; the exception is the line that names an error.
  const last = lines.findLast((line) => /^(Uncaught )?\w*(Error|Exception)\b/.test(line)) ?? lines.at(-1)
  const how = signal ? `it was ended by ${signal}` : `it ended with code ${code}`
  return last ? `${how}: ${last.slice(0, 300)}` : how
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

/** Native memory knows no V8 limit, so its resident size is looked at (Linux; elsewhere the heap limit alone holds). */
function watchMemory(child: Child, limitBytes: number | undefined): { stop(): void; exceeded(): string | null } {
  let exceeded: string | null = null
  const timer =
    limitBytes === undefined || process.platform !== 'linux'
      ? null
      : setInterval(() => {
          const bytes = residentBytes(child.pid)
          if (bytes === null || bytes <= limitBytes) return
          exceeded = `it used ${(bytes / 1e9).toFixed(1)} GB of memory, more than the ${(limitBytes / 1e9).toFixed(1)} GB it may`
          child.kill('SIGKILL')
        }, memoryCheckMs)
  timer?.unref()
  return { stop: () => timer && clearInterval(timer), exceeded: () => exceeded }
}

function residentBytes(pid: number): number | null {
  try {
    const match = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))
    return match ? Number(match[1]) * 1024 : null
  } catch {
    return null
  }
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
