import { describe, expect, it } from 'vitest'
import { GraphBuilder } from '../graph/builder.ts'
import { encodeModel } from '../graph/codec.ts'
import { Session, hostData, hostTensor } from '../runtime/session.ts'
import { meanCrossEntropy, type CrossEntropyOptions } from './crossEntropy.ts'

const logits = Float32Array.of(1, 2, -1, 0, 3, 1, 0.5, 0, 2, -2, 1, 1)

async function loss(labels: Int32Array, options: CrossEntropyOptions): Promise<number> {
  const b = new GraphBuilder()
  b.output('loss', meanCrossEntropy(b, b.input('logits', 'float32', [1, 3, 2, 2]), b.input('labels', 'int32', [1, 2, 2]), options))
  const session = await Session.create(encodeModel(b.graph()), { provider: 'cpu', threads: 1 })
  const result = await session.run({ logits: hostTensor(logits, [1, 3, 2, 2]), labels: hostTensor(labels, [1, 2, 2]) })
  await session.dispose()
  return (hostData(result['loss']!) as Float32Array)[0]!
}

const at = (pixel: number, label: number): number => {
  const x = [0, 1, 2].map((k) => logits[k * 4 + pixel]!)
  return Math.log(x.reduce((sum, v) => sum + Math.exp(v), 0)) - x[label]!
}

describe('mean cross entropy', () => {
  it('averages over valid pixels, or over all of them', async () => {
    const labels = Int32Array.of(0, 255, 2, 1)
    const sum = at(0, 0) + at(2, 2) + at(3, 1)
    expect(await loss(labels, { ignoreIndex: 255, avgNonIgnore: true })).toBeCloseTo(sum / 3, 6)
    expect(await loss(labels, { ignoreIndex: 255, avgNonIgnore: false })).toBeCloseTo(sum / 4, 6)
    expect(await loss(Int32Array.of(0, 2, 2, 1), { ignoreIndex: 2, avgNonIgnore: true })).toBeCloseTo((at(0, 0) + at(3, 1)) / 2, 6)
  })

  it('is 0 without a valid pixel', async () => {
    expect(await loss(new Int32Array(4).fill(255), { ignoreIndex: 255, avgNonIgnore: true })).toBe(0)
  })
})
