import { AppError, CancelledError } from '../../shared/errors.ts'
import type { Finding } from '../../shared/model/finding.ts'
import { describeFinding } from '../../shared/model/findingText.ts'
import type { Loader } from '../data/loader.ts'
import { learningRate } from '../optim/schedules/learningRate.ts'
import type { Hook, LoopState, StepFacts, Voice } from './hook.ts'
import type { Batch, TrainStep } from './step.ts'

export interface Loop {
  readonly step: TrainStep
  readonly state: LoopState
  readonly voice: Voice
  readonly loader: Loader
  readonly hooks: readonly Hook[]
  readonly signal: AbortSignal
}

/** Steps until the timetable ends or the signal asks for it; the hooks run after every step. Errors: run/diverged, run/unhealthy, device/failed, file/*, voc/*, disk/*. */
export async function runLoop(loop: Loop): Promise<void> {
  const { state, voice, signal, hooks } = loop
  const after = async (facts: StepFacts | null) => {
    state.stopping ||= signal.aborted
    for (const hook of hooks) await hook.afterStep?.(state, voice, facts)
  }
  voice.status('running')
  // A stop or a kill may have fallen between a step and its validation.
  if (state.step > 0 && !signal.aborted) await after(null)
  while (state.step < state.table.totalSteps && !signal.aborted && !state.ending) {
    const facts = await oneStep(loop)
    state.step++
    if (signal.aborted) voice.status('stopping')
    await after(facts)
    // Messages (stop, disconnect) arrive only when the loop lets go.
    await new Promise<void>((resolve) => setImmediate(resolve))
  }
  // A stop that came after the last step's hooks still ends with a checkpoint.
  if (signal.aborted || state.ending) {
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

const unhealthy = (finding: Finding): AppError =>
  new AppError('run/unhealthy', `paused at step ${finding.step}: ${describeFinding(finding)}`, {
    finding: finding.key,
    step: finding.step,
    ...finding.data,
  })

/** Equal parts of a batch, as views. */
function inParts(image: Float32Array, labels: Int32Array, parts: number): Batch[] {
  const part = <T extends Float32Array | Int32Array>(of: T, i: number): T =>
    of.subarray((of.length / parts) * i, (of.length / parts) * (i + 1)) as T
  return Array.from({ length: parts }, (_, i) => ({ image: part(image, i), labels: part(labels, i) }))
}

/** Below it, overflow is no matter of scale. */
const smallestLossScale = 2 ** -10

async function oneStep({ step, state, loader }: Loop): Promise<StepFacts> {
  const { config } = state
  const { accumulate, lr: base } = config.optimizer
  const { batchParts } = config.device
  const lr = learningRate(config.schedule, base, state.step, state.table)
  const begun = performance.now()
  let dataMs = 0
  const batches: Batch[] = []
  for (let i = 0; i < accumulate; i++) {
    const from = performance.now()
    const batch = await loader.next()
    if (!batch) throw new CancelledError('the data loader was closed')
    dataMs += performance.now() - from
    // The loader's memory is valid until its next batch only.
    const keep = i < accumulate - 1
    batches.push(...inParts(keep ? batch.images.slice() : batch.images, keep ? batch.labels.slice() : batch.labels, batchParts))
  }
  const result = await step.run(batches, lr)
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
  return { ...result, lr, dataMs, stepMs: performance.now() - begun - dataMs, batches }
}
