/**
 * Our side of the step benchmark, alone in its process so that its memory is the step's: reads JSON lines on stdin, answers one line each.
 * {do: 'prepare', ...} draws weights and a batch and writes them for the other side; {do: 'steps', count} -> {ms, loss}; {do: 'memory'} -> {peakRssBytes}.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { segformerConfig, type SegformerVariant } from '../src/compute/models/segformer/config.ts'
import { segformerModel } from '../src/compute/models/segformer/segformer.ts'
import { counterRng } from '../src/compute/tensor/rng.ts'
import { createTrainStep } from '../src/compute/train/createStep.ts'
import type { Batch, TrainStep } from '../src/compute/train/step.ts'
import { writeSafetensors } from '../src/compute/weights/safetensors.ts'
import type { Provider } from '../src/shared/model/device.ts'
import { optimizerSchema } from '../src/shared/model/train/optimizers/table.ts'

export interface PrepareRequest {
  do: 'prepare'
  variant: SegformerVariant
  classes: number
  size: number
  batch: number
  threads: number
  provider: Provider
  spinning: boolean
  lr: number
  /** Where weights and batch go. */
  file: string
  profilePrefix?: string
}
type Request = PrepareRequest | { do: 'steps'; count: number } | { do: 'memory' } | { do: 'close' }

let step: TrainStep | undefined
let batch: Batch = {}
let lr = 0

async function prepare(request: PrepareRequest): Promise<object> {
  const { variant, classes, size, batch: n, file } = request
  const config = segformerConfig(variant, classes, { dropPath: 0, dropout: 0 })
  const optimizer = optimizerSchema.parse({ type: 'adamw', clipNorm: null, rules: [] })
  step = await createTrainStep({ ...request, model: segformerModel(config), batch: n, height: size, width: size, optimizer, seed: 0 })
  lr = request.lr
  const rng = counterRng(0, 'bench')
  const image = new Float32Array(n * 3 * size * size).map(() => rng.normal())
  const labels = new Int32Array(n * size * size).map(() => (rng.chance(0.05) ? 255 : rng.int(classes)))
  batch = { image, labels }
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
  return {
    parameters: step.parameters.reduce((sum, p) => sum + p.shape.reduce((a, b) => a * b, 1), 0),
    config: { dims: config.dims, depths: config.depths, heads: config.heads, sr: config.srRatios, E: config.embedDim, nc: classes },
  }
}

async function steps(count: number): Promise<object> {
  const ms: number[] = []
  let loss = NaN
  for (let i = 0; i < count; i++) {
    const start = performance.now()
    loss = (await step!.run([batch], lr)).loss
    ms.push(performance.now() - start)
  }
  return { ms, loss }
}

/** The process's largest resident memory so far. */
function peakRssBytes(): number {
  if (process.platform !== 'linux') return process.resourceUsage().maxRSS * 1024
  return Number(/^VmHWM:\s+(\d+) kB/m.exec(readFileSync('/proc/self/status', 'utf8'))![1]) * 1024
}

for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line) as Request
  let answer: object = {}
  if (request.do === 'prepare') answer = await prepare(request)
  else if (request.do === 'steps') answer = await steps(request.count)
  else if (request.do === 'memory') answer = { peakRssBytes: peakRssBytes() }
  else await step?.dispose()
  process.stdout.write(`${JSON.stringify(answer)}\n`)
}
