import { fork } from 'node:child_process'
import { memoryLines, memoryLostLines } from '../../shared/memoryLine.ts'

/** How a child process is talked to; the same shape over fork and Electron's utilityProcess. */
export interface ChildPort {
  on(event: string, callback: (event?: { data: unknown }) => void): void
  postMessage(data: unknown): void
}

export interface ChildEnd {
  readonly code: number | null
  readonly signal: string | null
}

export interface Child {
  readonly pid: number
  readonly port: ChildPort
  /** Resolves once, when the process is no more. */
  readonly ended: Promise<ChildEnd>
  /** The last lines it wrote to stderr, for the sentence of a crash. */
  lastWords(): string
  /** What it said last of its resident memory; null: it has said nothing yet, or does not. */
  residentBytes(): number | null
  /** Why it can say so only between two steps of its work; null: it can at any time. */
  memoryUntold(): string | null
  kill(signal: 'SIGTERM' | 'SIGKILL'): void
}

export interface SpawnOptions {
  /** Limit of its JavaScript heap. */
  readonly heapMb?: number | undefined
  readonly env?: Readonly<Record<string, string>> | undefined
}

/** Starts a file as a process of its own: fork in Node, utilityProcess in Electron. */
export type SpawnChild = (file: string, options: SpawnOptions) => Child

const keepWords = 4_000

/** What a child says on its standard error: words for people, and between them how much memory it has. */
export function childWords(): { take(chunk: Buffer | string): void; last(): string } & Pick<Child, 'residentBytes' | 'memoryUntold'> {
  let words = ''
  let residentBytes: number | null = null
  let untold: string | null = null
  return {
    take(chunk) {
      words = (words + chunk.toString('utf8')).replace(memoryLines, (_, bytes: string) => {
        residentBytes = Number(bytes)
        return ''
      })
      words = words.replace(memoryLostLines, (_, why: string) => {
        untold = why
        return ''
      })
      words = words.slice(-keepWords)
    },
    last: () => words,
    residentBytes: () => residentBytes,
    memoryUntold: () => untold,
  }
}

export const forkChild: SpawnChild = (file, { heapMb, env }) => {
  const forked = fork(file, [], {
    serialization: 'advanced',
    // Its own process group: Ctrl+C in the terminal is for the host, which then ends its children in order.
    detached: process.platform !== 'win32',
    windowsHide: true,
    execArgv: heapMb ? [`--max-old-space-size=${heapMb}`] : [],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    env: { ...process.env, ...env },
  })
  const words = childWords()
  forked.stderr?.on('data', (chunk: Buffer) => words.take(chunk))
  const ended = new Promise<ChildEnd>((resolve) => {
    forked.once('exit', (code, signal) => resolve({ code, signal }))
    forked.once('error', (error) => {
      words.take(error.message)
      if (forked.pid === undefined) resolve({ code: -1, signal: null })
    })
  })
  return {
    pid: forked.pid ?? -1,
    ended,
    lastWords: () => words.last(),
    residentBytes: () => words.residentBytes(),
    memoryUntold: () => words.memoryUntold(),
    // A child that already left has its end told by `ended`; there is nobody to signal.
    kill: (signal) => void forked.kill(signal),
    port: {
      on(event, callback) {
        if (event === 'message') forked.on('message', (data) => callback({ data }))
        else void ended.then(() => callback())
      },
      postMessage(data) {
        if (forked.connected) forked.send(data as object, () => undefined)
      },
    },
  }
}
