import { createHash } from 'node:crypto'
import { join } from 'node:path'
import type { TrainEvent } from '../../../shared/api/compute/contract.ts'
import { AppError } from '../../../shared/errors.ts'
import type { SamTrainConfig } from '../../../shared/model/samTrainConfig.ts'
import { NORMALIZATION } from '../../data/normalize.ts'
import type { PromptedBatchSpec } from '../../data/scenes/promptedBatch.ts'
import { SceneSource } from '../../data/scenes/sceneSource.ts'
import { maskStride } from '../../models/smallSam/config.ts'
import { smallSamModel } from '../../models/smallSam/smallSam.ts'
import { learningRate } from '../../optim/schedules/learningRate.ts'
import { CheckpointStore } from '../checkpointStore.ts'
import { createTrainStep } from '../createStep.ts'
import { describePlan } from '../../optim/groups.ts'
import { RunLog } from '../runLog.ts'
import type { StepResult, TrainStep } from '../step.ts'
import { readSamConfig } from './samConfig.ts'
import { validateSam } from './validateSam.ts'
import { samCheckpoint, writeSamCheckpoint } from './samCheckpoint.ts'
import { samStart } from './samStart.ts'

/** Clicks of the simulation in a validation. */
const validationClicks = 10

interface SamRunOptions {
  readonly folder: string
  readonly signal: AbortSignal
  readonly onLine: (line: string) => void
}

/** Names what the loss curve follows from; the length of a run and its intervals may change. */
function samConfigHash({ seed, data, optimizer, ema, schedule, model }: SamTrainConfig): string {
  return createHash('sha256').update(JSON.stringify({ seed, data, optimizer, ema, schedule, model })).digest('hex')
}

const batchSpec = ({ seed, data }: SamTrainConfig): PromptedBatchSpec => ({
  seed,
  batch: data.batchSize,
  size: data.size,
  objects: data.objects,
  firstPoints: data.firstPoints,
  rounds: data.rounds,
  maskStride,
  normalization: NORMALIZATION,
})

/**
 * Trains the small SAM on rendered scenes in its folder (config.json; log.jsonl, log.txt and checkpoints/ are written) until the steps are done or
 * the signal asks for the end; goes on from the last whole checkpoint. Errors: file/not-found, config/invalid, weights/bad-file, checkpoint/damaged, run/not-resumable,
 * run/diverged, device/*, disk/*, process/gone.
 */
export async function runSmallSam({ folder, signal, onLine }: SamRunOptions): Promise<void> {
  const config = await readSamConfig(folder)
  const { data, optimizer, ema, loop, threads, seed } = config
  const model = smallSamModel({ objects: data.objects, firstPoints: data.firstPoints, rounds: data.rounds }, config.model)
  const store = new CheckpointStore(join(folder, 'checkpoints'), { keep: 3, onDamaged: (name, why) => onLine(`${name}: ${why}`) })
  await store.tidy()
  const known = await store.list()
  const attempt = (known.at(-1)?.attempt ?? 0) + 1
  const log = new RunLog(folder, attempt)
  const emit = (event: TrainEvent): void => {
    log.write(event)
    if (event.type === 'log') onLine(event.line)
  }
  const say = (line: string): void => emit({ type: 'log', line })
  const start = known.length > 0 ? null : await samStart(folder, config)
  const shape = { batch: data.batchSize, height: data.size, width: data.size }
  const step = await createTrainStep({ model, ...shape, optimizer, ema, seed, provider: 'cpu', threads })
  const facts = { runId: 'small-sam', attempt, seed, configHash: samConfigHash(config) }
  try {
    if (known.length > 0) {
      const loaded = await store.load('last')
      await writeSamCheckpoint(step, loaded, facts)
      say(`attempt ${attempt}: resumed from ${loaded.name}`)
    } else {
      const values = step.parameters.reduce((sum, { shape: dims }) => sum + dims.reduce((a, b) => a * b, 1), 0)
      say(`attempt ${attempt}: ${step.parameters.length} tensors, ${values} values; ${threads} threads`)
      for (const line of describePlan(step.plan)) say(line)
      if (start) say(await start(step))
    }
    const source = new SceneSource(batchSpec(config), step.steps * optimizer.accumulate)
    const save = async (): Promise<void> => {
      await store.save(await samCheckpoint(step, facts), { periodic: true, best: false })
      log.sync()
    }
    try {
      const validate = async (): Promise<void> => {
        await save()
        const scores = await validateSam(folder, { size: data.size, scenes: loop.validationScenes, clicks: validationClicks, threads })
        reportScores(scores, { step: step.steps, epoch: step.steps / loop.validateEvery, attempt }, emit)
      }
      await steps({ config, step, source, emit, save, validate, attempt, signal })
    } finally {
      await source.close()
    }
    await save()
    say(step.steps >= loop.steps ? 'finished' : `stopped after step ${step.steps}`)
  } catch (error) {
    say(`failed: ${error instanceof Error ? error.message : String(error)}`)
    throw error
  } finally {
    log.close()
    await step.dispose()
  }
}

interface Steps {
  readonly config: SamTrainConfig
  readonly step: TrainStep
  readonly source: SceneSource
  readonly emit: (event: TrainEvent) => void
  readonly save: () => Promise<void>
  readonly validate: () => Promise<void>
  readonly attempt: number
  readonly signal: AbortSignal
}

async function steps({ config, step, source, emit, save, validate, attempt, signal }: Steps): Promise<void> {
  const { optimizer, schedule, loop, data } = config
  const table = { stepsPerEpoch: loop.validateEvery, totalSteps: loop.steps }
  let results: StepResult[] = []
  let since = performance.now()
  while (step.steps < loop.steps && !signal.aborted) {
    const lr = learningRate(schedule, optimizer.lr, step.steps, table)
    const batches = []
    for (let i = 0; i < optimizer.accumulate; i++) batches.push(await source.next())
    const result = await step.run(batches, lr)
    if (!Number.isFinite(result.loss))
      throw new AppError('run/diverged', `the loss became ${result.loss} at step ${step.steps}`, { step: step.steps, lr })
    results.push(result)
    if (step.steps % loop.logEvery === 0) {
      const seconds = (performance.now() - since) / 1000
      const rate = (results.length * data.batchSize * optimizer.accumulate) / seconds
      report(results, { step: step.steps, totalSteps: loop.steps, lr, rate, attempt, epoch: step.steps / table.stepsPerEpoch }, emit)
      results = []
      since = performance.now()
    }
    if (step.steps % loop.validateEvery === 0 || step.steps === loop.steps) {
      await validate()
      since = performance.now()
    } else if (step.steps % loop.checkpointEvery === 0) await save()
    // Messages of the worker and signals arrive only when the loop lets go.
    await new Promise<void>((resolve) => setImmediate(resolve))
  }
}

/** What a validation found, as a line and as points of the split `val`. */
function reportScores(
  scores: Readonly<Record<string, number>>,
  at: { readonly step: number; readonly epoch: number; readonly attempt: number },
  emit: (event: TrainEvent) => void,
): void {
  const entries = Object.entries(scores)
  emit({ type: 'log', line: `validation at step ${at.step}  ${entries.map(([name, value]) => `${name} ${value.toFixed(3)}`).join('  ')}` })
  const wall = Date.now()
  emit({ type: 'metrics', points: entries.map(([name, value]) => ({ ...at, split: 'val', name, value, wall })) })
}

interface Progress {
  readonly step: number
  readonly totalSteps: number
  readonly lr: number
  readonly rate: number
  readonly attempt: number
  readonly epoch: number
}

/** One line and one event of means over the last steps. */
function report(results: readonly StepResult[], at: Progress, emit: (event: TrainEvent) => void): void {
  const mean = (of: (result: StepResult) => number): number => results.reduce((sum, r) => sum + of(r), 0) / results.length
  const values: Record<string, number> = { loss: mean((r) => r.loss), lr: at.lr, picturesPerSecond: at.rate }
  for (const name of Object.keys(results[0]!.losses)) values[name] = mean((r) => r.losses[name]!)
  values['gradientNorm'] = mean((r) => r.gradientNorm ?? 0)
  const shown = Object.entries(values).map(([name, value]) => `${name} ${value.toPrecision(4)}`)
  emit({ type: 'log', line: `step ${at.step}/${at.totalSteps}  ${shown.join('  ')}` })
  const wall = Date.now()
  const { attempt, step, epoch } = at
  const point = ([name, value]: [string, number]) => ({ attempt, step, epoch, split: 'train', name, value, wall })
  emit({ type: 'metrics', points: Object.entries(values).map(point) })
}
