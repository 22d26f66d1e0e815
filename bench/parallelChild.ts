/**
 * One training process of the parallel benchmark: reads JSON lines on stdin, answers one line each. {do: 'prepare', ...} makes the step, and meets
 * the others where there are any; {do: 'steps', count} -> {ms, reduceMs, loss}.
 */
import { createInterface } from 'node:readline'
import { joinLocal } from '../src/compute/collective/local.ts'
import { segformerConfig, type SegformerVariant } from '../src/compute/models/segformer/config.ts'
import { segformerModel } from '../src/compute/models/segformer/segformer.ts'
import { counterRng } from '../src/compute/tensor/rng.ts'
import { createTrainStep } from '../src/compute/train/createStep.ts'
import type { Batch, TrainStep } from '../src/compute/train/step.ts'
import { aloneInTheWorld, type World } from '../src/compute/world.ts'
import type { Replica } from '../src/shared/api/compute/contract.ts'
import { optimizerSchema } from '../src/shared/model/train/optimizers/table.ts'

export interface ParallelPrepare {
  do: 'prepare'
  variant: SegformerVariant
  size: number
  /** Of all processes together. */
  batch: number
  threads: number
  replica: Replica | null
}
export interface ParallelSteps {
  ms: number[]
  /** Spent adding gradients, waiting for the others included. */
  reduceMs: number[]
  loss: number
}
type Request = ParallelPrepare | { do: 'steps'; count: number }

const classes = 21
let step: TrainStep | undefined
let batch: Batch = {}
let reduceMs = 0
let world: World = aloneInTheWorld

/** The same calls, timed. */
function timed({ rank, worldSize, collective }: World): World {
  const allReduce = async (values: Float32Array | Float64Array): Promise<void> => {
    const start = performance.now()
    await collective.allReduce(values)
    reduceMs += performance.now() - start
  }
  return { rank, worldSize, collective: { ...collective, allReduce } }
}

async function prepare({ variant, size, batch: all, threads, replica }: ParallelPrepare): Promise<object> {
  world = timed(replica ? await joinLocal(replica, new AbortController().signal, () => undefined) : aloneInTheWorld)
  const { rank, worldSize } = world
  const model = segformerModel(segformerConfig(variant, classes, { headNorm: 'group' }))
  const optimizer = optimizerSchema.parse({ type: 'adamw' })
  const own = all / worldSize
  step = await createTrainStep({ model, batch: own, height: size, width: size, optimizer, seed: 0, provider: 'cpu', threads, world })
  const rng = counterRng(0, 'bench')
  const image = Float32Array.from({ length: all * 3 * size * size }, () => rng.normal())
  const labels = Int32Array.from({ length: all * size * size }, () => rng.int(classes))
  const share = <T extends Float32Array | Int32Array>(of: T): T =>
    of.slice((of.length / worldSize) * rank, (of.length / worldSize) * (rank + 1)) as T
  batch = { image: share(image), labels: share(labels) }
  return { parameters: step.parameters.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0) }
}

async function steps(count: number): Promise<ParallelSteps> {
  const answer: ParallelSteps = { ms: [], reduceMs: [], loss: NaN }
  for (let i = 0; i < count; i++) {
    reduceMs = 0
    const start = performance.now()
    answer.loss = (await step!.run([batch], 1e-4)).loss
    answer.ms.push(performance.now() - start)
    answer.reduceMs.push(reduceMs)
  }
  return answer
}

for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line) as Request
  const answer = request.do === 'prepare' ? await prepare(request) : await steps(request.count)
  process.stdout.write(`${JSON.stringify(answer)}\n`)
}
await step?.dispose()
world.collective.close()
