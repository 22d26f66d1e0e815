import { join } from 'node:path'
import { AppError } from '../../shared/errors.ts'
import { encodeModel } from '../graph/codec.ts'
import type { Model } from '../models/model.ts'
import { Session, hostData, hostTensor } from '../runtime/session.ts'
import type { RuntimeTensor } from '../runtime/session.ts'
import { asFloat32 } from '../weights/safetensors.ts'
import type { CheckpointState } from './checkpointFiles.ts'
import { CheckpointStore } from './checkpointStore.ts'
import type { Infer } from '../predict/infer.ts'
import { modelOf, readRunInputs } from './setup.ts'
import type { RunInputs } from './setup.ts'
import { inferenceGraph } from './stepGraph.ts'

/** The network of a checkpoint (the average of its weights where one was kept), run by the training's own graph in eval mode: weights are fed, nothing is folded. */
export interface CheckpointModel {
  readonly inputs: RunInputs
  readonly state: CheckpointState
  readonly model: Model
  /** Its weights are a moving average. */
  readonly averaged: boolean
  readonly weights: (name: string) => Float32Array
  readonly infer: Infer
  dispose(): Promise<void>
}

/** Errors: checkpoint/not-found, checkpoint/damaged, config/*, file/*. */
export async function openCheckpoint(runFolder: string, which: 'best' | 'last', threads: number): Promise<CheckpointModel> {
  const inputs = await readRunInputs(runFolder)
  const checkpoint = await new CheckpointStore(join(runFolder, 'checkpoints')).load(which)
  const model = modelOf(inputs.config, inputs.snapshot.classes.length)
  const { graph } = inferenceGraph(model)
  const tensors = new Map<string, Float32Array>()
  const feeds: Record<string, RuntimeTensor> = {}
  for (const { name, shape } of [...graph.params, ...graph.buffers]) {
    const stored = (checkpoint.average ?? checkpoint.model).get(name)
    if (!stored || stored.shape.join() !== shape.join())
      throw new AppError('checkpoint/damaged', `${checkpoint.name} has no ${name} of ${shape.join('x')}`, {
        checkpoint: checkpoint.name,
        why: 'missingTensor',
        tensor: name,
      })
    const data = asFloat32(stored)
    tensors.set(name, data)
    feeds[name] = hostTensor(data, stored.shape)
  }
  const session = await Session.create(encodeModel(graph), { provider: 'cpu', threads })
  return {
    inputs,
    state: checkpoint.state,
    model,
    averaged: checkpoint.average !== undefined,
    weights: (name) => tensors.get(name)!,
    async infer(images, { batch, height, width }) {
      const { logits } = await session.run({ ...feeds, image: hostTensor(images, [batch, 3, height, width]) })
      return { shape: logits!.dims, data: hostData(logits!) as Float32Array }
    },
    dispose: () => session.dispose(),
  }
}
