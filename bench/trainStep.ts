import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { SegformerVariant } from '../src/compute/models/segformer/config.ts'
import type { Provider } from '../src/shared/model/device.ts'
import { quantile } from './quantile.ts'
import { lineChild, type LineChild } from './lineChild.ts'
import { torchPython } from './torchPython.ts'
import type { PrepareRequest } from './trainStepChild.ts'

const usage = `usage: npm run --silent bench -- train-step [--model segformer-b0..b5] [--size 256] [--batch 2] [--threads 2]
  [--provider cpu] [--classes 21] [--rounds 8] [--spinning] [--no-torch] [--profile PREFIX] [--json]\n`

interface Result {
  medianMs: number
  p10Ms: number
  p90Ms: number
  steps: number
  peakRssBytes: number
  threads: number
  provider: string
  torch?: { medianMs: number; ratio: number }
}

interface Measured {
  result: Result
  parameters: number
  losses: { ours: number; theirs?: number }
}

interface StepAnswer {
  ms: number[]
  loss: number
}

/** Steps after which memory is read, and the least the measurement takes. */
const memorySteps = 20

/**
 * Times a full training step (data ready, forward, backward, update), ours and PyTorch's alternating in processes that stay up; the ratio is
 * the median over the rounds of (median of our turn / median of their turn).
 */
export async function trainStepBench(argv: string[]): Promise<void> {
  const { values } = parseArgs({
    args: argv,
    options: {
      model: { type: 'string', default: 'segformer-b0' },
      size: { type: 'string', default: '256' },
      batch: { type: 'string', default: '2' },
      threads: { type: 'string', default: '2' },
      provider: { type: 'string', default: 'cpu' },
      classes: { type: 'string', default: '21' },
      rounds: { type: 'string', default: '8' },
      spinning: { type: 'boolean', default: false },
      torch: { type: 'boolean', default: true },
      profile: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
    allowNegative: true,
  })
  const variant = /^segformer-(b[0-5])$/.exec(values.model)?.[1]
  const [size, batch, threads, classes, rounds] = [values.size, values.batch, values.threads, values.classes, values.rounds].map(
    Number,
  ) as [number, number, number, number, number]
  if (!variant || [size, batch, threads, classes, rounds].some((n) => !Number.isInteger(n) || n < 1)) {
    process.stderr.write(usage)
    process.exitCode = 2
    return
  }
  const folder = mkdtempSync(join(tmpdir(), 'maskwright-bench-'))
  try {
    const request: PrepareRequest = {
      do: 'prepare',
      variant: `mit-${variant}` as SegformerVariant,
      classes,
      size,
      batch,
      threads,
      provider: values.provider as Provider,
      spinning: values.spinning,
      lr: 6e-5,
      file: join(folder, 'step.safetensors'),
      profilePrefix: values.profile,
    }
    const measured = await measure(request, Math.max(rounds, 5), values.torch && torchPython('cpu') !== null)
    process.stdout.write(values.json ? `${JSON.stringify(measured.result)}\n` : report(values.model, request, measured))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function measure(request: PrepareRequest, rounds: number, withTorch: boolean): Promise<Measured> {
  const ours = lineChild(process.execPath, [join(import.meta.dirname, 'trainStepChild.ts')])
  const theirs = withTorch
    ? lineChild(torchPython('cpu')!, [join(import.meta.dirname, 'torch', 'train_step.py')], {
        env: { OMP_NUM_THREADS: String(request.threads), OPENBLAS_NUM_THREADS: String(request.threads) },
      })
    : undefined
  try {
    const { parameters, config } = await ours.ask<{ parameters: number; config: object }>(request)
    await theirs?.ask({ do: 'load', file: request.file, config, threads: request.threads, lr: request.lr })
    // The first steps of a session are slower (buffers); both sides warm up.
    await turn(ours, 3)
    if (theirs) await turn(theirs, 3)
    const perTurn = Math.max(3, Math.ceil((memorySteps - 3) / rounds))
    const mine: number[] = []
    const other: number[] = []
    const ratios: number[] = []
    const losses: Measured['losses'] = { ours: NaN }
    for (let round = 0; round < rounds; round++) {
      const a = await turn(ours, perTurn)
      losses.ours = a.loss
      mine.push(...a.ms)
      if (!theirs) continue
      const b = await turn(theirs, perTurn)
      losses.theirs = b.loss
      other.push(...b.ms)
      ratios.push(quantile(a.ms, 0.5) / quantile(b.ms, 0.5))
    }
    const { peakRssBytes } = await ours.ask<{ peakRssBytes: number }>({ do: 'memory' })
    await ours.ask({ do: 'close' })
    const result: Result = {
      medianMs: quantile(mine, 0.5),
      p10Ms: quantile(mine, 0.1),
      p90Ms: quantile(mine, 0.9),
      steps: mine.length,
      peakRssBytes,
      threads: request.threads,
      provider: request.provider,
    }
    if (theirs) result.torch = { medianMs: quantile(other, 0.5), ratio: Number(quantile(ratios, 0.5).toFixed(4)) }
    return { result, parameters, losses }
  } finally {
    await ours.close()
    await theirs?.close()
  }
}

const turn = (child: LineChild, count: number): Promise<StepAnswer> => child.ask<StepAnswer>({ do: 'steps', count })

function report(model: string, request: PrepareRequest, { result, parameters, losses }: Measured): string {
  const { medianMs, p10Ms, p90Ms, steps, peakRssBytes, torch } = result
  const lines = [
    `${model} at ${request.batch} x ${request.size} x ${request.size}, ${request.classes} classes, ${parameters.toLocaleString('en')} parameters, ${request.provider}, ${request.threads} threads`,
    `ours   median ${medianMs} ms (p10 ${p10Ms}, p90 ${p90Ms}) over ${steps} steps, peak ${(peakRssBytes / 1e6).toFixed(0)} MB, loss ${losses.ours.toFixed(5)}`,
  ]
  if (torch) lines.push(`torch  median ${torch.medianMs} ms, loss ${losses.theirs!.toFixed(5)}; ratio ${torch.ratio}`)
  return `${lines.join('\n')}\n`
}
