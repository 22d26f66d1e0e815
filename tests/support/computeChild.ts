import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/message-port'
import type { ComputeClient, TrainEvent } from '../../src/shared/api/compute/contract.ts'
import { codedCalls } from '../../src/shared/api/rpcErrors.ts'
import { entryFile } from './entries.ts'

const node = fileURLToPath(new URL('../../node_modules/node/bin/node', import.meta.url))

/** The real compute process over a real fork. */
export interface ComputeChild {
  child: ChildProcess
  client: ComputeClient
  /** Closes the channel, as a host that dies does, and waits for the process to end. */
  leave: () => Promise<number | null>
  kill: (signal: NodeJS.Signals) => Promise<void>
}

export function startComputeChild(env: Record<string, string> = {}): ComputeChild {
  const child = fork(entryFile('compute'), [], {
    execPath: node,
    serialization: 'advanced',
    env: { ...process.env, ...env },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  const gone = once(child, 'exit')
  const port = {
    on(event: string, callback: (event?: { data: unknown }) => void) {
      if (event === 'message') child.on('message', (data) => callback({ data }))
      else child.once('exit', () => callback())
    },
    postMessage(data: unknown) {
      if (child.connected) child.send(data as object, () => undefined)
    },
  }
  return {
    child,
    client: createORPCClient(new RPCLink({ port, interceptors: [codedCalls as never] })),
    async leave() {
      child.disconnect()
      const [code] = (await gone) as [number | null]
      return code
    },
    async kill(signal) {
      child.kill(signal)
      await gone
    },
  }
}

/** Reads a training to its end, or until `until` says so. */
export async function readEvents(
  events: AsyncIterable<TrainEvent>,
  until: (event: TrainEvent) => boolean = () => false,
): Promise<TrainEvent[]> {
  const seen: TrainEvent[] = []
  for await (const event of events) {
    seen.push(event)
    if (until(event)) break
  }
  return seen
}
