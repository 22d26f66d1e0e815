import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { AppError, errorFromWire, ProcessGoneError } from '../../shared/errors.ts'
import { acquireProjectLock, type LockInfo } from './lock.ts'
import { curveNames, readNames } from './operations.ts'
import type { OperationInput, OperationName, OperationOutput, ProjectStore } from './store.ts'
import type { Reply, Request, ThreadData } from './thread.ts'

interface Thread {
  call(name: string, input: unknown): Promise<unknown>
  /** Resolves when the database is open. */
  ready: Promise<unknown>
  close(): Promise<void>
}

function startThread(entry: string | URL, data: ThreadData): Thread {
  const worker = new Worker(entry, { workerData: data, name: `database ${data.role}` })
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>()
  let lastId = 0
  let gone: Error | null = null
  const end = (error: Error) => {
    gone ??= error
    for (const { reject } of waiting.values()) reject(gone)
    waiting.clear()
  }
  worker.on('message', (reply: Reply) => {
    const call = waiting.get(reply.id)
    waiting.delete(reply.id)
    if (reply.ok) call?.resolve(reply.value)
    else call?.reject(errorFromWire(reply.error))
  })
  worker.on('error', (error: unknown) => end(error instanceof Error ? error : new Error(String(error))))
  worker.on('exit', (code) => end(new ProcessGoneError(`database ${data.role}`, `exit ${code}`, { why: 'exitCode', exitCode: code })))
  const wait = (id: number) => new Promise<unknown>((resolve, reject) => waiting.set(id, { resolve, reject }))
  const call = (name: string, input: unknown) => {
    if (gone) return Promise.reject(gone)
    const id = ++lastId
    const answer = wait(id)
    worker.postMessage({ id, name, input } satisfies Request)
    return answer
  }
  return {
    ready: wait(0),
    call,
    async close() {
      try {
        if (!gone) await call('close', null)
      } finally {
        await worker.terminate()
      }
    },
  }
}

export interface OpenStoreOptions {
  folder: string
  /** Built file of entry.database.ts. */
  entry: string | URL
  /** What other processes are told about this host. */
  host: LockInfo
  create?: { name: string }
  /** Upper bound of the file in pages, to rehearse a full disk. */
  maxPages?: number
}

/**
 * Opens a project: takes its lock, starts the writer and the readers.
 * Errors: project/locked (data.socket says where its host listens), project/newer-version, project/damaged, disk/*.
 */
export async function openProjectStore({ folder, entry, host, create, maxPages }: OpenStoreOptions): Promise<ProjectStore> {
  const exists = existsSync(join(folder, 'project.db'))
  if (!exists && !create) throw new AppError('project/not-found', `there is no project in ${folder}`, { folder })
  if (exists && create) throw new AppError('project/not-empty', `there is a project in ${folder} already`, { folder })
  const lock = acquireProjectLock(folder, host)
  const threads: Thread[] = []
  try {
    const writer = startThread(entry, { folder, role: 'writer', create: create ?? null, maxPages })
    const reader = startThread(entry, { folder, role: 'reader', create: null })
    const curves = startThread(entry, { folder, role: 'curves', create: null })
    threads.push(writer, reader, curves)
    await Promise.all(threads.map(({ ready }) => ready))
    let closed: Promise<void> | null = null
    return {
      folder,
      async call<K extends OperationName>(name: K, input: OperationInput<K>): Promise<OperationOutput<K>> {
        if (closed) throw new AppError('project/none-open', 'the project was closed')
        const thread = curveNames.has(name) ? curves : readNames.has(name) ? reader : writer
        return (await thread.call(name, input)) as OperationOutput<K>
      },
      close: () => (closed ??= closeAll([reader, curves, writer], lock.release)),
    }
  } catch (error) {
    await closeAll(threads.reverse(), lock.release).catch(() => undefined)
    throw error
  }
}

async function closeAll(threads: readonly Thread[], release: () => void): Promise<void> {
  try {
    for (const thread of threads) await thread.close()
  } finally {
    release()
  }
}
