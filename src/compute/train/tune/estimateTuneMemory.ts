import path from 'node:path'
import type { MemoryEstimate } from '../../../shared/model/memory.ts'
import { requireSamTune } from '../../../shared/model/samTuneParse.ts'
import { peakLiveBytes } from '../../graph/liveBytes.ts'
import { statesOf } from '../../optim/optimizers/table.ts'
import { readSamWeights } from '../../weights/samWeightsFile.ts'
import { arenaFactor, processBytes } from '../estimateMemory.ts'
import { gradientGraph } from '../stepGraph.ts'
import { encoderBytesOfFile } from './encoderMemory.ts'
import { tuneModel } from './tuneStep.ts'

/** The pair of files that validates, its sessions, and decoded pictures that are kept. */
const besideBytes = 400e6
/** Batches that are ready or on their way. */
const waitingBatches = 4

/**
 * What a training of a SAM will hold in memory on the CPU, from the shapes of its graphs: while it trains, or before, while an encoder that stays as it is
 * encodes the pictures. Errors: config/*, weights/*, file/*.
 */
export async function estimateTuneMemory(given: unknown, encoderFile: string): Promise<MemoryEstimate> {
  const config = requireSamTune(given)
  const base = await readSamWeights(path.dirname(encoderFile))
  const { model, shape } = tuneModel(config, base)
  const { optimizer, ema, device } = config
  const { graph, net } = gradientGraph({ model, optimizer, ...shape })
  const activations = arenaFactor * peakLiveBytes(graph, (name) => net.b.typeOf(name))
  const count = (dims: readonly number[]): number => dims.reduce((a, b) => a * b, 1)
  const parameters = net.parameters.reduce((sum, { shape: dims }) => sum + count(dims), 0)
  const severalParts = optimizer.accumulate * device.batchParts > 1
  const copies = 2 + statesOf(optimizer).length + (ema.enabled ? 1 : 0) + (severalParts ? 1 : 0)
  const batch = device.batchParts * model.batchInputs(shape).reduce((sum, { shape: dims }) => sum + 4 * count(dims), 0)
  const training = processBytes + besideBytes + 4 * copies * parameters + activations + waitingBatches * batch
  // Where it cannot be told, it takes the training at least.
  const encoding = processBytes + (encoderBytesOfFile(encoderFile, base) ?? 0)
  // A batch in parts makes the training smaller, the encoder not.
  const shrinks = Math.max(0, Math.min(activations, training - encoding))
  return { bytes: Math.round(Math.max(training, encoding)), activations: Math.round(shrinks) }
}
