import { invariant } from '../../shared/errors.ts'
import { GraphBuilder } from '../graph/builder.ts'
import { encodeModel } from '../graph/codec.ts'
import type { BatchShape } from '../models/model.ts'
import { Net } from '../nn/net.ts'
import { add } from '../ops/elementwise.ts'
import type { ParameterPlan } from '../optim/groups.ts'
import { statesOf } from '../optim/optimizers/table.ts'
import { elementMultipliers } from '../optim/segments.ts'
import { nextOf, updateGraph, updateScalars } from '../optim/updateGraph.ts'
import { DeviceCopy } from '../runtime/deviceCopy.ts'
import { Session, hostData, hostTensor, isOnDevice, type RuntimeTensor, type SessionOptions } from '../runtime/session.ts'
import { LossMeans } from './lossMeans.ts'
import type { Batch, NamedArray, StepResult, TrainState, TrainStep, TrainStepOptions } from './step.ts'
import { flatGradientGraph, inferenceGraph, initialArenas, outputNames, type FlatLayout } from './stepGraph.ts'
import { StepInputs } from './stepInputs.ts'
import { copyTensors, packState, unpackState, type StateArenas } from './stepState.ts'

/** The step on a device: parameters, moments, running statistics and gradients are flat tensors that never leave it between steps. */
export async function createDeviceStep(options: TrainStepOptions): Promise<TrainStep> {
  const plain = new Net(new GraphBuilder(), true)
  options.model.train(plain, options)
  const layout = initialArenas(plain, options.seed)
  const states = statesOf(options.optimizer)
  const { net, graph, plan, losses } = flatGradientGraph(options, layout)
  const { provider, threads, profilePrefix } = options
  const base: SessionOptions = { provider, threads }
  const sessions: DeviceSessions = {
    gradient: await Session.create(encodeModel(graph), {
      ...base,
      profilePrefix,
      onDevice: [outputNames.flatGradients, outputNames.flatBuffers].filter((name) => graph.outputs.some((o) => o.name === name)),
    }),
    update: await Session.create(encodeModel(updateGraph(layout.params.data.length, options.optimizer)), {
      ...base,
      onDevice: ['params', ...states].map(nextOf),
    }),
    sum: await Session.create(encodeModel(sumGraph(layout.params.data.length)), { ...base, onDevice: 'all' }),
    copy: await DeviceCopy.create(provider),
  }
  const runner = new DeviceRunner(sessions, new StepInputs(options.model, options, net, options.seed), layout, losses, options)
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
}

function sumGraph(length: number): ReturnType<GraphBuilder['graph']> {
  const b = new GraphBuilder('sum')
  b.output('sum', add(b, b.input('x', 'float32', [length]), b.input('y', 'float32', [length])))
  return b.graph()
}

/** The tensors of the state, on the device: `param`, `buffer` and the optimizer's states. */
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
  }

  /** Uploads the initial state. */
  async start(plan: ParameterPlan): Promise<void> {
    const { rateOf, decayOf } = elementMultipliers(this.#layout.params, plan)
    const { copy } = this.#sessions
    this.#multipliers = { rateOf: await copy.upload(rateOf), decayOf: await copy.upload(decayOf) }
    await this.#upload({ ...this.#freshArenas(), param: this.#layout.params, buffer: this.#layout.buffers })
  }

  /** Host arenas of the whole state, zeros. */
  #freshArenas(): StateArenas {
    const { params, buffers } = this.#layout
    return { param: params.like(), buffer: buffers.like(), ...Object.fromEntries(this.#states.map((name) => [name, params.like()])) }
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

  #weights(): Record<string, RuntimeTensor> {
    const { param, buffer } = this.#state
    return this.#layout.buffers.data.length > 0 ? { params: param!, buffers: buffer! } : { params: param! }
  }

  async run(batches: readonly Batch[], lr: number): Promise<StepResult> {
    let total: RuntimeTensor | undefined
    const means = new LossMeans(this.#losses, batches.length)
    let extras: Record<string, Float32Array> = {}
    for (const [micro, batch] of batches.entries()) {
      const results = await this.#sessions.gradient.run({ ...this.#weights(), ...this.#inputs.feeds(batch, this.steps, micro) })
      const nextBuffers = results[outputNames.flatBuffers]
      if (nextBuffers) this.#replace({ buffer: nextBuffers })
      total = await this.#add(total, results[outputNames.flatGradients]!)
      means.add((name) => (hostData(results[name]!) as Float32Array)[0]!)
      extras = Object.fromEntries(
        (this.#options.extras ?? []).map((name) => [name, hostData(results[outputNames.extra(name)]!) as Float32Array]),
      )
    }
    this.#gradients?.tensor.dispose()
    this.#gradients = { tensor: total!, scale: 1 / batches.length }
    return { ...means.result(), gradientNorm: await this.#update(lr), extras }
  }

  async #add(sum: RuntimeTensor | undefined, next: RuntimeTensor): Promise<RuntimeTensor> {
    if (!sum) return next
    const result = (await this.#sessions.sum.run({ x: sum, y: next }))['sum']!
    sum.dispose()
    next.dispose()
    return result
  }

  /** One update from the gradients at hand; returns their norm where it was needed. */
  async #update(lr: number): Promise<number | null> {
    this.steps++
    const { param, ...rest } = this.#state
    const { tensor, scale } = this.#gradients!
    const scalars = Object.entries(updateScalars(this.#options.optimizer, lr, this.steps, scale)).map(
      ([name, data]): [string, RuntimeTensor] => [name, hostTensor(data, [1])],
    )
    const results = await this.#sessions.update.run({
      params: param!,
      gradients: tensor,
      ...Object.fromEntries(this.#states.map((name) => [name, rest[name]!])),
      ...this.#multipliers,
      ...Object.fromEntries(scalars),
    })
    const states = this.#states.map((name) => [name, results[nextOf(name)]!])
    this.#replace({ param: results[nextOf('params')]!, ...(Object.fromEntries(states) as DeviceState) })
    const norm = results['norm']
    return norm ? (hostData(norm) as Float32Array)[0]! : null
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
    return packState(this.steps, arenas)
  }

  async writeState(state: TrainState): Promise<void> {
    const arenas = this.#freshArenas()
    unpackState(state, arenas)
    await this.#upload(arenas)
    this.steps = state.step
  }

  async infer(image: Float32Array, { batch, height, width }: BatchShape): Promise<Map<string, NamedArray>> {
    this.#evaluator ??= Session.create(encodeModel(inferenceGraph(this.#options.model, this.#layout).graph), {
      provider: this.#options.provider,
      threads: this.#options.threads,
      // With dynamic sizes the arithmetic on shapes belongs to the host.
      strict: false,
    })
    const results = await (await this.#evaluator).run({ ...this.#weights(), image: hostTensor(image, [batch, 3, height, width]) })
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
    const { gradient, update, sum, copy } = this.#sessions
    await Promise.all([gradient.dispose(), update.dispose(), sum.dispose(), copy.dispose(), this.#evaluator?.then((s) => s.dispose())])
  }
}
