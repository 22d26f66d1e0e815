/**
 * Our side of the step benchmark, alone in its process so that its memory is the step's: reads JSON lines on stdin, answers one line each.
 * {do: 'prepare', ...} draws weights and a batch and writes them for the other side; {do: 'steps', count} -> {ms, losses, loss}; {do: 'memory'} ->
 * {peakRssBytes}. What fails is answered with {error}.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { segformerConfig, type SegformerConfig, type SegformerVariant } from '../src/compute/models/segformer/config.ts'
import { segformerModel } from '../src/compute/models/segformer/segformer.ts'
import { chooseProvider } from '../src/compute/runtime/provider.ts'
import { counterRng } from '../src/compute/tensor/rng.ts'
import { createTrainStep } from '../src/compute/train/createStep.ts'
import type { Batch, TrainStep } from '../src/compute/train/step.ts'
import { writeSafetensors } from '../src/compute/weights/safetensors.ts'
import type { Provider } from '../src/shared/model/device.ts'
import { optimizerSchema } from '../src/shared/model/train/optimizers/table.ts'

export interface PrepareRequest {
  do: 'prepare'
  /** 'tiny': a SegFormer of a few thousand weights, for what is slow. */
  variant: SegformerVariant | 'tiny'
  classes: number
  size: number
  batch: number
  threads: number
  provider: Provider
  /** Index of the provider's adapter; absent: its first. */
  adapter?: number
  spinning: boolean
  lr: number
  /** Where weights and batch go; absent: nobody else needs them. */
  file?: string
  profilePrefix?: string
}
type Request = PrepareRequest | { do: 'steps'; count: number } | { do: 'memory' } | { do: 'close' }

const tiny = { dims: [16, 32, 40, 64], depths: [1, 1, 1, 1], heads: [1, 2, 5, 8], embedDim: 32 } as const

let step: TrainStep | undefined
let batch: Batch = {}
let lr = 0

async function prepare(request: PrepareRequest): Promise<object> {
  const { variant, classes, size, batch: n, file } = request
  const still = { dropPath: 0, dropout: 0 }
  const config = variant === 'tiny' ? segformerConfig('custom', classes, { ...tiny, ...still }) : segformerConfig(variant, classes, still)
  const choice = await chooseProvider(request.provider, request.adapter ?? null)
  const optimizer = optimizerSchema.parse({ type: 'adamw', clipNorm: null, rules: [] })
  step = await createTrainStep({
    ...request,
    adapter: choice.adapter,
    model: segformerModel(config),
    batch: n,
    height: size,
    width: size,
    optimizer,
    seed: 0,
  })
  lr = request.lr
  const rng = counterRng(0, 'bench')
  const image = new Float32Array(n * 3 * size * size).map(() => rng.normal())
  const labels = new Int32Array(n * size * size).map(() => (rng.chance(0.05) ? 255 : rng.int(classes)))
  batch = { image, labels }
  const parameters = step.parameters.reduce((sum, p) => sum + p.shape.reduce((a, b) => a * b, 1), 0)
  const answer = { parameters, because: choice.because, config: shapeOf(config) }
  if (file === undefined) return answer
  const state = await step.readState()
  const tensors = [...state.tensors]
    .filter(([name]) => /^(param|buffer)\./.test(name))
    .map(([name, t]) => ({ name: name.replace(/^\w+/, 'param'), dtype: 'F32' as const, shape: t.shape, data: t.data }))
  const pieces = writeSafetensors([
    ...tensors,
    { name: 'x', dtype: 'F32', shape: [n, 3, size, size], data: image },
    { name: 'labels', dtype: 'I32', shape: [n, size, size], data: labels },
  ])
  writeFileSync(file, Buffer.concat(pieces))
  return answer
}

/** As the other side names it. */
const shapeOf = ({ dims, depths, heads, srRatios, embedDim, classes }: SegformerConfig) => ({
  dims,
  depths,
  heads,
  sr: srRatios,
  E: embedDim,
  nc: classes,
})

async function steps(count: number): Promise<object> {
  const ms: number[] = []
  const losses: number[] = []
  for (let i = 0; i < count; i++) {
    const start = performance.now()
    losses.push((await step!.run([batch], lr)).loss)
    ms.push(performance.now() - start)
  }
  return { ms, losses, loss: losses.at(-1) }
}

/** The process's largest resident memory so far. */
function peakRssBytes(): number {
  if (process.platform !== 'linux') return process.resourceUsage().maxRSS * 1024
  return Number(/^VmHWM:\s+(\d+) kB/m.exec(readFileSync('/proc/self/status', 'utf8'))![1]) * 1024
}

for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line) as Request
  let answer: object = {}
  try {
    if (request.do === 'prepare') answer = await prepare(request)
    else if (request.do === 'steps') answer = await steps(request.count)
    else if (request.do === 'memory') answer = { peakRssBytes: peakRssBytes() }
    else await step?.dispose()
  } catch (error) {
    answer = { error: error instanceof Error ? error.message : String(error) }
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`)
}
