import type { Ema } from '../../shared/model/train/ema.ts'
import type { BatchShape } from '../models/model.ts'
import { emaMomentum } from '../optim/ema.ts'
import { FlatOptimizer } from '../optim/flatOptimizer.ts'
import { addGradients, clipScale, gradientNorm, scaleValues } from '../optim/gradients.ts'
import type { ParameterPlan } from '../optim/groups.ts'
import { firstLossScale, nextLossScale, type LossScale } from '../optim/lossScale.ts'
import { createExecutor } from '../runtime/createExecutor.ts'
import type { Executor } from '../runtime/executor.ts'
import { hostData, hostTensor, type RuntimeTensor } from '../runtime/session.ts'
import { Arena } from '../tensor/arena.ts'
import { aloneInTheWorld, type World } from '../world.ts'
import { LossMeans } from './lossMeans.ts'
import type { Batch, NamedArray, StepResult, TrainState, TrainStep, TrainStepOptions } from './step.ts'
import { fillInitial, gradientGraph, inferenceGraph, lossScaleInput, outputNames, type BuiltGradientGraph } from './stepGraph.ts'
import { StepInputs } from './stepInputs.ts'
import { copyTensors, packState, unpackState, type StateArenas } from './stepState.ts'

/** Tensors over the entries of an arena; they see later writes. */
function arenaTensors(
  arena: Arena,
  nameOf: (name: string) => string = (name) => name,
  wanted: (name: string) => boolean = () => true,
): Record<string, RuntimeTensor> {
  const entries = [...arena.entries.values()].filter(({ name }) => wanted(name))
  return Object.fromEntries(entries.map(({ name, shape }) => [nameOf(name), hostTensor(arena.view(name), shape)]))
}

/** The step on the host's memory: the executor reads parameters from, and writes gradients into, the optimizer's flat arenas. */
export async function createHostStep(options: TrainStepOptions): Promise<TrainStep> {
  const { net, graph, plan, losses } = gradientGraph(options)
  const optimizer = new FlatOptimizer(net.parameters, plan, options.optimizer, options.ema?.enabled)
  const buffers = new Arena(net.buffers)
  fillInitial(net, options.seed, { params: optimizer.params, buffers })
  const { provider, threads, inferThreads = threads, spinning, profilePrefix } = options
  const executor = await createExecutor(graph, { provider, threads, spinning, profilePrefix })
  const inputs = new StepInputs(options, net)
  const runner = new HostRunner(executor, inputs, optimizer, buffers, { plan, losses }, options)
  let evaluator: Promise<Executor> | undefined
  return {
    parameters: net.parameters,
    buffers: net.buffers,
    plan,
    provider,
    get steps() {
      return runner.steps
    },
    run: (batches, lr) => runner.run(batches, lr),
    readGradients: async () => copyTensors(optimizer.gradients),
    async infer(image, shape) {
      evaluator ??= createExecutor(inferenceGraph(options.model).graph, { provider: 'cpu', threads: inferThreads, spinning })
      return runner.infer(await evaluator, image, shape)
    },
    readState: async () => packState(runner.counters(), runner.state),
    async writeState(state: TrainState) {
      unpackState(state, runner.state)
      runner.goOn(state)
    },
    async dispose() {
      await executor.dispose()
      await (await evaluator)?.dispose()
    },
  }
}

class HostRunner {
  steps = 0
  readonly state: StateArenas
  readonly #executor: Executor
  readonly #inputs: StepInputs
  readonly #optimizer: FlatOptimizer
  readonly #plan: ParameterPlan
  readonly #clipNorm: number | null
  readonly #extras: readonly string[]
  readonly #buffers: Arena
  readonly #nextBuffers: Arena
  readonly #constantFeeds: Record<string, RuntimeTensor>
  readonly #losses: readonly string[]
  /** The scalar outputs, the loss and its parts, by output name. */
  readonly #scalars: ReadonlyMap<string, Float32Array>
  readonly #inferenceFeeds: Record<string, RuntimeTensor>
  readonly #averages: { readonly ema: Ema; readonly params: Arena; readonly buffers: Arena } | undefined
  readonly #world: World
  #scaler: LossScale | null
  /** Outputs of a run: into the optimizer's gradients, or into a second arena whose sum follows. */
  readonly #intoGradients: Record<string, RuntimeTensor | null>
  #micro: { arena: Arena; into: Record<string, RuntimeTensor | null> } | undefined

  constructor(
    executor: Executor,
    inputs: StepInputs,
    optimizer: FlatOptimizer,
    buffers: Arena,
    { plan, losses }: Pick<BuiltGradientGraph, 'plan' | 'losses'>,
    options: TrainStepOptions,
  ) {
    this.#executor = executor
    this.#inputs = inputs
    this.#optimizer = optimizer
    this.#plan = plan
    this.#clipNorm = options.optimizer.clipNorm
    this.#extras = options.extras ?? []
    this.#world = options.world ?? aloneInTheWorld
    this.#buffers = buffers
    this.#nextBuffers = buffers.like()
    this.#losses = losses
    this.#scalars = new Map([outputNames.loss, ...losses.map(outputNames.part)].map((name) => [name, new Float32Array(1)]))
    this.#constantFeeds = { ...arenaTensors(optimizer.params), ...arenaTensors(buffers) }
    this.#scaler = options.precision === 'fp16' ? firstLossScale : null
    const { average } = optimizer
    this.#averages = average && options.ema ? { ema: options.ema, params: average, buffers: buffers.like() } : undefined
    this.#averages?.params.data.set(optimizer.params.data)
    this.#averages?.buffers.data.set(buffers.data)
    const { params, buffers: means } = this.#averages ?? {}
    this.state = {
      param: optimizer.params,
      buffer: buffers,
      ...optimizer.states,
      ...(params && means ? { 'ema.param': params, 'ema.buffer': means } : {}),
    }
    this.#inferenceFeeds = params && means ? { ...arenaTensors(params), ...arenaTensors(means) } : this.#constantFeeds
    this.#intoGradients = this.#into(optimizer.gradients)
  }

  #into(gradients: Arena): Record<string, RuntimeTensor | null> {
    return {
      ...Object.fromEntries([...this.#scalars].map(([name, data]) => [name, hostTensor(data, [])])),
      ...arenaTensors(gradients, outputNames.gradient, (name) => this.#plan.multipliers(name) !== undefined),
      ...arenaTensors(this.#nextBuffers, outputNames.buffer),
      ...Object.fromEntries(this.#extras.map((name) => [outputNames.extra(name), null])),
    }
  }

  async run(batches: readonly Batch[], lr: number): Promise<StepResult> {
    const step = this.steps++
    const { gradients } = this.#optimizer
    const { collective, worldSize } = this.#world
    const share = 1 / (batches.length * worldSize)
    const means = new LossMeans(this.#losses, batches.length * worldSize)
    const scale = this.#scaler?.scale ?? 1
    const scaled: Record<string, RuntimeTensor> = this.#scaler ? { [lossScaleInput]: hostTensor(Float32Array.of(scale), []) } : {}
    const buffersBefore = this.#scaler ? this.#buffers.data.slice() : undefined
    let extras: Record<string, Float32Array> = {}
    for (const [micro, batch] of batches.entries()) {
      const feeds = { ...this.#constantFeeds, ...this.#inputs.feeds(batch, step, micro), ...scaled }
      const results = await this.#executor.run(feeds, micro === 0 ? this.#intoGradients : this.#microTarget().into)
      if (micro > 0) addGradients(gradients, this.#microTarget().arena)
      this.#buffers.data.set(this.#nextBuffers.data)
      means.add((name) => this.#scalars.get(name)![0]!)
      extras = Object.fromEntries(this.#extras.map((name) => [name, hostData(results[outputNames.extra(name)]!) as Float32Array]))
    }
    const factor = share / scale
    scaleValues(gradients.data, factor)
    await collective.allReduce(gradients.data)
    await means.share(collective)
    const norm = this.#clipNorm === null && !this.#scaler ? null : gradientNorm(gradients)
    const result = { ...means.result(), extras, lossScale: this.#scaler && scale }
    const finite = !this.#scaler || Number.isFinite(norm)
    if (this.#scaler) this.#scaler = nextLossScale(this.#scaler, finite)
    if (!finite) {
      this.#buffers.data.set(buffersBefore!)
      return { ...result, gradientNorm: null, skipped: true }
    }
    await this.#averageStatistics()
    this.#optimizer.update(lr, norm === null ? 1 : clipScale(norm, this.#clipNorm))
    this.#moveAverages()
    return { ...result, gradientNorm: norm, skipped: false }
  }

  /** Running statistics are the mean of those of all replicas: one set of them, like the weights. */
  async #averageStatistics(): Promise<void> {
    const { collective, worldSize } = this.#world
    const { data } = this.#buffers
    if (worldSize === 1 || data.length === 0) return
    scaleValues(data, 1 / worldSize)
    await collective.allReduce(data)
  }

  #moveAverages(): void {
    if (!this.#averages) return
    const { ema, buffers } = this.#averages
    const momentum = emaMomentum(ema, this.#optimizer.updates)
    this.#optimizer.moveAverage(momentum)
    const now = this.#buffers.data
    if (momentum === 1 || ema.buffers === 'copy') buffers.data.set(now)
    else now.forEach((value, i) => (buffers.data[i] = buffers.data[i]! + (value - buffers.data[i]!) * momentum))
  }

  counters(): Omit<TrainState, 'tensors'> {
    return { step: this.steps, updates: this.#optimizer.updates, lossScale: this.#scaler }
  }

  goOn({ step, updates, lossScale }: TrainState): void {
    this.steps = step
    this.#optimizer.updates = updates
    if (this.#scaler) this.#scaler = lossScale ?? firstLossScale
  }

  /** Where the second and later micro-batches write; made when first needed. */
  #microTarget(): { arena: Arena; into: Record<string, RuntimeTensor | null> } {
    if (!this.#micro) {
      const arena = this.#optimizer.gradients.like((floats) => new Float32Array(floats))
      this.#micro = { arena, into: this.#into(arena) }
    }
    return this.#micro
  }

  async infer(evaluator: Executor, image: Float32Array, { batch, height, width }: BatchShape): Promise<Map<string, NamedArray>> {
    const results = await evaluator.run({ ...this.#inferenceFeeds, image: hostTensor(image, [batch, 3, height, width]) })
    return new Map(
      Object.entries(results).map(([name, tensor]): [string, NamedArray] => [
        name,
        { shape: tensor.dims, data: hostData(tensor) as Float32Array },
      ]),
    )
  }
}
