import { AppError, CancelledError, ProcessGoneError } from '../../../shared/errors.ts'
import type { ComputeClient } from '../../../shared/api/compute/contract.ts'
import { startCompute, type ComputeProcess } from '../../jobs/computeProcess.ts'
import { isAlive, type Supervisor } from '../../jobs/supervisor.ts'

/** What the processes of SAM are for; it is in their names, whichever model they hold. */
export type AssistRole = UsedRole | 'recognition'
/** Those that work with models of the list. */
export type UsedRole = 'encoder' | 'decoder'

/** A compute process for one side of SAM: started when it is needed, and again after it ended. */
export interface AssistProcess {
  /**
   * `modelId` is of the model that the call is for. Errors: those of the call; CancelledError when `end` was called meanwhile; process/timeout;
   * assist/no-process (none could be started).
   */
  call<T>(modelId: string, run: (client: ComputeClient) => Promise<T>): Promise<T>
  /** Starts it where it is not there, so that the next call need not wait for that. */
  start(): void
  /** Ends it now; what it was doing is cancelled. */
  end(): void
  close(): Promise<void>
}

export interface AssistProcessOptions {
  readonly role: AssistRole
  /** For all of them together. */
  readonly memoryLimitBytes: number
  /** After so long a call hangs: a model may loop for ever. */
  readonly timeoutMs: number
  /** One that had nothing to do for so long gives its memory back. */
  readonly idleMs: number
  /** Told of calls that ended the process, for the models that ended it. */
  readonly crashed: (modelId: string, ended: AppError) => Promise<void>
  /** Told of calls that went well. */
  readonly worked: (modelId: string) => void
}

interface Running {
  readonly process: ComputeProcess
  /** Models that it was asked to load. */
  readonly models: Set<string>
  /** Fails where it ended before it could be asked anything. */
  readonly started: Promise<unknown>
  /** Why we ended it, when we did. */
  why: Error | null
}

export function createAssistProcess(supervisor: Supervisor, options: AssistProcessOptions): AssistProcess {
  const { role, memoryLimitBytes, timeoutMs, idleMs, crashed, worked } = options
  const name = `SAM (${role})`
  let current: Running | null = null
  let calls = 0
  let idle: NodeJS.Timeout | undefined

  function get(): Running {
    // One that died while nobody asked it anything is not asked, and nobody is to blame.
    const pid = current?.process.supervised.child.pid ?? -1
    if (current && !(pid > 0 && !isAlive(pid))) return current
    const process = startCompute(supervisor, { name, memoryLimitBytes, memoryGroup: 'SAM', countsCrashes: false })
    const started: Running = { process, models: new Set(), started: process.client.assist.ready({}), why: null }
    started.started.catch(() => undefined)
    current = started
    void process.supervised.ended.then(() => {
      if (current === started) current = null
    })
    return started
  }
  function end(why: Error): void {
    const ending = current
    if (!ending) return
    // The next call gets another one, whatever this one still does.
    current = null
    ending.why = why
    void ending.process.supervised.stop(0)
  }
  async function ask<T>(used: Running, modelId: string, run: (client: ComputeClient) => Promise<T>): Promise<T> {
    await used.started.catch((cause: unknown) => {
      throw used.why ?? notStarted(cause)
    })
    used.models.add(modelId)
    try {
      const result = await run(used.process.client)
      worked(modelId)
      return result
    } catch (error) {
      const told = used.why ?? error
      if (endedIt(told, used.models.size)) await crashed(modelId, told)
      throw told
    }
  }
  function idleFromNow(): void {
    clearTimeout(idle)
    if (calls === 0) idle = setTimeout(() => end(new CancelledError()), idleMs).unref()
  }
  return {
    async call(modelId, run) {
      const used = get()
      calls++
      clearTimeout(idle)
      const timer = setTimeout(() => {
        if (current === used) end(new AppError('process/timeout', `${name} did not answer within ${timeoutMs / 1000} s`, { process: name }))
      }, timeoutMs)
      try {
        return await ask(used, modelId, run)
      } finally {
        clearTimeout(timer)
        calls--
        idleFromNow()
      }
    },
    start() {
      get()
      idleFromNow()
    },
    end: () => end(new CancelledError()),
    async close() {
      clearTimeout(idle)
      const closing = current
      current = null
      if (closing) closing.why = new CancelledError()
      await closing?.process.supervised.stop(0)
    },
  }
}

/** What is known of the end of a process, for reports. */
export const endOf = ({ data, message }: AppError): string => String(data['reason'] ?? message)

/** Whether a process was ended for what others had beside it. */
export const endedForOthers = ({ data }: AppError): boolean => data['why'] === 'memoryTogether'

/** Whether an error says that the model of the call ended its process; for want of memory only where it was alone in there, and nothing beside it. */
function endedIt(error: unknown, modelsInProcess: number): error is AppError {
  if (!(error instanceof AppError) || endedForOthers(error)) return false
  return (
    error.code === 'process/gone' || error.code === 'process/timeout' || (error.code === 'process/out-of-memory' && modelsInProcess === 1)
  )
}

function notStarted(cause: unknown): unknown {
  if (!(cause instanceof ProcessGoneError) && !(cause instanceof AppError && /^(process|rpc)\//.test(cause.code))) return cause
  const reason = endOf(cause)
  return new AppError('assist/no-process', `no process could be started: ${reason}`, { ...cause.data, reason }, { cause })
}
