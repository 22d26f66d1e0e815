import { AppError, CancelledError, errorFromWire, ProcessGoneError, type ErrorData } from '../../shared/errors.ts'
import type { Child, SpawnChild } from '../jobs/child.ts'
import { memoryExitCode } from './serveWorker.ts'
import type { WorkerOperations, WorkerReply, WorkerRequest } from './workerProtocol.ts'

export interface WorkerPoolOptions {
  name: string
  /** File of the entry. */
  file: string
  spawn: SpawnChild
  /** How many processes at most for ordinary calls. */
  size: number
  /** How many more for urgent ones. */
  urgentSize?: number
  heapMb: number
  /** Resident memory at which a worker ends itself. */
  memoryMb: number
  timeoutMs: number
  /** A worker that had nothing to do for so long is ended. */
  idleMs?: number
}

type Operations<O> = { [K in keyof O]: O[K] extends (input: infer I) => Promise<infer R> ? (input: I) => Promise<R> : never }

/** Processes that do one call at a time and are started again when they end; what they were doing then fails, it is not repeated here. */
export interface WorkerPool<O extends WorkerOperations> {
  /** Errors: those of the operation, process/gone (it crashed), process/timeout; CancelledError when the signal fires (the process is killed). */
  call<K extends keyof O & string>(
    operation: K,
    input: Parameters<Operations<O>[K]>[0],
    options?: { signal?: AbortSignal; timeoutMs?: number; urgent?: boolean },
  ): Promise<Awaited<ReturnType<O[K]>>>
  /** A call that still waits for its turn is urgent from now on: somebody looks. */
  hurry(call: Promise<unknown>): void
  close(): Promise<void>
}

interface Task {
  operation: string
  input: unknown
  signal: AbortSignal | undefined
  timeoutMs: number
  urgent: boolean
  resolve: (value: unknown) => void
  reject: (error: Error) => void
}

interface Worker {
  child: Child
  task: Task | null
  /** Why we killed it, when we did. */
  killedFor: Error | null
  /** It is being ended, and takes no more calls. */
  dying: boolean
  stopWaiting: () => void
}

export function createWorkerPool<O extends WorkerOperations>(options: WorkerPoolOptions): WorkerPool<O> {
  const { name, file, spawn, size, urgentSize = 0, heapMb, memoryMb, timeoutMs, idleMs = 30_000 } = options
  const workers = new Set<Worker>()
  const queue: Task[] = []
  const taskOf = new WeakMap<Promise<unknown>, Task>()
  let lastId = 0
  let closed = false

  const kill = (worker: Worker, reason: Error | null) => {
    worker.killedFor ??= reason
    worker.dying = true
    worker.child.kill('SIGKILL')
  }

  function start(): Worker {
    const child = spawn(file, { heapMb, env: { MASKWRIGHT_WORKER_MB: String(memoryMb), UV_THREADPOOL_SIZE: '4' } })
    const worker: Worker = { child, task: null, killedFor: null, dying: false, stopWaiting: () => undefined }
    workers.add(worker)
    child.port.on('message', (event) => finish(worker, event!.data as WorkerReply))
    void child.ended.then(({ code, signal }) => {
      workers.delete(worker)
      worker.stopWaiting()
      const words = child.lastWords().trim().split('\n').at(-1) ?? ''
      const reason =
        code === memoryExitCode ? `it needed more than ${memoryMb} MB` : `${signal ?? `exit ${code}`}${words ? `: ${words}` : ''}`
      const why: ErrorData =
        code === memoryExitCode
          ? { why: 'memoryLimit', usedGb: null, mostGb: memoryMb / 1000 }
          : signal
            ? { why: 'signal', signal }
            : { why: 'exitCode', exitCode: code }
      worker.task?.reject(
        worker.killedFor ?? new ProcessGoneError(name, reason, { ...why, ...(signal === 'SIGKILL' ? { killed: true } : {}) }),
      )
      worker.task = null
      next()
    })
    return worker
  }

  function finish(worker: Worker, reply: WorkerReply): void {
    const { task } = worker
    if (!task || reply.id !== lastIdOf.get(task)) return
    worker.stopWaiting()
    worker.task = null
    if (reply.ok) task.resolve(reply.value)
    else task.reject(errorFromWire(reply.error))
    const timer = setTimeout(() => kill(worker, null), idleMs)
    timer.unref()
    worker.stopWaiting = () => clearTimeout(timer)
    next()
  }

  const lastIdOf = new WeakMap<Task, number>()

  function give(worker: Worker, task: Task): void {
    worker.stopWaiting()
    worker.task = task
    const id = ++lastId
    lastIdOf.set(task, id)
    const late = setTimeout(
      () =>
        kill(worker, new AppError('process/timeout', `${task.operation} took longer than ${task.timeoutMs / 1000} s`, { process: name })),
      task.timeoutMs,
    )
    const cancel = () => kill(worker, new CancelledError())
    task.signal?.addEventListener('abort', cancel, { once: true })
    worker.stopWaiting = () => {
      clearTimeout(late)
      task.signal?.removeEventListener('abort', cancel)
    }
    worker.child.port.postMessage({ id, operation: task.operation, input: task.input } satisfies WorkerRequest)
  }

  /** Urgent ones before all others, the one asked for last first: that is what is looked at now. */
  function nextTask(): Task | undefined {
    const urgent = queue.findLastIndex((task) => task.urgent)
    if (urgent >= 0) return queue.splice(urgent, 1)[0]
    const ordinary = [...workers].filter(({ task }) => task && !task.urgent).length
    return ordinary < size ? queue.shift() : undefined
  }

  function next(): void {
    while (queue.length > 0 && !closed) {
      const idle = [...workers].find((worker) => worker.task === null && !worker.dying)
      const most = queue.some((task) => task.urgent) ? size + urgentSize : size
      if (!idle && [...workers].filter(({ dying }) => !dying).length >= most) return
      const task = nextTask()
      if (!task) return
      if (task.signal?.aborted) task.reject(new CancelledError())
      else give(idle ?? start(), task)
    }
  }

  return {
    call(operation, input, { signal, timeoutMs: own = timeoutMs, urgent = false } = {}) {
      if (closed) return Promise.reject(new CancelledError())
      const { promise, resolve, reject } = Promise.withResolvers<Awaited<ReturnType<O[typeof operation]>>>()
      const task = { operation, input, signal, timeoutMs: own, urgent, resolve: resolve as Task['resolve'], reject }
      taskOf.set(promise, task)
      queue.push(task)
      next()
      return promise
    },
    hurry(call) {
      const task = taskOf.get(call)
      const at = task ? queue.indexOf(task) : -1
      if (!task || at < 0) return
      task.urgent = true
      queue.push(...queue.splice(at, 1))
      next()
    },
    async close() {
      closed = true
      for (const task of queue.splice(0)) task.reject(new CancelledError())
      const ended = [...workers].map((worker) => worker.child.ended)
      for (const worker of workers) kill(worker, new CancelledError())
      await Promise.all(ended)
    },
  }
}
