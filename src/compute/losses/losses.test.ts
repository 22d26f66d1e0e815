import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { lossSchema } from '../../shared/model/train/losses/table.ts'
import { backward } from '../autodiff/backward.ts'
import { GraphBuilder } from '../graph/builder.ts'
import { encodeModel } from '../graph/codec.ts'
import { Session, hostData, hostTensor } from '../runtime/session.ts'
import { asFloat32, asInt32, readSafetensors } from '../weights/safetensors.ts'
import { balancedWeights } from './loss.ts'
import { buildLoss, denseLoss } from './table.ts'

const file = readSafetensors(readFileSync(new URL('../../../tests/fixtures/losses/losses.safetensors', import.meta.url)))
const cases = JSON.parse(file.metadata['cases']!) as { input: string; config: Record<string, unknown>; loss: number }[]
const pixelCounts = JSON.parse(file.metadata['pixelCounts']!) as number[]
const shape = [2, 4, 6, 7] as const
const labelShape = [2, 6, 7] as const

async function lossAndGradient(config: unknown, input: string): Promise<{ loss: number; gradient: Float32Array }> {
  const b = new GraphBuilder()
  const logits = b.input('logits', 'float32', shape)
  const labels = b.input('labels', 'int32', labelShape)
  const loss = buildLoss({ b, logits, labels, ignoreIndex: 255, pixelCounts }, lossSchema.parse(config))
  b.output('loss', loss)
  b.output('gradient', backward(b, { loss }, [logits])[0]!)
  const session = await Session.create(encodeModel(b.graph()), { provider: 'cpu', threads: 1 })
  const results = await session.run({
    logits: hostTensor(asFloat32(file.tensors.get(`${input}.logits`)!), shape),
    labels: hostTensor(asInt32(file.tensors.get(`${input}.labels`)!), labelShape),
  })
  const read = (name: string): Float32Array => (hostData(results[name]!) as Float32Array).slice()
  const answer = { loss: read('loss')[0]!, gradient: read('gradient') }
  await session.dispose()
  return answer
}

const norm = (x: Float32Array): number => Math.hypot(...x)

describe('every loss and its gradient against PyTorch', () => {
  it('covers every type of the schema', () => {
    expect(new Set(cases.map(({ config }) => config['type']))).toEqual(new Set(lossSchema.options.map((o) => o.shape.type.value)))
  })

  it.each(cases.map((c, i) => ({ ...c, i, title: `${JSON.stringify(c.config)} on ${c.input}` })))(
    '$title',
    async ({ i, config, input, loss }) => {
      const ours = await lossAndGradient(config, input)
      expect(Math.abs(ours.loss - loss)).toBeLessThanOrEqual(1e-5 * Math.max(Math.abs(loss), 1e-2))
      const theirs = asFloat32(file.tensors.get(`${i}.gradient`)!)
      const difference = norm(ours.gradient.map((value, k) => value - theirs[k]!))
      expect(difference).toBeLessThanOrEqual(2e-5 * Math.max(norm(theirs), 1e-3))
    },
  )
})

describe('a list of losses', () => {
  const entry = (config: object) => lossSchema.parse({ type: 'crossEntropy', ...config })

  it('is the weighted sum; an entry of weight 0 is measured and teaches nothing', async () => {
    const list = [entry({ weight: 2 }), entry({ avgNonIgnore: false, weight: 0.5, name: 'all' }), entry({ weight: 0 })]
    const b = new GraphBuilder()
    const logits = b.input('logits', 'float32', shape)
    const { total, parts } = denseLoss({ list, ignoreIndex: 255 })(b, logits, b.input('labels', 'int32', labelShape))
    b.output('total', total)
    for (const [name, value] of Object.entries(parts)) b.output(name, value)
    const session = await Session.create(encodeModel(b.graph()), { provider: 'cpu', threads: 1 })
    const results = await session.run({
      logits: hostTensor(asFloat32(file.tensors.get('ignored.logits')!), shape),
      labels: hostTensor(asInt32(file.tensors.get('ignored.labels')!), labelShape),
    })
    const value = (name: string): number => (hostData(results[name]!) as Float32Array)[0]!
    expect(Object.keys(parts)).toEqual(['crossEntropy', 'all', 'crossEntropy-2'])
    expect(value('crossEntropy-2')).toBe(value('crossEntropy'))
    expect(value('all')).toBeLessThan(value('crossEntropy'))
    expect(value('total')).toBeCloseTo(2 * value('crossEntropy') + 0.5 * value('all'), 5)
    await session.dispose()
  })

  it('balances classes so that the mean weight over the pixels is 1, up to the limit', () => {
    const weights = balancedWeights([900, 100])
    expect(0.9 * weights[0]! + 0.1 * weights[1]!).toBeCloseTo(1, 12)
    expect(balancedWeights([1e6, 1, 0])).toEqual([expect.closeTo(0.5, 5), 100, 1])
  })
})
