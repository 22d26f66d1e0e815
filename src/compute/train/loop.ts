import { AppError } from '../../shared/errors.ts'
import type { Finding } from '../../shared/model/finding.ts'
import { describeFinding } from '../../shared/model/findingText.ts'
import { learningRate } from '../optim/schedules/learningRate.ts'
import type { Hook, LoopState, StepFacts, Voice } from './hook.ts'
import type { Collective } from '../world.ts'
import type { Batch, TrainStep } from './step.ts'

/** What a step is made of. */
export interface Fed {
  /** The micro-batches as they are computed. */
  readonly whole: readonly Batch[]
  /** The same as the hooks see them. */
  readonly batches: readonly Batch[]
  readonly shown: Uint8Array | null
  /** Spent on waiting for data. */
  readonly dataMs: number
}

export interface Loop {
  readonly step: TrainStep
  readonly state: LoopState
  readonly voice: Voice
  /** The micro-batches of the next step; rejects as cancelled when there are none any more. */
  readonly feed: () => Promise<Fed>
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

/** Below it, overflow is no matter of scale. */
const smallestLossScale = 2 ** -10

async function oneStep({ step, state, feed }: Loop): Promise<StepFacts> {
  const { config } = state
  const lr = learningRate(config.schedule, config.optimizer.lr, state.step, state.table)
  const begun = performance.now()
  const { whole, batches, shown, dataMs } = await feed()
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
