import { AppError, CancelledError } from '../../../shared/errors.ts'
import type { ComputeClient } from '../../../shared/api/compute/contract.ts'
import { startCompute, type ComputeProcess } from '../../jobs/computeProcess.ts'
import type { Supervisor } from '../../jobs/supervisor.ts'

/** A compute process for one side of SAM: started when it is needed, and again after it ended. */
export interface AssistProcess {
  /** `name` is that of the model, for the sentence of a crash. Errors: those of the call; CancelledError when `end` was called meanwhile; process/timeout. */
  call<T>(name: string, run: (client: ComputeClient) => Promise<T>): Promise<T>
  /** Ends it now; what it was doing is cancelled. */
  end(): void
  close(): Promise<void>
}

export interface AssistProcessOptions {
  readonly memoryLimitBytes: number
  /** After so long a call hangs: a model may loop for ever. */
  readonly timeoutMs: number
  /** One that had nothing to do for so long gives its memory back. */
  readonly idleMs: number
}

interface Running {
  readonly process: ComputeProcess
  /** Why we ended it, when we did. */
  why: Error | null
}

export function createAssistProcess(supervisor: Supervisor, { memoryLimitBytes, timeoutMs, idleMs }: AssistProcessOptions): AssistProcess {
  let current: Running | null = null
  let calls = 0
  let idle: NodeJS.Timeout | undefined

  function get(name: string): Running {
    if (current) return current
    const started: Running = { process: startCompute(supervisor, { name, memoryLimitBytes }), why: null }
    current = started
    void started.process.supervised.ended.then(() => {
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
  return {
    async call(name, run) {
      const used = get(name)
      calls++
      clearTimeout(idle)
      const timer = setTimeout(() => {
        if (current === used) end(new AppError('process/timeout', `${name} did not answer within ${timeoutMs / 1000} s`, { process: name }))
      }, timeoutMs)
      try {
        return await run(used.process.client)
      } catch (error) {
        throw used.why ?? error
      } finally {
        clearTimeout(timer)
        calls--
        if (calls === 0) idle = setTimeout(() => end(new CancelledError()), idleMs).unref()
      }
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
