import { implement } from '@orpc/server'
import { RPCHandler } from '@orpc/server/message-port'
import { computeContract } from '../../../src/shared/api/compute/contract.ts'
import { codedAnswers } from '../../../src/shared/api/rpcErrors.ts'
import { reportMemory } from '../../../src/compute/memoryReport.ts'
import { AppError } from '../../../src/shared/errors.ts'

// A child that behaves as its environment says: the supervisor's tests need real exits, crashes and hangs.
const behaviour = process.env['BEHAVIOUR']
if (behaviour === 'exit') process.exit(0)
if (behaviour === 'throw') throw new Error('the table is broken')
if (behaviour === 'deaf') process.on('SIGTERM', () => undefined)
if (behaviour === 'eat') {
  const isAlone = process.env['NO_THREAD'] !== undefined
  reportMemory(isAlone ? { thread: new URL('data:text/javascript,throw new Error("no thread")') } : {})
  // As native code does: the thread that computes never comes back to its event loop.
  const eat = (): void => {
    const eaten: Buffer[] = []
    for (;;) {
      if (eaten.length * 40 < Number(process.env['EATS_MB'])) eaten.push(Buffer.alloc(40 << 20, 1))
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20)
    }
  }
  setTimeout(eat, isAlone ? 2_000 : 100)
}
if (behaviour !== 'orphan') process.on('disconnect', () => process.exit(0))
else setInterval(() => undefined, 1000)

const os = implement(computeContract)
const router = {
  probe: os.probe.handler(({ input }) => {
    if (input.provider === 'dml') throw new AppError('device/not-available', 'only on Windows', { provider: 'dml' })
    if (input.provider === 'coreml') throw new TypeError('x is not a function')
    if (input.provider === 'cuda') process.kill(process.pid, 'SIGKILL')
    return { usable: true, adapter: null, software: false, error: null, startMs: 1, half: null }
  }),
  train: os.train.handler(async function* ({ input, signal }) {
    for (let step = 0; !signal?.aborted; step++) {
      yield { type: 'log' as const, line: `${input.attempt}:${step}` }
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
  }),
}
const handler = new RPCHandler(router as never, { clientInterceptors: [codedAnswers(() => undefined)] })
handler.upgrade({
  on: (event: string, callback: (event?: { data: unknown }) => void) =>
    event === 'message' ? process.on('message', (data) => callback({ data })) : process.on('disconnect', () => callback()),
  postMessage: (data: unknown) => void process.send?.(data),
})
