import { fileURLToPath } from 'node:url'
import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/message-port'
import type { ComputeClient } from '../../shared/api/compute/contract.ts'
import { codedCalls } from '../../shared/api/rpcErrors.ts'
import { entryHref } from '../../shared/entries.ts'
import { AppError, ProcessGoneError } from '../../shared/errors.ts'
import type { Supervised, SuperviseOptions, Supervisor } from './supervisor.ts'

export interface ComputeProcess {
  /** Failures are AppError and CancelledError; process/gone with the reason when it ended meanwhile, process/out-of-memory when that was for want of memory. */
  readonly client: ComputeClient
  readonly supervised: Supervised
}

/** Starts the compute entry and talks to it; the caller ends it. */
export function startCompute(supervisor: Supervisor, options: SuperviseOptions): ComputeProcess {
  const supervised = supervisor.spawn(fileURLToPath(entryHref('compute', import.meta.url)), options)
  const gone = async (error: unknown): Promise<unknown> => {
    if (!(error instanceof AppError) || error.code !== 'rpc/unavailable') return error
    const { kind, reason, data = { why: 'ended' } } = await supervised.ended
    return kind === 'memory'
      ? new AppError('process/out-of-memory', `the ${options.name} process ended: ${reason}`, { process: options.name, reason, ...data })
      : new ProcessGoneError(options.name, reason, data)
  }
  const link = new RPCLink({ port: supervised.child.port, interceptors: [(call) => explain(call, gone)] })
  return { client: createORPCClient(link), supervised }
}

/** What fails because the process is no more says why it ended; that holds for streams too. */
async function explain(
  call: { next(): Promise<unknown>; signal?: AbortSignal | undefined },
  gone: (error: unknown) => Promise<unknown>,
): Promise<unknown> {
  let output: unknown
  try {
    output = await codedCalls(call)
  } catch (error) {
    throw await gone(error)
  }
  if (typeof output !== 'object' || output === null || !(Symbol.asyncIterator in output)) return output
  const source = output as unknown as AsyncIterator<unknown>
  return {
    next: () => source.next().catch(async (error: unknown) => Promise.reject((await gone(error)) as Error)),
    return: (value?: unknown) => source.return?.(value) ?? Promise.resolve({ done: true as const, value }),
    [Symbol.asyncIterator]() {
      return this
    },
  }
}

export interface OnDemandCompute {
  get(): ComputeClient
  close(): Promise<void>
}

/** A compute process that is started when it is needed and started again after it ended; one for prediction and export. */
export function createOnDemandCompute(supervisor: Supervisor, options: SuperviseOptions): OnDemandCompute {
  let current: ComputeProcess | null = null
  return {
    get() {
      if (!current) {
        const started = startCompute(supervisor, options)
        current = started
        void started.supervised.ended.then(() => {
          if (current === started) current = null
        })
      }
      return current.client
    },
    async close() {
      await current?.supervised.stop(2_000)
    },
  }
}
