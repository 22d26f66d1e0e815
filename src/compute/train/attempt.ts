import { join } from 'node:path'
import type { MemoryRestart, Replica, TrainEvent } from '../../shared/api/compute/contract.ts'
import { invariant } from '../../shared/errors.ts'
import { adapterOf } from '../../shared/model/train/device.ts'
import { partSizeOf, piecesOf, shareSizeOf } from '../../shared/model/train/batchParts.ts'
import { startOf } from '../../shared/model/train/losses/traps.ts'
import { normRules } from '../../shared/model/train/optimizers/parts.ts'
import type { TrainConfig } from '../../shared/model/trainConfig.ts'
import { makeTimetable } from '../../shared/model/timetable.ts'
import { createLoader } from '../data/loader.ts'
import { countClassPixels } from '../data/sampling/labelCounts.ts'
import { balancedWeights } from '../losses/loss.ts'
import { describePlan, idleRules } from '../optim/groups.ts'
import { choosePrecision, chooseProvider, type PrecisionChoice, type ProviderChoice } from '../runtime/provider.ts'
import type { World } from '../world.ts'
import { commonPrecision, requireSameProvider } from './agreement.ts'
import { checkpointContent, restoreStep, resumeFacts } from './checkpointContent.ts'
import type { CheckpointContent } from './checkpointFiles.ts'
import { CheckpointStore } from './checkpointStore.ts'
import { createTrainStep } from './createStep.ts'
import { evaluate } from './evaluate.ts'
import { inOrder, type Hook, type LoopState, type Voice } from './hook.ts'
import { bestHook } from './hooks/bestHook.ts'
import { checkpointHook } from './hooks/checkpointHook.ts'
import { metricsHook } from './hooks/metricsHook.ts'
import { systemHook } from './hooks/systemHook.ts'
import { optionalHooks } from './hooks/table.ts'
import { textHook } from './hooks/textHook.ts'
import { timerHook } from './hooks/timerHook.ts'
import { createValidation } from './hooks/validationHook.ts'
import { labelledFeed } from './labelledFeed.ts'
import { runLoop } from './loop.ts'
import { evalTransforms, itemsOf, modelOf, readRunInputs, threadsOf } from './setup.ts'
import type { RunInputs } from './setup.ts'
import { loadStartWeights } from './startWeights.ts'
import type { TrainStep } from './step.ts'
import { SampleSheets } from './samples.ts'
import { resolveTrainData, trainSpecOf } from './trainData.ts'
import type { TrainData } from './trainData.ts'
import { readGpuMemory } from './system/gpuMemory.ts'
import { createVoice } from './voice.ts'

export interface TrainRunOptions {
  runId: string
  runFolder: string
  /** Counts from 1; where there are checkpoints, it goes on from the last one. */
  attempt: number
  /** The attempt before ran out of memory. */
  restart?: MemoryRestart | undefined
  /** Others that train the same run. */
  replica?: Replica | undefined
}

/** Where an attempt speaks to. */
export interface Outlet {
  readonly emit: (event: TrainEvent, logged: boolean) => void
  /** Waits until what was logged is on the disk. */
  readonly syncLog: () => void
}

/** What the parts of an attempt share. */
interface Attempt {
  readonly options: TrainRunOptions
  readonly inputs: RunInputs
  readonly data: TrainData
  readonly state: LoopState
  readonly voice: Voice
  readonly step: TrainStep
  readonly store: CheckpointStore
  readonly content: () => Promise<CheckpointContent>
}

/** From the run folder to the last status; see TrainRun. */
export async function runAttempt(options: TrainRunOptions, world: World, signal: AbortSignal, { emit, syncLog }: Outlet): Promise<void> {
  const inputs = forWorld(await readRunInputs(options.runFolder), world)
  const { config } = inputs
  const data = await resolveTrainData(inputs)
  const state = firstState(config, data.perEpoch, options.attempt)
  const choice = await chooseProvider(config.device.provider, adapterOf(config.device, world.rank))
  await requireSameProvider(choice.provider, world)
  const hooks: Hook[] = []
  const voice = createVoice(state, choice.name, (event, logged) => {
    emit(event, logged)
    for (const hook of hooks) hook.hear?.(event)
  })
  voice.status('preparing')
  introduce(inputs, state, data, choice.because, voice)
  for (const note of choice.notes) voice.say(note)
  const precision = await commonPrecision(await choosePrecision(config.precision, choice.provider, choice.adapter), world)
  if (precision.because !== null) voice.say(precision.because)
  const step = await makeStep(inputs, choice, precision, await pixelCountsFor(inputs, data, voice), world)
  try {
    const store = new CheckpointStore(join(options.runFolder, 'checkpoints'), {
      keep: config.checkpoint.keep,
      onDamaged: (name, reason) => voice.say(`warning: checkpoint ${name} cannot be used: ${reason}`),
    })
    const content = () => checkpointContent(step, state, { ...options, ...resumeFacts(inputs), hooks })
    const attempt: Attempt = { options, inputs, data, state, voice, step, store, content }
    const saved = await inTurn(world, () => restoreOrBegin(attempt, world.rank === 0))
    await requireSameStart(step, world)
    if (world.rank === 0) hooks.push(...makeHooks(attempt, syncLog, signal))
    for (const hook of hooks) if (hook.name in saved) hook.restore?.(saved[hook.name])
    describe(attempt, hooks)
    if (options.restart) tellRestart(options.restart, attempt)
    const loader = trainLoader(attempt, world)
    try {
      for (const hook of hooks) await hook.begin?.(state, voice)
      const feed = labelledFeed(loader, inputs.config, world.collective)
      await runLoop({ step, state, voice, feed, hooks, signal, rank: world.rank, collective: world.collective })
      // The others stay until the first has validated and saved.
      await world.collective.barrier()
    } finally {
      await loader.close()
    }
  } finally {
    for (const hook of hooks) hook.end?.()
    await step.dispose()
  }
}

/** How many processes there are is what was started, not what was asked for. */
const forWorld = ({ config, snapshot }: RunInputs, { worldSize }: World): RunInputs => ({
  config: { ...config, device: { ...config.device, processes: worldSize } },
  snapshot,
})

function firstState(config: TrainConfig, items: number, attempt: number): LoopState {
  const table = makeTimetable(items, config.data.batchSize, config.optimizer.accumulate, config.loop)
  const others = { memoryBytes: 0, cpuMs: 0 }
  const nothingYet = { primary: null, validatedStep: 0, scores: null, isBest: false, leftSeconds: null, others }
  return { config, table, attempt, step: 0, status: 'preparing', stopping: false, ending: null, ...nothingYet }
}

/** Pixels per class where a loss balances by them. */
async function pixelCountsFor(
  { config, snapshot }: RunInputs,
  { sources }: TrainData,
  voice: Voice,
): Promise<readonly number[] | undefined> {
  if (!config.loss.some((loss) => 'classWeights' in loss && loss.classWeights === 'balanced')) return undefined
  const items = sources.flatMap((source) => source.items)
  const counts = new Array<number>(snapshot.classes.length).fill(0)
  for (const ofItem of await countClassPixels(items, counts.length)) ofItem.forEach((n, i) => (counts[i] = counts[i]! + n))
  const weights = balancedWeights(counts).map((weight, i) => `${snapshot.classes[i]!.name} ${weight.toPrecision(3)}`)
  voice.say(`balanced class weights: ${weights.join(', ')}`)
  return counts
}

function makeStep(
  { config, snapshot }: RunInputs,
  { provider, adapter }: ProviderChoice,
  { precision }: PrecisionChoice,
  pixelCounts: readonly number[] | undefined,
  world: World,
): Promise<TrainStep> {
  const [height, width] = config.data.cropSize
  const model = modelOf(config, snapshot.classes.length, pixelCounts)
  return createTrainStep({
    model,
    batch: partSizeOf(config),
    parts: config.device.batchParts,
    ...(piecesOf(config) > 1 ? { sharedLosses: config.loss.length } : {}),
    world,
    height,
    width,
    optimizer: config.optimizer,
    ema: config.ema,
    precision,
    seed: config.seed,
    provider,
    adapter,
    threads: threadsOf(config),
    inferThreads: threadsOf(config) * config.device.processes,
  })
}

function trainLoader({ inputs: { config }, data, state }: Attempt, { rank, worldSize }: World): ReturnType<typeof createLoader> {
  return createLoader({
    spec: trainSpecOf(config, data.sources, state.table, { rank, worldSize }),
    workers: Math.ceil(config.data.workers / worldSize),
    startBatch: state.step * config.optimizer.accumulate,
  })
}

/** The first replica does it before the others, which then find what it left. */
async function inTurn<T>({ rank, collective }: World, work: () => Promise<T>): Promise<T> {
  if (rank > 0) await collective.barrier()
  const result = await work()
  if (rank === 0) await collective.barrier()
  return result
}

/** Replicas that began with other weights would train on apart from each other without a word. Errors: bug. */
async function requireSameStart(step: TrainStep, { worldSize, collective }: World): Promise<void> {
  if (worldSize === 1) return
  const { step: done, updates, tensors } = await step.readState()
  const sums = [...tensors.values()].map(({ data }) => data.reduce((sum, value) => sum + value, 0))
  const own = Float64Array.of(1, done, updates, ...sums)
  const all = own.slice()
  await collective.allReduce(all)
  invariant(
    // Weights that are no numbers are equal here; the first loss says what they are.
    !own.some((value, i) => Math.abs(all[i]! - value * all[0]!) > 1e-9 * Math.abs(all[i]!)),
    'the processes of a training do not start from the same weights',
  )
}

/**
 * Goes on from the last whole checkpoint; where there is none because no step was ever done, the first replica writes one. Answers with what
 * hooks kept.
 */
async function restoreOrBegin(
  { state, voice, step, store, inputs, content, options }: Attempt,
  writes: boolean,
): Promise<Readonly<Record<string, unknown>>> {
  if (writes) await store.tidy()
  if ((await store.list()).length === 0) {
    if (options.attempt > 1) voice.say('the earlier attempt ended before its first checkpoint; starting from the beginning')
    const { weights } = inputs.config
    if (weights)
      await loadStartWeights(step, modelOf(inputs.config, inputs.snapshot.classes.length), weights, {
        runFolder: options.runFolder,
        say: (line) => voice.say(line),
      })
    await store.save(await content(), { periodic: false, best: false })
    return {}
  }
  const checkpoint = await store.load('last')
  await restoreStep(step, checkpoint, resumeFacts(inputs))
  const { step: done, primary, validatedStep } = checkpoint.state
  Object.assign(state, { step: done, primary, validatedStep })
  if (writes) await store.rewind(checkpoint.state)
  voice.say(`resumed from ${checkpoint.name}`)
  return checkpoint.state.hooks
}

function makeHooks(
  { state, step, store, inputs: { config, snapshot }, content, options: { runFolder } }: Attempt,
  syncLog: () => void,
  signal: AbortSignal,
): Hook[] {
  const items = itemsOf(snapshot, config.data.valSplits)
  const wanted = config.hooks.find((hook) => hook.type === 'samples')
  const sheets = wanted && items.length > 0 ? new SampleSheets(runFolder, items, snapshot.classes, wanted.count) : null
  const infer = async (images: Float32Array, shape: { batch: number; height: number; width: number }) =>
    (await step.infer(images, shape)).get('logits')!
  const validate = (onProgress: (done: number, total: number) => void) =>
    evaluate(infer, {
      items,
      classes: snapshot.classes.length,
      transforms: evalTransforms(config),
      inference: config.inference,
      // On the CPU a batch is no faster than its pictures one by one, and holds their memory for good.
      batchSize: step.provider === 'cpu' ? 1 : config.data.batchSize,
      // Starting a thread costs more than decoding a few pictures.
      workers: items.length < 32 ? 0 : Math.min(1, config.data.workers),
      signal,
      onProgress,
      onPicture: (picture) => sheets?.take(picture),
    })
  const validation = items.length > 0 ? createValidation(validate, snapshot, state) : null
  return inOrder([
    timerHook(() => validation?.secondsLeft() ?? 0),
    metricsHook(config.loop.logEvery, startLossOf(config, snapshot.classes.length)),
    ...(validation ? [validation.hook] : []),
    bestHook(config.checkpoint.best),
    checkpointHook(store, content, syncLog, state.step),
    textHook(),
    systemHook({
      pictures: config.data.batchSize * config.optimizer.accumulate,
      gpuMemory: step.provider === 'cpu' ? null : readGpuMemory,
    }),
    ...optionalHooks(config.hooks, { runFolder, snapshot, sheets, config }),
  ])
}

/** What a network that knows nothing is charged; null for cross entropy alone, whose values speak for themselves. */
function startLossOf({ loss, data }: TrainConfig, classes: number): number | null {
  if (classes < 2 || (loss.length === 1 && loss[0]!.type === 'crossEntropy')) return null
  return startOf(loss, classes, data.cropSize[0] * data.cropSize[1])
}

function introduce({ config, snapshot }: RunInputs, { attempt, table }: LoopState, data: TrainData, device: string, voice: Voice): void {
  const length = `${table.stepsPerEpoch} steps per epoch, ${table.totalSteps} steps`
  voice.say(`attempt ${attempt}: ${data.pictures} pictures, ${snapshot.classes.length} classes, ${length}; ${device}`)
  for (const line of data.report) voice.say(line)
  const size = partSizeOf(config)
  const { batchParts, processes } = config.device
  const share = shareSizeOf(config)
  const threads = `${threadsOf(config)} ${threadsOf(config) === 1 ? 'thread' : 'threads'} each`
  if (processes > 1)
    voice.say(
      `${processes} processes train together, ${threads}: each computes ${share} of the ${config.data.batchSize} pictures of a batch`,
    )
  if (batchParts > 1)
    voice.say(
      `each ${processes > 1 ? 'share' : 'batch'} of ${share} is computed in ${batchParts} parts of ${size}, their gradients averaged`,
    )
  if (size < 4 && config.model.headNorm === 'batch')
    voice.say(`warning: batch norm statistics of ${size} pictures at a time are noisy; 4 or more are better where memory allows`)
}

/** Parts of a batch are not the batch: what the numbers of the run mean from here is said where its warnings stand. */
function tellRestart({ batchSize, before, parts, reason }: MemoryRestart, { state, step, voice }: Attempt): void {
  const finding = (key: 'memoryRestart' | 'batchNormParts', data: Record<string, string | number>) =>
    voice.event({ type: 'finding', finding: { key, severity: 'warning', step: state.step, data } })
  const size = batchSize / parts
  voice.say(`warning: memory ran out (${reason}); each batch of ${batchSize} is now computed in ${parts} parts of ${size}, not ${before}`)
  finding('memoryRestart', { batchSize, before, parts, size, reason })
  if (step.buffers.length === 0) return
  voice.say(`warning: batch norm sees ${size} pictures at a time from here, ${batchSize / before} until now`)
  finding('batchNormParts', { size, before: batchSize / before })
}

function describe({ inputs: { config, snapshot }, data, step, state, voice }: Attempt, hooks: readonly Hook[]): void {
  const values = step.parameters.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0)
  voice.say(`${config.model.type} ${config.model.variant}: ${values} parameters`)
  for (const { type, weight, ...rest } of config.loss) voice.say(`loss ${type} x ${weight}: ${JSON.stringify(rest)}`)
  for (const line of describePlan(step.plan)) voice.say(`parameters ${line}`)
  // That a network has no norm of a kind is nobody's mistake.
  const idle = idleRules(step.plan)
    .filter((rule) => !normRules.some(({ match }) => match === rule))
    .join(', ')
  if (idle !== '') {
    voice.say(`warning: parameter rules that match nothing: ${idle}`)
    voice.event({ type: 'finding', finding: { key: 'ruleMatchesNothing', severity: 'warning', step: state.step, data: { rules: idle } } })
  }
  if (config.ema.enabled)
    voice.say(`validation, the best checkpoint and export use the moving average of the weights (momentum ${config.ema.momentum})`)
  const pipeline = (list: readonly { type: string }[]) => list.map(({ type, ...rest }) => `${type} ${JSON.stringify(rest)}`).join(' > ')
  for (const list of new Set(data.sources.map(({ transforms }) => pipeline(transforms)))) voice.say(`train pipeline: ${list}`)
  voice.say(`validation: ${itemsOf(snapshot, config.data.valSplits).length} pictures, ${pipeline(evalTransforms(config))}`)
  voice.say(`hooks, in order: ${hooks.map((hook) => hook.name).join(', ')}`)
}
