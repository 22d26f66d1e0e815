import { AppError, CancelledError } from '../../shared/errors.ts'
import type { Finding } from '../../shared/model/finding.ts'
import { partSizeOf, piecesOf } from '../../shared/model/train/batchParts.ts'
import type { TrainConfig } from '../../shared/model/trainConfig.ts'
import { describeFinding } from '../../shared/model/findingText.ts'
import { lossAmounts, lossShares, lossSharesInput } from '../losses/shares.ts'
import type { Loader } from '../data/loader.ts'
import { learningRate } from '../optim/schedules/learningRate.ts'
import type { Hook, LoopState, StepFacts, Voice } from './hook.ts'
import type { Collective } from '../world.ts'
import type { Batch, TrainStep } from './step.ts'

export interface Loop {
  readonly step: TrainStep
  readonly state: LoopState
  readonly voice: Voice
  readonly loader: Loader
  readonly hooks: readonly Hook[]
  readonly signal: AbortSignal
  /** Of this process among its replicas. */
  readonly rank: number
  readonly collective: Collective
}

/**
 * Steps until the timetable ends or somebody asks for the end; the hooks run after every step. Of several replicas only the first has hooks; all
 * end after the same step. Errors: run/diverged,
 * run/unhealthy, device/failed, file/*, voc/*, disk/*, process/gone (another replica).
 */
export async function runLoop(loop: Loop): Promise<void> {
  const { state, voice, signal, hooks } = loop
  const after = async (facts: StepFacts | null) => {
    state.stopping ||= signal.aborted
    for (const hook of hooks) await hook.afterStep?.(state, voice, facts)
  }
  voice.status('running')
  // A stop or a kill may have fallen between a step and its validation.
  if (state.step > 0 && !signal.aborted) await after(null)
  let asked = false
  while (state.step < state.table.totalSteps && !(asked = await isEndAsked(loop))) {
    const facts = await oneStep(loop)
    state.step++
    if (signal.aborted) voice.status('stopping')
    await after(facts)
    // Messages (stop, disconnect) arrive only when the loop lets go.
    await new Promise<void>((resolve) => setImmediate(resolve))
  }
  // A stop that came after the last step's hooks still ends with a checkpoint.
  if (asked || signal.aborted || state.ending) {
    state.stopping = true
    await after(null)
  }
  if (state.ending?.kind === 'unhealthy') throw unhealthy(state.ending.finding)
  const finished =
    state.ending?.kind === 'enough' ||
    (state.step >= state.table.totalSteps &&
      !(signal.aborted && state.validatedStep !== state.step && hooks.some((hook) => hook.name === 'validation')))
  state.leftSeconds = finished ? 0 : null
  voice.status(finished ? 'finished' : 'stopped')
}

/** Whether any replica was told to stop, or has a reason to end. What the others take of the machine comes with the answer. */
async function isEndAsked({ state, signal, collective, rank }: Loop): Promise<boolean> {
  const { user, system } = process.cpuUsage()
  const taken = rank === 0 ? [0, 0] : [process.memoryUsage.rss(), (user + system) / 1000]
  const sums = Float64Array.of(signal.aborted || state.ending ? 1 : 0, ...taken)
  await collective.allReduce(sums)
  state.others = { memoryBytes: sums[1]!, cpuMs: sums[2]! }
  return sums[0]! > 0
}

const unhealthy = (finding: Finding): AppError =>
  new AppError('run/unhealthy', `paused at step ${finding.step}: ${describeFinding(finding)}`, {
    finding: finding.key,
    step: finding.step,
    ...finding.data,
  })

/** What goes through the network at once: a batch, or a part of it. */
interface Piece extends Batch {
  readonly image: Float32Array
  readonly labels: Int32Array
}

/** A class has one of so many indices, 255 is none. */
const classIndices = 256

/**
 * Where a batch is computed in pieces, here or by other replicas, each comes with what it counts in the mean of every loss. `shown`: see
 * `StepFacts`.
 */
async function withShares(
  pieces: readonly Piece[],
  config: TrainConfig,
  collective: Collective,
): Promise<{ whole: readonly Batch[]; shown: Uint8Array | null }> {
  const all = piecesOf(config)
  if (all === 1) return { whole: pieces, shown: null }
  const { batchParts } = config.device
  const amounts = pieces.map(({ labels }) => lossAmounts(config.loss, labels, partSizeOf(config), 255))
  const losses = config.loss.length
  // One sum per batch and loss, and behind them how many replicas show each class.
  const counts = config.optimizer.accumulate * losses
  const sums = new Float64Array(counts + classIndices)
  const batchOf = (piece: number): number => Math.floor(piece / batchParts) * losses
  amounts.forEach((own, piece) => own.forEach((amount, i) => (sums[batchOf(piece) + i]! += amount)))
  for (const { labels } of pieces) for (const index of labels) if (index < classIndices) sums[counts + index] = 1
  await collective.allReduce(sums)
  const whole = pieces.map((piece, i) => {
    const of = sums.subarray(batchOf(i), batchOf(i) + losses)
    return { ...piece, [lossSharesInput]: lossShares(amounts[i]!, of, all) }
  })
  return { whole, shown: Uint8Array.from(sums.subarray(counts), (replicas) => (replicas > 0 ? 1 : 0)) }
}

/** Equal parts of a batch, as views. */
function inParts(image: Float32Array, labels: Int32Array, parts: number): Piece[] {
  const part = <T extends Float32Array | Int32Array>(of: T, i: number): T =>
    of.subarray((of.length / parts) * i, (of.length / parts) * (i + 1)) as T
  return Array.from({ length: parts }, (_, i) => ({ image: part(image, i), labels: part(labels, i) }))
}

/** Below it, overflow is no matter of scale. */
const smallestLossScale = 2 ** -10

async function oneStep({ step, state, loader, collective }: Loop): Promise<StepFacts> {
  const { config } = state
  const { accumulate, lr: base } = config.optimizer
  const { batchParts } = config.device
  const lr = learningRate(config.schedule, base, state.step, state.table)
  const begun = performance.now()
  let dataMs = 0
  const batches: Piece[] = []
  for (let i = 0; i < accumulate; i++) {
    const from = performance.now()
    const batch = await loader.next()
    if (!batch) throw new CancelledError('the data loader was closed')
    dataMs += performance.now() - from
    // The loader's memory is valid until its next batch only.
    const keep = i < accumulate - 1
    batches.push(...inParts(keep ? batch.images.slice() : batch.images, keep ? batch.labels.slice() : batch.labels, batchParts))
  }
  const { whole, shown } = await withShares(batches, config, collective)
  const result = await step.run(whole, lr)
  if (result.skipped && result.lossScale! < smallestLossScale)
    throw new AppError(
      'run/diverged',
      `the gradients overflow float16 at step ${state.step + 1} however small the loss scale is; use precision fp32`,
      {
        step: state.step + 1,
        loss: String(result.loss),
        lr,
      },
    )
  if (!Number.isFinite(result.loss) && !result.skipped)
    throw new AppError(
      'run/diverged',
      `the loss became ${result.loss} at step ${state.step + 1}; a smaller learning rate or clipNorm may help`,
      { step: state.step + 1, loss: String(result.loss), lr },
    )
  return { ...result, lr, dataMs, stepMs: performance.now() - begun - dataMs, batches, shown }
}
