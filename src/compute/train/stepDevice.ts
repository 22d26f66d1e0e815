import { invariant } from '../../shared/errors.ts'
import type { Ema } from '../../shared/model/train/ema.ts'
import { GraphBuilder } from '../graph/builder.ts'
import { encodeModel } from '../graph/codec.ts'
import type { BatchShape } from '../models/model.ts'
import { Net } from '../nn/net.ts'
import { add } from '../ops/elementwise.ts'
import { emaMomentum } from '../optim/ema.ts'
import type { ParameterPlan } from '../optim/groups.ts'
import { statesOf } from '../optim/optimizers/table.ts'
import { firstLossScale, nextLossScale, type LossScale } from '../optim/lossScale.ts'
import { elementMultipliers } from '../optim/segments.ts'
import { emaGraph, nextOf, updateGraph, updateScalars } from '../optim/updateGraph.ts'
import { DeviceCopy } from '../runtime/deviceCopy.ts'
import { Session, hostData, hostTensor, isOnDevice, type RuntimeTensor, type SessionOptions } from '../runtime/session.ts'
import { LossMeans } from './lossMeans.ts'
import type { Arena } from '../tensor/arena.ts'
import { scaleValues } from '../optim/gradients.ts'
import { aloneInTheWorld } from '../world.ts'
import type { Batch, NamedArray, StepResult, TrainState, TrainStep, TrainStepOptions } from './step.ts'
import { flatGradientGraph, inferenceGraph, initialArenas, lossScaleInput, outputNames, type FlatLayout } from './stepGraph.ts'
import { StepInputs } from './stepInputs.ts'
import { copyTensors, packState, unpackState, type StateArenas } from './stepState.ts'

/** The step on a device: parameters, moments, running statistics and gradients are flat tensors that never leave it between steps. */
export async function createDeviceStep(options: TrainStepOptions): Promise<TrainStep> {
  const plain = new Net(new GraphBuilder(), true)
  options.model.train(plain, options)
  const layout = initialArenas(plain, options.seed)
  const states = statesOf(options.optimizer)
  const { net, graph, plan, losses } = flatGradientGraph(options, layout)
  const { provider, adapter, threads, profilePrefix } = options
  const base: SessionOptions = { provider, adapter, threads }
  const sessions: DeviceSessions = {
    gradient: await Session.create(encodeModel(graph), {
      ...base,
      profilePrefix,
      onDevice: [outputNames.flatGradients, outputNames.flatBuffers].filter((name) => graph.outputs.some((o) => o.name === name)),
    }),
    update: await Session.create(encodeModel(updateGraph(layout.params.data.length, options.optimizer, measures(options))), {
      ...base,
      onDevice: ['params', ...states].map(nextOf),
    }),
    sum: await Session.create(encodeModel(sumGraph(layout.params.data.length)), { ...base, onDevice: 'all' }),
    copy: await DeviceCopy.create(base),
    ...(options.ema?.enabled ? { averages: await averageSessions(layout, options.ema, base) } : {}),
  }
  const runner = new DeviceRunner(sessions, new StepInputs(options, net), layout, losses, options)
  await runner.start(plan)
  return {
    parameters: plain.parameters,
    buffers: plain.buffers,
    plan,
    provider,
    get steps() {
      return runner.steps
    },
    run: (batches, lr) => runner.run(batches, lr),
    readGradients: () => runner.readGradients(),
    infer: (image, shape) => runner.infer(image, shape),
    readState: () => runner.readState(),
    writeState: (state) => runner.writeState(state),
    dispose: () => runner.dispose(),
  }
}

interface DeviceSessions {
  readonly gradient: Session
  readonly update: Session
  readonly sum: Session
  readonly copy: DeviceCopy
  /** What keeps the averages on the device, by the state that is averaged; the others are copied. */
  readonly averages?: Readonly<Record<string, Session>>
}

/** In float16 the norm also tells whether a gradient overflowed. */
const measures = ({ optimizer, precision }: TrainStepOptions): boolean => optimizer.clipNorm !== null || precision === 'fp16'

async function averageSessions({ params, buffers }: FlatLayout, ema: Ema, base: SessionOptions): Promise<Record<string, Session>> {
  const create = ({ data }: Arena) => Session.create(encodeModel(emaGraph(data.length)), { ...base, onDevice: 'all' })
  const param = await create(params)
  return ema.buffers === 'average' && buffers.data.length > 0 ? { param, buffer: await create(buffers) } : { param }
}

function sumGraph(length: number): ReturnType<GraphBuilder['graph']> {
  const b = new GraphBuilder('sum')
  b.output('sum', add(b, b.input('x', 'float32', [length]), b.input('y', 'float32', [length])))
  return b.graph()
}

/** The tensors of the state, on the device: see `StateArenas`. */
type DeviceState = Readonly<Record<string, RuntimeTensor>>

class DeviceRunner {
  steps = 0
  readonly #sessions: DeviceSessions
  readonly #inputs: StepInputs
  readonly #layout: FlatLayout
  readonly #losses: readonly string[]
  readonly #options: TrainStepOptions
  readonly #states: readonly string[]
  #state: DeviceState = {}
  #updates = 0
  #scaler: LossScale | null
  #multipliers: Readonly<Record<string, RuntimeTensor>> = {}
  #gradients: { tensor: RuntimeTensor; scale: number } | undefined
  #evaluator: Promise<Session> | undefined

  constructor(sessions: DeviceSessions, inputs: StepInputs, layout: FlatLayout, losses: readonly string[], options: TrainStepOptions) {
    this.#sessions = sessions
    this.#inputs = inputs
    this.#layout = layout
    this.#losses = losses
    this.#options = options
    this.#states = statesOf(options.optimizer)
    this.#scaler = options.precision === 'fp16' ? firstLossScale : null
  }

  /** Uploads the initial state. */
  async start(plan: ParameterPlan): Promise<void> {
    const { rateOf, decayOf } = elementMultipliers(this.#layout.params, plan)
    const { copy } = this.#sessions
    this.#multipliers = { rateOf: await copy.upload(rateOf), decayOf: await copy.upload(decayOf) }
    const { params, buffers } = this.#layout
    const averages: StateArenas = this.#sessions.averages ? { 'ema.param': params, 'ema.buffer': buffers } : {}
    await this.#upload({ ...this.#freshArenas(), param: params, buffer: buffers, ...averages })
  }

  /** Host arenas of the whole state, zeros. */
  #freshArenas(): StateArenas {
    const { params, buffers } = this.#layout
    const states = Object.fromEntries(this.#states.map((name) => [name, params.like()]))
    const averages: StateArenas = this.#sessions.averages ? { 'ema.param': params.like(), 'ema.buffer': buffers.like() } : {}
    return { param: params.like(), buffer: buffers.like(), ...states, ...averages }
  }

  async #upload(arenas: StateArenas): Promise<void> {
    const next: Record<string, RuntimeTensor> = {}
    for (const [name, arena] of Object.entries(arenas)) next[name] = await this.#sessions.copy.upload(arena.data)
    this.#replace(next)
  }

  #replace(next: DeviceState): void {
    for (const tensor of Object.values(next)) invariant(isOnDevice(tensor), 'the training state left the device')
    for (const name of Object.keys(next)) this.#state[name]?.dispose()
    this.#state = { ...this.#state, ...next }
  }

  #weights(prefix: '' | 'ema.' = '', buffers = this.#state[`${prefix}buffer`]!): Record<string, RuntimeTensor> {
    const params = this.#state[`${prefix}param`]!
    return this.#layout.buffers.data.length > 0 ? { params, buffers } : { params }
  }

  async run(batches: readonly Batch[], lr: number): Promise<StepResult> {
    const before = this.#state['buffer']!
    const scale = this.#scaler?.scale ?? 1
    const scaled: Record<string, RuntimeTensor> = this.#scaler ? { [lossScaleInput]: hostTensor(Float32Array.of(scale), []) } : {}
    let buffer = before
    let total: RuntimeTensor | undefined
    const { collective, worldSize } = this.#options.world ?? aloneInTheWorld
    const means = new LossMeans(this.#losses, batches.length * worldSize)
    let extras: Record<string, Float32Array> = {}
    for (const [micro, batch] of batches.entries()) {
      const feeds = { ...this.#weights('', buffer), ...this.#inputs.feeds(batch, this.steps, micro), ...scaled }
      const results = await this.#sessions.gradient.run(feeds)
      const nextBuffers = results[outputNames.flatBuffers]
      if (nextBuffers) {
        if (buffer !== before) buffer.dispose()
        buffer = nextBuffers
      }
      total = await this.#add(total, results[outputNames.flatGradients]!)
      means.add((name) => (hostData(results[name]!) as Float32Array)[0]!)
      extras = Object.fromEntries(
        (this.#options.extras ?? []).map((name) => [name, hostData(results[outputNames.extra(name)]!) as Float32Array]),
      )
    }
    this.#gradients?.tensor.dispose()
    this.#gradients = { tensor: await this.#sumOverReplicas(total!), scale: 1 / (batches.length * worldSize) / scale }
    await means.share(collective)
    this.steps++
    const { norm, taken } = await this.#update(lr)
    if (taken && buffer !== before) this.#replace({ buffer: await this.#meanOverReplicas(buffer) })
    if (!taken && buffer !== before) buffer.dispose()
    if (taken) await this.#moveAverages()
    const result = { ...means.result(), extras, gradientNorm: taken ? norm : null, lossScale: this.#scaler && scale, skipped: !taken }
    if (this.#scaler) this.#scaler = nextLossScale(this.#scaler, taken)
    return result
  }

  async #moveAverages(): Promise<void> {
    const { averages, copy } = this.#sessions
    if (!averages) return
    const momentum = emaMomentum(this.#options.ema!, this.#updates)
    for (const name of ['param', 'buffer']) {
      const [average, source] = [this.#state[`ema.${name}`]!, this.#state[name]!]
      const session = averages[name]
      const moved =
        session && momentum < 1
          ? (await session.run({ average, source, momentum: hostTensor(Float32Array.of(momentum), [1]) }))[nextOf('average')]!
          : await copy.duplicate(source)
      this.#replace({ [`ema.${name}`]: moved })
    }
  }

  /** Through this process's memory; every replica gets the same bits. */
  async #sumOverReplicas(tensor: RuntimeTensor, share = 1): Promise<RuntimeTensor> {
    const { collective, worldSize } = this.#options.world ?? aloneInTheWorld
    if (worldSize === 1) return tensor
    const { copy } = this.#sessions
    const values = (await copy.download(tensor)).slice()
    scaleValues(values, share)
    await collective.allReduce(values)
    tensor.dispose()
    return copy.upload(values)
  }

  /** Running statistics: one set of them for all replicas, like the weights. */
  #meanOverReplicas(tensor: RuntimeTensor): Promise<RuntimeTensor> {
    return this.#sumOverReplicas(tensor, 1 / (this.#options.world ?? aloneInTheWorld).worldSize)
  }

  async #add(sum: RuntimeTensor | undefined, next: RuntimeTensor): Promise<RuntimeTensor> {
    if (!sum) return next
    const result = (await this.#sessions.sum.run({ x: sum, y: next }))['sum']!
    sum.dispose()
    next.dispose()
    return result
  }

  /** One update from the gradients at hand, with their norm where it was needed; not taken when they overflowed float16. */
  async #update(lr: number): Promise<{ norm: number | null; taken: boolean }> {
    const { param, ...rest } = this.#state
    const { tensor, scale } = this.#gradients!
    const scalars = Object.entries(updateScalars(this.#options.optimizer, lr, this.#updates + 1, scale)).map(
      ([name, data]): [string, RuntimeTensor] => [name, hostTensor(data, [1])],
    )
    const results = await this.#sessions.update.run({
      params: param!,
      gradients: tensor,
      ...Object.fromEntries(this.#states.map((name) => [name, rest[name]!])),
      ...this.#multipliers,
      ...Object.fromEntries(scalars),
    })
    const norm = results['norm'] ? (hostData(results['norm']) as Float32Array)[0]! : null
    const states = this.#states.map((name) => [name, results[nextOf(name)]!])
    const next: DeviceState = { param: results[nextOf('params')]!, ...(Object.fromEntries(states) as DeviceState) }
    const taken = !this.#scaler || Number.isFinite(norm)
    if (taken) {
      this.#updates++
      this.#replace(next)
    } else for (const tensor of Object.values(next)) tensor.dispose()
    return { norm, taken }
  }

  async readGradients(): Promise<Map<string, NamedArray>> {
    const arena = this.#layout.params.like()
    if (this.#gradients) {
      const { tensor, scale } = this.#gradients
      const data = await this.#sessions.copy.download(tensor)
      for (let i = 0; i < data.length; i++) arena.data[i] = data[i]! * scale
    }
    return copyTensors(arena)
  }

  async readState(): Promise<TrainState> {
    const arenas = this.#freshArenas()
    for (const [name, arena] of Object.entries(arenas))
      if (arena.data.length > 0) arena.data.set(await this.#sessions.copy.download(this.#state[name]!))
    return packState({ step: this.steps, updates: this.#updates, lossScale: this.#scaler }, arenas)
  }

  async writeState(state: TrainState): Promise<void> {
    const arenas = this.#freshArenas()
    unpackState(state, arenas)
    await this.#upload(arenas)
    this.steps = state.step
    this.#updates = state.updates
    if (this.#scaler) this.#scaler = state.lossScale ?? firstLossScale
  }

  async infer(image: Float32Array, { batch, height, width }: BatchShape): Promise<Map<string, NamedArray>> {
    this.#evaluator ??= Session.create(encodeModel(inferenceGraph(this.#options.model, this.#layout).graph), {
      provider: this.#options.provider,
      adapter: this.#options.adapter,
      threads: this.#options.threads,
      // With dynamic sizes the arithmetic on shapes belongs to the host.
      strict: false,
    })
    const results = await (
      await this.#evaluator
    ).run({ ...this.#weights(this.#sessions.averages ? 'ema.' : ''), image: hostTensor(image, [batch, 3, height, width]) })
    return new Map(
      Object.entries(results).map(([name, tensor]): [string, NamedArray] => [
        name,
        { shape: tensor.dims, data: hostData(tensor) as Float32Array },
      ]),
    )
  }

  async dispose(): Promise<void> {
    for (const tensor of [...Object.values(this.#state), ...Object.values(this.#multipliers)]) tensor.dispose()
    this.#gradients?.tensor.dispose()
    const { gradient, update, sum, copy, averages } = this.#sessions
    const evaluator = await this.#evaluator
    const sessions = [gradient, update, sum, copy, ...Object.values(averages ?? {}), ...(evaluator ? [evaluator] : [])]
    await Promise.all(sessions.map((session) => session.dispose()))
  }
}
