import { join } from 'node:path'
import { makeTimetable } from '../../../shared/model/timetable.ts'
import { openSam } from '../../assist/onnx/openSam.ts'
import type { TunePicture } from '../../data/objects/pictureObjects.ts'
import { replaceDurable } from '../../files/durableFile.ts'
import { describePlan } from '../../optim/groups.ts'
import type { World } from '../../world.ts'
import type { Outlet, TrainRunOptions } from '../attempt.ts'
import { checkpointContent, restoreStep, type ResumeFacts } from '../checkpointContent.ts'
import type { CheckpointContent } from '../checkpointFiles.ts'
import { CheckpointStore } from '../checkpointStore.ts'
import { inOrder, type Hook, type LoopState, type Voice } from '../hook.ts'
import { checkpointHook } from '../hooks/checkpointHook.ts'
import { metricsHook } from '../hooks/metricsHook.ts'
import { systemHook } from '../hooks/systemHook.ts'
import { tensorboardHook } from '../hooks/tensorboardHook.ts'
import { duration, textHook } from '../hooks/textHook.ts'
import { timerHook } from '../hooks/timerHook.ts'
import { runLoop } from '../loop.ts'
import { threadsOf } from '../setup.ts'
import type { TrainStep } from '../step.ts'
import { createVoice } from '../voice.ts'
import { createEmbeddings, type Embeddings } from './embeddings.ts'
import { createTuneFeed } from './tuneFeed.ts'
import { tuneValidationHook, type TuneValidationHook } from './tuneHooks.ts'
import { baseFolderOf, readTuneInputs, tuneConfigHash, type TuneInputs } from './tuneInputs.ts'
import { TuneSheets } from './tuneSheets.ts'
import { beginWithBase, createTuneStep } from './tuneStep.ts'
import { createTuneValidation } from './tuneValidation.ts'

interface Attempt {
  readonly options: TrainRunOptions
  readonly inputs: TuneInputs
  readonly state: LoopState
  readonly voice: Voice
  readonly step: TrainStep
  readonly store: CheckpointStore
  readonly facts: ResumeFacts
  readonly signal: AbortSignal
}

/** As `runAttempt`, of a SAM that is trained on the masks of a dataset. */
export async function runTuneAttempt(
  options: TrainRunOptions,
  world: World,
  signal: AbortSignal,
  { emit, syncLog }: Outlet,
): Promise<void> {
  const inputs = await readTuneInputs(options.runFolder)
  const { config, snapshot, base } = inputs
  const state = firstState(inputs, options.attempt)
  const hooks: Hook[] = []
  const voice = createVoice(state, 'cpu', (event, logged) => {
    emit(event, logged)
    for (const hook of hooks) hook.hear?.(event)
  })
  voice.status('preparing')
  introduce(inputs, state, voice)
  if (options.restart) {
    const { batchSize, before, parts, reason } = options.restart
    voice.say(`warning: memory ran out (${reason}); each batch of ${batchSize} is now computed in ${parts} parts, not ${before}`)
  }
  const embeddings = await prepareEmbeddings(inputs, options.runFolder, { state, voice, signal })
  const step = await createTuneStep(config, base).catch(async (error: unknown) => {
    await embeddings?.close()
    throw error
  })
  try {
    const store = new CheckpointStore(join(options.runFolder, 'checkpoints'), {
      keep: config.checkpoint.keep,
      onDamaged: (name, reason) => voice.say(`warning: checkpoint ${name} cannot be used: ${reason}`),
    })
    const facts = { seed: config.seed, snapshotHash: snapshot.hash, configHash: tuneConfigHash(config) }
    const attempt: Attempt = { options, inputs, state, voice, step, store, facts, signal }
    const content = () => checkpointContent(step, state, { ...options, ...facts, hooks })
    const saved = await restoreOrBegin(attempt, content)
    const { list, validation } = await makeHooks(attempt, embeddings, content, syncLog)
    hooks.push(...list)
    for (const hook of hooks) if (hook.name in saved) hook.restore?.(saved[hook.name])
    for (const hook of hooks) await hook.begin?.(state, voice)
    if (validation && state.step === 0 && state.primary === null && !signal.aborted) {
      await validation.before(state, voice)
      syncLog()
      await store.save(await content(), { periodic: false, best: true })
      state.isBest = false
    }
    const { feed, close } = createTuneFeed(inputs, embeddings, state.step)
    try {
      await runLoop({ step, state, voice, feed, hooks, signal, rank: world.rank, collective: world.collective })
    } finally {
      await close()
    }
  } finally {
    for (const hook of hooks) hook.end?.()
    await embeddings?.close()
    await step.dispose()
  }
}

function firstState({ config, train }: TuneInputs, attempt: number): LoopState {
  const table = makeTimetable(train.items.length * config.data.looks, config.data.batchSize, config.optimizer.accumulate, config.loop)
  const others = { memoryBytes: 0, cpuMs: 0 }
  const nothingYet = { primary: null, validatedStep: 0, scores: null, isBest: false, leftSeconds: null, others }
  return { config, table, attempt, step: 0, status: 'preparing', stopping: false, ending: null, ...nothingYet }
}

function introduce({ config, base, train, val }: TuneInputs, { attempt, table }: LoopState, voice: Voice): void {
  const objects = ({ counts }: TuneInputs['train']): number => counts.reduce((sum, count) => sum + count, 0)
  const length = `${table.stepsPerEpoch} steps per epoch, ${table.totalSteps} steps`
  voice.say(`attempt ${attempt}: ${objects(train)} objects in ${train.items.length} pictures, ${length}; CPU, ${threadsOf(config)} threads`)
  voice.say(`held out: ${objects(val)} objects in ${val.items.length} pictures, of which at most ${config.validation.objects} are clicked`)
  for (const [side, { tooSmall }] of Object.entries({ training: train, validation: val }))
    if (tooSmall.objects > 0)
      voice.say(
        `warning: ${tooSmall.objects} objects of the ${side} are smaller than ${config.data.leastPx} pixels (data.leastPx) and left out; ${tooSmall.pictures} pictures have no other`,
      )
  voice.say(`trains ${base.head.kind === 'small' ? 'the whole network of' : 'prompt encoder and mask decoder of'} ${config.base.name}`)
  const { batchParts } = config.device
  if (batchParts > 1 && base.head.kind === 'small')
    voice.say(`warning: batch norm sees ${config.data.batchSize / batchParts} pictures at a time`)
}

/** Computes what is missing of the embeddings, once for all epochs; null for a network that is trained whole. */
async function prepareEmbeddings(
  inputs: TuneInputs,
  runFolder: string,
  { state, voice, signal }: Pick<Attempt, 'state' | 'voice' | 'signal'>,
): Promise<(Embeddings & { close(): Promise<void> }) | null> {
  if (inputs.base.head.kind === 'small') return null
  const folder = baseFolderOf(runFolder)
  const files = { encoderFile: join(folder, 'encoder.onnx'), decoderFile: join(folder, 'decoder.onnx') }
  const session = await openSam({ ...files, provider: 'cpu', threads: threadsOf(inputs.config) })
  const embeddings = createEmbeddings(inputs.embeddingFolder, session, tellAgain(voice))
  try {
    await embedAll(embeddings, [...inputs.train.items, ...inputs.val.items], runFolder, { state, voice, signal })
    // Its weights would lie in memory through the whole training; a picture that has to be encoded again loads them again.
    await session.releaseEncoder()
  } catch (error) {
    await session.close()
    throw error
  }
  return { ...embeddings, close: () => session.close() }
}

async function embedAll(
  embeddings: Embeddings,
  items: readonly TunePicture['item'][],
  runFolder: string,
  { state, voice, signal }: Pick<Attempt, 'state' | 'voice' | 'signal'>,
): Promise<void> {
  // Every picture is read for it, which takes a while where they are many.
  voice.say(`embeddings: looking for those of ${items.length} pictures`)
  let told = -Infinity
  const { made, seconds, replaced } = await embeddings.prepare(items, signal, (done, total, seconds) => {
    state.leftSeconds = ((total - done) * seconds) / done
    voice.status('preparing')
    if (done < total && performance.now() - told < 10_000) return
    told = performance.now()
    voice.say(`embeddings: ${done} of ${total}, ${(seconds / done).toFixed(2)} s each, left ${duration(state.leftSeconds)}`)
  })
  state.leftSeconds = null
  voice.say(`embeddings: ${made} computed, ${items.length - made} were there`)
  // By it the next plan tells how long encoding takes.
  if (made > 0) await replaceDurable(join(runFolder, 'encoded.json'), JSON.stringify({ pictures: made, seconds }))
  if (replaced.length > 0)
    voice.say(`warning: not the pictures that were imported: ${named(replaced)}; their masks may no longer lie where they should`)
}

const mostNamed = 5

const named = (names: readonly string[]): string =>
  names.slice(0, mostNamed).join(', ') + (names.length > mostNamed ? ` and ${names.length - mostNamed} more` : '')

const againEveryMs = 10_000

/** Says that embeddings are computed a second time, which takes as long as the first; not one by one where it is many. */
function tellAgain(voice: Voice): (name: string) => void {
  let count = 0
  let told = -Infinity
  return (name) => {
    count++
    if (performance.now() - told < againEveryMs) return
    told = performance.now()
    voice.say(`warning: the embedding of ${name} is gone and is computed again (${count} since the start)`)
  }
}

async function restoreOrBegin(
  { state, voice, step, store, inputs, options, facts }: Attempt,
  content: () => Promise<CheckpointContent>,
): Promise<Readonly<Record<string, unknown>>> {
  await store.tidy()
  if ((await store.list()).length === 0) {
    if (options.attempt > 1) voice.say('the earlier attempt ended before its first checkpoint; starting from the beginning')
    await beginWithBase(step, inputs.base)
    const values = step.parameters.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0)
    voice.say(`${values} numbers`)
    for (const line of describePlan(step.plan)) voice.say(`parameters ${line}`)
    await store.save(await content(), { periodic: false, best: false })
    return {}
  }
  const checkpoint = await store.load('last')
  await restoreStep(step, checkpoint, facts)
  const { step: done, primary, validatedStep } = checkpoint.state
  Object.assign(state, { step: done, primary, validatedStep })
  await store.rewind(checkpoint.state)
  voice.say(`resumed from ${checkpoint.name}`)
  return checkpoint.state.hooks
}

async function makeHooks(
  { options: { runFolder }, inputs, state, step, store, signal }: Attempt,
  embeddings: Embeddings | null,
  content: () => Promise<CheckpointContent>,
  syncLog: () => void,
): Promise<{ list: Hook[]; validation: TuneValidationHook | null }> {
  const { config } = inputs
  const sheets = new TuneSheets(runFolder, config.samples.keep)
  const found = await createTuneValidation(inputs, { runFolder, embeddings, sheets })
  const validation = found && tuneValidationHook((onProgress) => found.run(step, signal, onProgress), { config, sheets, state })
  const list = inOrder([
    timerHook(() => validation?.secondsLeft() ?? 0),
    metricsHook(config.loop.logEvery, null),
    ...(validation ? [validation.hook] : []),
    checkpointHook(store, content, syncLog, state.step),
    textHook(),
    systemHook({ pictures: config.data.batchSize * config.optimizer.accumulate, gpuMemory: null }),
    tensorboardHook(runFolder),
  ])
  return { list, validation }
}
