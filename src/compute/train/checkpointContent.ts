import { AppError } from '../../shared/errors.ts'
import { asFloat32 } from '../weights/safetensors.ts'
import type { WritableTensor } from '../weights/safetensors.ts'
import type { CheckpointContent, LoadedCheckpoint } from './checkpointFiles.ts'
import type { Hook, LoopState } from './hook.ts'
import { configHash } from './setup.ts'
import type { RunInputs } from './setup.ts'
import type { NamedArray, TrainStep } from './step.ts'
import { epochAt } from '../../shared/model/timetable.ts'

/** model.safetensors and ema.safetensors carry the official names (parameters and running statistics); optimizer.safetensors the rest. */
const modelPrefix = /^(ema\.)?(?:param|buffer)\./

/** What a checkpoint belongs to: it is of no use to a run whose hashes differ. */
export interface ResumeFacts {
  readonly seed: number
  readonly snapshotHash: string
  readonly configHash: string
}

export const resumeFacts = ({ config, snapshot }: RunInputs): ResumeFacts => ({
  seed: config.seed,
  snapshotHash: snapshot.hash,
  configHash: configHash(config),
})

/** Everything a resume needs, read out of the step. */
export async function checkpointContent(
  step: TrainStep,
  state: LoopState,
  run: ResumeFacts & { runId: string; attempt: number; hooks: readonly Hook[] },
): Promise<CheckpointContent> {
  const { tensors, updates, lossScale } = await step.readState()
  const model: WritableTensor[] = []
  const average: WritableTensor[] = []
  const optimizer: WritableTensor[] = []
  for (const [name, { shape, data }] of tensors) {
    const prefix = modelPrefix.exec(name)
    if (prefix) (prefix[1] ? average : model).push({ name: name.slice(prefix[0].length), dtype: 'F32', shape, data })
    else optimizer.push({ name, dtype: 'F32', shape, data })
  }
  return {
    state: {
      version: 1,
      runId: run.runId,
      attempt: run.attempt,
      step: state.step,
      epoch: epochAt(state.table, state.step),
      seed: run.seed,
      snapshotHash: run.snapshotHash,
      configHash: run.configHash,
      validatedStep: state.validatedStep,
      primary: state.primary,
      updates,
      lossScale,
      hooks: Object.fromEntries(run.hooks.flatMap((hook) => (hook.save ? [[hook.name, hook.save()]] : []))),
      wall: Date.now(),
    },
    model,
    average: average.length > 0 ? average : undefined,
    optimizer,
  }
}

/** Puts a checkpoint into the step. Errors: run/not-resumable (the config or the data changed), checkpoint/damaged. */
export async function restoreStep(step: TrainStep, checkpoint: LoadedCheckpoint, facts: Omit<ResumeFacts, 'seed'>): Promise<void> {
  if (checkpoint.state.snapshotHash !== facts.snapshotHash)
    throw new AppError('run/not-resumable', 'the data of the run are not those of its checkpoint', { why: 'otherData' })
  if (checkpoint.state.configHash !== facts.configHash)
    throw new AppError('run/not-resumable', 'the config of the run is not that of its checkpoint', { why: 'otherConfig' })
  const { step: done, updates, lossScale } = checkpoint.state
  const tensors = new Map<string, NamedArray>()
  const buffers = new Set(step.buffers.map(({ name }) => name))
  const named = (prefix: string, part: LoadedCheckpoint['model']) => {
    for (const [name, tensor] of part)
      tensors.set(`${prefix}${buffers.has(name) ? 'buffer' : 'param'}.${name}`, { shape: tensor.shape, data: asFloat32(tensor) })
  }
  named('', checkpoint.model)
  if (checkpoint.average) named('ema.', checkpoint.average)
  for (const [name, tensor] of checkpoint.optimizer) tensors.set(name, { shape: tensor.shape, data: asFloat32(tensor) })
  await step.writeState({ step: done, updates, lossScale, tensors })
}
