import { expect, it } from 'vitest'
import { confident, lossAt, pullAt, untrained, type EvenBatch } from '../../shared/model/train/losses/magnitude.ts'
import { lossSchema } from '../../shared/model/train/losses/table.ts'
import { backward } from '../autodiff/backward.ts'
import { GraphBuilder } from '../graph/builder.ts'
import { encodeModel } from '../graph/codec.ts'
import { Session, hostData, hostTensor } from '../runtime/session.ts'
import { buildLoss } from './table.ts'

const [n, side] = [2, 8]

/** The loss and the sum of its |gradient| as the graph works them out, on pictures whose rows of pixels belong to the classes in turn. */
async function byGraph(config: unknown, { classes, own, other }: EvenBatch): Promise<{ loss: number; pull: number }> {
  const b = new GraphBuilder()
  const [shape, labelShape] = [
    [n, classes, side, side],
    [n, side, side],
  ]
  const logits = b.input('logits', 'float32', shape)
  const loss = buildLoss({ b, logits, labels: b.input('labels', 'int32', labelShape), ignoreIndex: 255 }, lossSchema.parse(config))
  b.output('loss', loss)
  b.output('gradient', backward(b, { loss }, [logits])[0]!)
  const session = await Session.create(encodeModel(b.graph()), { provider: 'cpu', threads: 1 })
  const labels = Int32Array.from({ length: n * side * side }, (_, i) => Math.floor(i / side) % classes)
  const x = Float32Array.from({ length: n * classes * side * side }, (_, i) => {
    const [pixel, k, picture] = [i % (side * side), Math.floor(i / (side * side)) % classes, Math.floor(i / (side * side * classes))]
    return labels[picture * side * side + pixel] === k ? own : other
  })
  const results = await session.run({ logits: hostTensor(x, shape), labels: hostTensor(labels, labelShape, 'int32') })
  const gradient = hostData(results['gradient']!) as Float32Array
  const answer = { loss: (hostData(results['loss']!) as Float32Array)[0]!, pull: gradient.reduce((sum, g) => sum + Math.abs(g), 0) }
  await session.dispose()
  return answer
}

const configs = [
  { type: 'crossEntropy' },
  { type: 'crossEntropy', labelSmoothing: 0.1 },
  { type: 'sigmoidFocal' },
  { type: 'sigmoidFocal', average: 'all', gamma: 0.5, alpha: 0.25 },
  { type: 'softmaxFocal', gamma: 3 },
  { type: 'dice' },
  { type: 'dice', activation: 'sigmoid', exponent: 1, smooth: 5 },
  { type: 'dice', form: 'global', activation: 'sigmoid' },
  { type: 'dice', form: 'global', naive: true, eps: 2 },
  { type: 'lovasz' },
  { type: 'lovasz', per: 'image' },
  { type: 'tversky', gamma: 0.75 },
]

it.each(configs)('an even batch has the loss and the pull of the graph: %o', async (config) => {
  const parsed = lossSchema.parse(config)
  for (const classes of [4, 8])
    for (const batch of [untrained(classes, side * side), confident(classes, side * side, 0.8)]) {
      const { loss, pull } = await byGraph(config, batch)
      expect(lossAt(parsed, batch)).toBeCloseTo(loss, 5)
      expect(pullAt(parsed, batch) / pull).toBeCloseTo(1, 3)
    }
})
