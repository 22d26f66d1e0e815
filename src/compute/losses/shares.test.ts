import { describe, expect, it } from 'vitest'
import { lossSchema } from '../../shared/model/train/losses/table.ts'
import { seesWholeBatch } from '../../shared/model/train/losses/pieces.ts'
import { GraphBuilder } from '../graph/builder.ts'
import { encodeModel } from '../graph/codec.ts'
import { Session, hostData, hostTensor } from '../runtime/session.ts'
import { counterRng } from '../tensor/rng.ts'
import { lossAmounts, lossShares } from './shares.ts'
import { denseLoss } from './table.ts'

const classes = 3
const [height, width] = [6, 5]
const pixels = height * width
type Loss = ReturnType<typeof lossSchema.parse>

/** Runs a loss over pictures, in a graph of that many. */
async function lossOf(loss: Loss, logits: Float32Array, labels: Int32Array, shares?: Float32Array): Promise<number> {
  const pictures = labels.length / pixels
  const b = new GraphBuilder('loss')
  const inputs = [
    b.input('logits', 'float32', [pictures, classes, height, width]),
    b.input('labels', 'int32', [pictures, height, width]),
  ] as const
  const share = shares && b.input('shares', 'float32', [1])
  b.output('loss', denseLoss({ list: [loss], ignoreIndex: 255 })(b, ...inputs, share).total)
  const session = await Session.create(encodeModel(b.graph()), { provider: 'cpu', threads: 1 })
  try {
    const results = await session.run({
      logits: hostTensor(logits, [pictures, classes, height, width]),
      labels: hostTensor(labels, [pictures, height, width], 'int32'),
      ...(shares ? { shares: hostTensor(shares, [1]) } : {}),
    })
    return (hostData(results['loss']!) as Float32Array)[0]!
  } finally {
    await session.dispose()
  }
}

/** Four pictures: one without a label, one nearly void, one without the last class, one full. */
function pictures(): { logits: Float32Array; labels: Int32Array } {
  const rng = counterRng(3, 'pictures')
  const logits = Float32Array.from({ length: 4 * classes * pixels }, () => 2 * rng.normal())
  const labels = Int32Array.from({ length: 4 * pixels }, (_, i) => {
    const picture = Math.floor(i / pixels)
    if (picture === 0 || (picture === 1 && i % pixels > 3)) return 255
    return rng.int(picture === 2 ? 2 : 3)
  })
  return { logits, labels }
}

const list: object[] = [
  { type: 'crossEntropy' },
  { type: 'crossEntropy', avgNonIgnore: false, classWeights: [1, 2, 3], labelSmoothing: 0.1 },
  { type: 'crossEntropy', boundary: {} },
  { type: 'sigmoidFocal' },
  { type: 'sigmoidFocal', average: 'all' },
  { type: 'softmaxFocal' },
  { type: 'dice' },
  { type: 'dice', classes: 'present' },
  { type: 'dice', form: 'global', activation: 'sigmoid' },
  { type: 'tversky', classes: 'present' },
  { type: 'lovasz', per: 'image', maxPixels: null },
]

describe('a loss in pieces', () => {
  it.each(list.map((each): [string, Loss] => [JSON.stringify(each), lossSchema.parse(each)]))(
    '%s: the shares make the mean of the pieces that of the batch',
    async (_, loss) => {
      expect(seesWholeBatch(loss)).toBe(false)
      const { logits, labels } = pictures()
      const whole = await lossOf(loss, logits, labels)
      for (const pieces of [2, 4]) {
        const size = 4 / pieces
        const parts = Array.from({ length: pieces }, (_, i) => ({
          logits: logits.slice(i * size * classes * pixels, (i + 1) * size * classes * pixels),
          labels: labels.slice(i * size * pixels, (i + 1) * size * pixels),
        }))
        const amounts = parts.map((part) => lossAmounts([loss], part.labels, size, 255))
        const sums = Float64Array.of(amounts.reduce((sum, own) => sum + own[0]!, 0))
        const values = await Promise.all(
          parts.map((part, i) => lossOf(loss, part.logits, part.labels, lossShares(amounts[i]!, sums, pieces))),
        )
        const mean = values.reduce((sum, value) => sum + value, 0) / pieces
        expect(Math.abs(mean / whole - 1)).toBeLessThan(2e-6)
      }
    },
  )

  it('those that rank the pixels of a batch are known', () => {
    for (const each of [{ type: 'crossEntropy', ohem: {} }, { type: 'lovasz' }, { type: 'lovasz', per: 'image' }])
      expect(seesWholeBatch(lossSchema.parse(each))).toBe(true)
  })

  it('pieces without any label count as one each', () => {
    const none = Float64Array.of(0)
    expect(lossShares(none, none, 4)).toEqual(Float32Array.of(1))
  })
})
