import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { providerSchema, type Provider } from '../src/shared/model/device.ts'
import { lineChild, type LineChild } from './lineChild.ts'
import { quantile } from './quantile.ts'
import { torchPython } from './torchPython.ts'
import type { PrepareRequest } from './trainStepChild.ts'

const usage = `usage: npm run --silent bench -- devices [--training tiny:64:2,segformer-b0:64:1] [--providers cpu,webgpu,...] [--steps 6] [--rounds 3]
  [--threads 2] [--gpu segformer-b0:512:8,segformer-b2:512:8] [--torch-device cuda|cpu] [--json]
A training is model:size:batch. --gpu are the trainings that a graphics card and PyTorch on it take in turns, where there is one.\n`

/** model:size:batch, e.g. segformer-b0:512:8. */
interface Training {
  readonly variant: PrepareRequest['variant']
  readonly label: string
  readonly size: number
  readonly batch: number
}

interface Side {
  readonly name: string
  readonly because: string
  readonly child: LineChild
  readonly losses: number[]
  readonly ms: number[]
  /** Of the first side's median in the same round. */
  readonly ratios: number[]
}

export interface DeviceRow {
  readonly name: string
  readonly because: string
  /** Why it did not take part, or what ended it. */
  readonly error: string | null
  readonly losses: readonly number[]
  /** Largest relative difference of a loss to the first side's at the same step. */
  readonly maxDifference: number | null
  readonly medianMs: number | null
  /** Median over the rounds of (its turn / the first side's turn). */
  readonly ratio: number | null
}

interface Settings {
  readonly threads: number
  readonly steps: number
  readonly rounds: number
}

/** The same short training (weights, batch and learning rate) on every provider that starts, taking turns: losses side by side, step times as ratios. */
export async function devicesBench(argv: string[]): Promise<void> {
  const { values } = parseArgs({
    args: argv,
    options: {
      training: { type: 'string', default: 'tiny:64:2,segformer-b0:64:1' },
      providers: { type: 'string', default: providerSchema.options.join() },
      steps: { type: 'string', default: '6' },
      rounds: { type: 'string', default: '3' },
      threads: { type: 'string', default: '2' },
      gpu: { type: 'string', default: 'segformer-b0:512:8,segformer-b2:512:8' },
      'torch-device': { type: 'string', default: 'cuda' },
      json: { type: 'boolean', default: false },
    },
  })
  const trainings = values.training.split(',').map(parseTraining)
  const onGpu = values.gpu === '' ? [] : values.gpu.split(',').map(parseTraining)
  const providers = providerSchema.array().safeParse(values.providers.split(','))
  const settings: Settings = { threads: Number(values.threads), steps: Number(values.steps), rounds: Number(values.rounds) }
  const torchDevice = values['torch-device'] === 'cpu' ? 'cpu' : 'cuda'
  if (!providers.success || [...trainings, ...onGpu].includes(null) || Object.values(settings).some((n) => !Number.isInteger(n) || n < 1)) {
    process.stderr.write(usage)
    process.exitCode = 2
    return
  }
  const results: { training: string; comparison: 'providers' | 'torch'; rows: DeviceRow[] }[] = []
  for (const training of trainings) {
    const rows = await compare(
      training!,
      providers.data.map((provider) => ours(training!, provider, settings)),
      settings,
    )
    results.push({ training: training!.label, comparison: 'providers', rows })
    if (!values.json) process.stdout.write(table(`${training!.label}, every provider`, rows, 'cpu'))
  }
  const python = torchPython(torchDevice)
  const fast =
    torchDevice === 'cpu'
      ? providers.data.filter((name) => name === 'cpu')
      : providers.data.filter((name) => name === 'webgpu' || name === 'cuda')
  if (python === null)
    process.stderr.write(
      `no PyTorch for ${torchDevice} here: ${onGpu.map((training) => training!.label).join(', ')} not compared with it\n`,
    )
  else
    for (const training of onGpu) {
      const rows = await compare(
        training!,
        [torch(training!, python, torchDevice, settings), ...fast.map((provider) => ours(training!, provider, settings))],
        settings,
      )
      results.push({ training: training!.label, comparison: 'torch', rows })
      if (!values.json) process.stdout.write(table(`${training!.label}, beside PyTorch on ${torchDevice}`, rows, 'torch'))
    }
  if (values.json) process.stdout.write(`${JSON.stringify({ settings, results })}\n`)
}

function parseTraining(text: string): Training | null {
  const match = /^(tiny|segformer-(b[0-5])):(\d+):(\d+)$/.exec(text)
  if (!match) return null
  const variant = match[2] ? (`mit-${match[2]}` as PrepareRequest['variant']) : 'tiny'
  return { variant, label: text, size: Number(match[3]), batch: Number(match[4]) }
}

/** Starts a side; it has been told everything when this resolves. */
type Start = (folder: string) => Promise<{ name: string; because: string; child: LineChild }>

const requestOf = ({ variant, size, batch }: Training, provider: Provider, { threads }: Settings): PrepareRequest => ({
  do: 'prepare',
  variant,
  classes: 21,
  size,
  batch,
  threads,
  provider,
  spinning: false,
  lr: 6e-5,
})

const ownChild = (): LineChild => lineChild(process.execPath, [join(import.meta.dirname, 'trainStepChild.ts')])

function ours(training: Training, provider: Provider, settings: Settings): Named<Start> {
  const start: Start = async () => {
    const child = ownChild()
    try {
      const { because } = await child.ask<{ because: string }>(requestOf(training, provider, settings))
      return { name: provider, because, child }
    } catch (error) {
      await child.close()
      throw error
    }
  }
  return { name: provider, start }
}

/** PyTorch with the weights and the batch that our CPU drew. */
function torch(training: Training, python: string, device: 'cpu' | 'cuda', settings: Settings): Named<Start> {
  const start: Start = async (folder) => {
    const file = join(folder, 'step.safetensors')
    const drawer = ownChild()
    const { config } = await drawer.ask<{ config: object }>({ ...requestOf(training, 'cpu', settings), file })
    await drawer.close()
    const env = { OMP_NUM_THREADS: String(settings.threads), OPENBLAS_NUM_THREADS: String(settings.threads) }
    const child = lineChild(python, [join(import.meta.dirname, 'torch', 'train_step.py')], { env })
    const load = { do: 'load', file, config, threads: settings.threads, lr: 6e-5, device }
    const answer = await child.ask<{ torch: string; device: string }>(load)
    return { name: 'torch', because: `PyTorch ${answer.torch} on ${answer.device}`, child }
  }
  return { name: 'torch', start }
}

interface Named<T> {
  readonly name: string
  readonly start: T
}

async function compare({ label }: Training, starts: readonly Named<Start>[], { steps, rounds }: Settings): Promise<DeviceRow[]> {
  const folder = mkdtempSync(join(tmpdir(), 'maskwright-bench-'))
  const sides: Side[] = []
  const failed: DeviceRow[] = []
  const fail = (name: string, because: string, error: unknown) =>
    failed.push({ name, because, error: reasonOf(error), losses: [], maxDifference: null, medianMs: null, ratio: null })
  try {
    for (const { name, start } of starts)
      try {
        sides.push({ ...(await start(folder)), losses: [], ms: [], ratios: [] })
      } catch (error) {
        fail(name, '', error)
      }
    const perTurn = Math.max(1, Math.ceil(steps / rounds))
    // The first turn only warms up: sessions and shaders are made in it. Its losses count.
    for (let round = 0; round <= rounds; round++) {
      let first: number | null = null
      for (const side of [...sides]) {
        process.stderr.write(`${label}: ${side.name}, turn ${round} of ${rounds}\n`)
        try {
          const { ms, losses } = await side.child.ask<{ ms: number[]; losses: number[] }>({ do: 'steps', count: perTurn })
          side.losses.push(...losses)
          if (round === 0) continue
          side.ms.push(...ms)
          first ??= quantile(ms, 0.5)
          side.ratios.push(quantile(ms, 0.5) / first)
        } catch (error) {
          sides.splice(sides.indexOf(side), 1)
          fail(side.name, side.because, error)
        }
      }
    }
    const reference = sides[0]?.losses ?? []
    return [...sides.map((side) => rowOf(side, reference)), ...failed]
  } finally {
    for (const { child } of sides) await child.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

const rowOf = ({ name, because, losses, ms, ratios }: Side, reference: readonly number[]): DeviceRow => ({
  name,
  because,
  error: null,
  losses,
  maxDifference: Math.max(0, ...losses.map((loss, i) => Math.abs(loss / reference[i]! - 1))),
  medianMs: quantile(ms, 0.5),
  ratio: Number(quantile(ratios, 0.5).toFixed(3)),
})

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error)).split('\n')[0]!.slice(-160)

function table(title: string, rows: readonly DeviceRow[], first: string): string {
  const lines = rows.map(({ name, because, error, losses, maxDifference, medianMs, ratio }) =>
    error === null
      ? `${name.padEnd(8)} ${losses.map((loss) => loss.toFixed(5)).join(' ')}  max |d| ${maxDifference!.toExponential(1)}  ${medianMs!.toFixed(1).padStart(9)} ms  x ${ratio!.toFixed(2)} of ${first}  ${because}`
      : `${name.padEnd(8)} does not take part: ${error}`,
  )
  return `${title}\n${lines.join('\n')}\n\n`
}
