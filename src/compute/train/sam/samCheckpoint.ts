import { AppError } from '../../../shared/errors.ts'
import { asFloat32, type WritableTensor } from '../../weights/safetensors.ts'
import { CheckpointStore } from '../checkpointStore.ts'
import type { CheckpointContent, LoadedCheckpoint } from '../checkpointFiles.ts'
import type { NamedArray, TrainStep } from '../step.ts'

/** What a checkpoint says about its run. */
interface RunFacts {
  readonly runId: string
  readonly attempt: number
  readonly seed: number
  readonly configHash: string
}

/** The pictures are not stored but rendered. */
const rendered = 'rendered scenes'

const modelPrefix = /^(ema\.)?(?:param|buffer)\./

/** Everything a resume needs, read out of the step. */
export async function samCheckpoint(step: TrainStep, { runId, attempt, seed, configHash }: RunFacts): Promise<CheckpointContent> {
  const { tensors, updates, lossScale, step: done } = await step.readState()
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
      runId,
      attempt,
      step: done,
      epoch: 0,
      seed,
      snapshotHash: rendered,
      configHash,
      validatedStep: 0,
      primary: null,
      updates,
      lossScale,
      hooks: {},
      wall: Date.now(),
    },
    model,
    average: average.length > 0 ? average : undefined,
    optimizer,
  }
}

/** Puts a checkpoint into the step. Errors: run/not-resumable (the config changed), checkpoint/damaged. */
export async function writeSamCheckpoint(
  step: TrainStep,
  { state, model, average, optimizer }: LoadedCheckpoint,
  { configHash }: RunFacts,
): Promise<void> {
  if (state.configHash !== configHash)
    throw new AppError('run/not-resumable', 'the config of the run is not that of its checkpoint', { why: 'otherConfig' })
  const buffers = new Set(step.buffers.map(({ name }) => name))
  const tensors = new Map<string, NamedArray>()
  const add = (prefix: string, part: LoadedCheckpoint['model']): void => {
    for (const [name, tensor] of part)
      tensors.set(`${prefix}${buffers.has(name) ? 'buffer' : 'param'}.${name}`, { shape: tensor.shape, data: asFloat32(tensor) })
  }
  add('', model)
  if (average) add('ema.', average)
  for (const [name, tensor] of optimizer) tensors.set(name, { shape: tensor.shape, data: asFloat32(tensor) })
  await step.writeState({ step: state.step, updates: state.updates, lossScale: state.lossScale, tensors })
}

/** Weights and running statistics of another run's newest checkpoint, the averaged ones where there are any; returns a line for the log. Errors: checkpoint/*. */
export async function beginWith(step: TrainStep, folder: string): Promise<string> {
  const { state, name, model, average } = await new CheckpointStore(folder).load('last')
  const own = await step.readState()
  const tensors = new Map(own.tensors)
  for (const [key, { shape }] of own.tensors) {
    const prefix = modelPrefix.exec(key)
    if (!prefix) continue
    const tensor = average?.get(key.slice(prefix[0].length)) ?? model.get(key.slice(prefix[0].length))
    if (tensor) tensors.set(key, { shape, data: asFloat32(tensor) })
  }
  await step.writeState({ ...own, tensors })
  return `begins with ${name} of ${folder}, step ${state.step}`
}
