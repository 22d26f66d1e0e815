import process from 'node:process'
import { parseArgs } from 'node:util'
import { RPCHandler } from '@orpc/server/message-port'
import { codedAnswers } from '../shared/api/rpcErrors.ts'
import { exportSmallSam } from './export/exportSmallSam.ts'
import { reportMemory } from './memoryReport.ts'
import { createComputeServices } from './router.ts'
import { isSamRun } from './train/sam/samConfig.ts'
import { runSmallSam } from './train/sam/samRun.ts'
import { TrainRun } from './train/trainRun.ts'
import { hostTransport } from './transport.ts'

// The compute process: graphs, sessions, training, prediction. It owns runs/<id>/ and nothing else.

// Ctrl+C in a terminal reaches the whole group; the host decides what it means for its children.
process.on('SIGINT', () => undefined)
const transport = hostTransport()

if (transport.kind === 'port') {
  reportMemory()
  const services = createComputeServices()
  const report = (error: unknown, path: readonly string[]) => console.error(path.join('.'), error)
  new RPCHandler(services.router, { clientInterceptors: [codedAnswers(report)] }).upgrade(transport.port)
  transport.onGone(() => {
    // The step in progress ends, its checkpoint is written, and nobody is left to ask for more.
    void services.close().finally(() => process.exit(0))
  })
} else await trainAlone()

/** Started by a launcher: trains one run folder and prints its log; with `--export-to` it writes the ONNX pair of a small SAM's run instead. */
async function trainAlone(): Promise<void> {
  const { values } = parseArgs({
    options: {
      'run-folder': { type: 'string' },
      'run-id': { type: 'string', default: 'run' },
      attempt: { type: 'string', default: '1' },
      'export-to': { type: 'string' },
      'image-size': { type: 'string', default: '512' },
    },
  })
  const runFolder = values['run-folder']
  if (!runFolder) {
    console.error('usage: entry.compute --run-folder FOLDER [--run-id ID] [--attempt N] [--export-to FOLDER [--image-size 512]]')
    process.exit(2)
  }
  const outFolder = values['export-to']
  if (outFolder) {
    const { step, bytes } = await exportSmallSam({ runFolder, outFolder, size: Number(values['image-size']), precision: 'fp16' })
    console.log(`${outFolder}: encoder.onnx and decoder.onnx of step ${step}, ${bytes} bytes`)
    return
  }
  if (await isSamRun(runFolder)) {
    const stop = new AbortController()
    process.once('SIGTERM', () => stop.abort())
    process.once('SIGINT', () => stop.abort())
    await runSmallSam({ folder: runFolder, signal: stop.signal, onLine: (line) => console.log(line) })
    return
  }
  const run = new TrainRun({ runId: values['run-id'], runFolder, attempt: Number(values.attempt) })
  process.once('SIGTERM', () => run.stop())
  process.once('SIGINT', () => run.stop())
  for await (const event of run.events) if (event.type === 'log') console.log(event.line)
}
