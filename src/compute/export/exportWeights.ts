import { rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { AppError } from '../../shared/errors.ts'
import type { WeightNaming } from '../../shared/model/weights.ts'
import { syncFolder, writeDurable } from '../files/durableFile.ts'
import { inspectModel } from '../predict/onnxModel.ts'
import { CheckpointStore } from '../train/checkpointStore.ts'
import { renameWeights } from '../weights/names/recognise.ts'
import { asFloat32, writeSafetensors } from '../weights/safetensors.ts'
import type { WeightTensor } from '../weights/weightTensor.ts'

export interface ExportWeightsOptions {
  runFolder: string
  checkpoint: 'best' | 'last'
  /** The exported model that is meant: its checkpoint has to be the very one it was made from. */
  modelFile: string | null
  naming: WeightNaming
  outFile: string
}

export interface ExportedWeights {
  tensors: number
  bytes: number
  step: number
  /** Tensors the naming has no place for: the head, for MMSegmentation's, which is another network. */
  leftOut: string[]
}

/**
 * Writes the weights of a checkpoint (parameters and running statistics, float32; their average where one is kept, as every export) as .safetensors under the names of a naming. The same weights
 * give the same bytes. Errors: checkpoint/*, model/bad-file, disk/*.
 */
export async function exportWeights(options: ExportWeightsOptions): Promise<ExportedWeights> {
  const { runFolder, checkpoint, modelFile, naming, outFile } = options
  const { state, model, average } = await new CheckpointStore(join(runFolder, 'checkpoints')).load(checkpoint)
  const made = modelFile === null ? state.step : (await inspectModel(modelFile)).metadata.step
  if (made !== state.step)
    throw new AppError(
      'checkpoint/not-found',
      `the model was made from step ${made}; the ${checkpoint} checkpoint is that of step ${state.step} by now`,
      {
        checkpoint: `step ${made}`,
      },
    )
  const weights = new Map(
    [...(average ?? model)].map(([name, tensor]): [string, WeightTensor] => [
      name,
      { dtype: 'F32', shape: tensor.shape, read: () => asFloat32(tensor) },
    ]),
  )
  const { tensors, leftOut } = renameWeights(weights, naming)
  const writable = [...tensors].map(([name, tensor]) => ({ name, dtype: 'F32' as const, shape: tensor.shape, data: tensor.read() }))
  // Hugging Face's loader wants to be told that the tensors are PyTorch's.
  const pieces = writeSafetensors(writable, { format: 'pt', producer: 'maskwright', naming })
  const partial = `${outFile}.${process.pid}.partial`
  try {
    await writeDurable(partial, pieces)
    await rename(partial, outFile)
    await syncFolder(dirname(outFile))
  } finally {
    await rm(partial, { force: true })
  }
  return { tensors: tensors.size, bytes: pieces.reduce((sum, piece) => sum + piece.byteLength, 0), step: state.step, leftOut }
}
