import type { MemoryEstimate } from '../../shared/model/memory.ts'
import { partSizeOf, shareSizeOf } from '../../shared/model/train/batchParts.ts'
import { requireTrainConfig } from '../../shared/model/trainConfigParse.ts'
import { peakLiveBytes } from '../graph/liveBytes.ts'
import { statesOf } from '../optim/optimizers/table.ts'
import { modelOf } from './setup.ts'
import { gradientGraph, inferenceGraph } from './stepGraph.ts'

/** Node.js, ONNX Runtime and two loaded graphs, in bytes; and what its arena takes for a byte of live tensors. Both measured on the CPU (docs/adr/0008). */
export const processBytes = 240e6
export const arenaFactor = 1.3
/** Batches the loader holds ready, and the image and label of a pixel. */
const loaderSlots = 3
const bytesPerPixel = 3 * 4 + 4

/**
 * What a training of a config with so many classes will hold in memory on the CPU, from the shapes of its graphs; pictures of the validation count
 * with the size of a crop. Errors: config/*.
 */
export function estimateMemory(given: unknown, classes: number): MemoryEstimate {
  const config = requireTrainConfig(given)
  const { data, optimizer, ema, loss } = config
  const [height, width] = data.cropSize
  // Balanced weights change numbers, not shapes.
  const even = loss.some((each) => 'classWeights' in each && each.classWeights === 'balanced')
    ? new Array<number>(classes).fill(1)
    : undefined
  const model = modelOf(config, classes, even)
  const batch = partSizeOf(config)
  const training = gradientGraph({ model, optimizer, batch, height, width })
  const activations = arenaFactor * peakLiveBytes(training.graph, (name) => training.net.b.typeOf(name))
  const inference = inferenceGraph(model)
  const validation =
    arenaFactor * peakLiveBytes(inference.graph, (name) => inference.net.b.typeOf(name), { N: 1, H: height, W: width }) +
    4 * classes * height * width
  const parameters = training.net.parameters.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0)
  const severalParts = optimizer.accumulate * config.device.batchParts > 1
  const copies = 2 + statesOf(optimizer).length + (ema.enabled ? 1 : 0) + (severalParts ? 1 : 0)
  const weights = 4 * copies * parameters
  const batches = loaderSlots * shareSizeOf(config) * height * width * bytesPerPixel
  return { bytes: Math.round(processBytes + weights + activations + validation + batches), activations: Math.round(activations) }
}
