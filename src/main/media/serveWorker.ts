import { errorToWire, invariant } from '../../shared/errors.ts'
import type { WorkerOperations, WorkerReply, WorkerRequest } from './workerProtocol.ts'

interface ParentPort {
  on(event: 'message', listener: (event: { data: unknown }) => void): void
  postMessage(data: unknown): void
}

/** Exit code of a worker that stopped itself because it held too much memory. */
export const memoryExitCode = 86

/** The body of a worker process: under Electron its parent is a port, under Node a channel. Ends when the parent does. */
export function serveWorker(operations: WorkerOperations): void {
  const parentPort = (process as unknown as { parentPort?: ParentPort }).parentPort
  const reply = (message: WorkerReply) => {
    if (parentPort) parentPort.postMessage(message)
    else process.send?.(message, undefined, undefined, () => undefined)
  }
  const serve = async ({ id, operation, input }: WorkerRequest) => {
    try {
      invariant(Object.hasOwn(operations, operation), `no worker operation ${operation}`)
      reply({ id, ok: true, value: await operations[operation]!(input as never) })
    } catch (error) {
      reply({ id, ok: false, error: errorToWire(error) })
    }
  }
  if (parentPort) parentPort.on('message', ({ data }) => void serve(data as WorkerRequest))
  else {
    process.on('message', (message) => void serve(message as WorkerRequest))
    process.on('disconnect', () => process.exit(0))
  }
  watchMemory(Number(process.env['MASKWRIGHT_WORKER_MB'] ?? 0))
}

/** A file may make a decoder ask for anything; better this process than the machine. */
function watchMemory(limitMb: number): void {
  if (!(limitMb > 0)) return
  setInterval(() => {
    if (process.memoryUsage.rss() < limitMb * 2 ** 20) return
    process.stderr.write(`more than ${limitMb} MB of memory\n`)
    process.exit(memoryExitCode)
  }, 200).unref()
}
