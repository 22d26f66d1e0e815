import { afterEach, describe, expect, it } from 'vitest'
import { GraphBuilder } from '../../graph/builder.ts'
import type { Value } from '../../graph/graph.ts'
import { onnxTypeCode } from '../../tensor/dtype.ts'
import { add, mul } from '../../ops/elementwise.ts'
import { gatherElements, reshape } from '../../ops/shape.ts'
import { crossEntropy } from '../../ops/crossEntropy.ts'
import { backward } from '../../autodiff/backward.ts'
import { reduceMean } from '../../ops/reduce.ts'
import { createExecutor } from '../createExecutor.ts'
import type { Executor } from '../executor.ts'
import { hostData, hostTensor } from '../session.ts'
import { loadTfjs } from './library.ts'

const open: Executor[] = []
afterEach(async () => {
  for (const executor of open.splice(0)) await executor.dispose()
})
async function load(b: GraphBuilder): Promise<Executor> {
  const executor = await createExecutor(b.graph(), { provider: 'tfjs', threads: 1 })
  open.push(executor)
  return executor
}
const floats = (values: number[], dims = [values.length]) => hostTensor(Float32Array.from(values), dims)
const tensors = async (): Promise<number> => (await loadTfjs('cpu')).memory().numTensors

describe('a graph on TensorFlow.js', () => {
  it('frees every tensor of a run, and everything when it is disposed', async () => {
    const before = await tensors()
    const b = new GraphBuilder()
    const logits = b.input('logits', 'float32', [2, 3, 4])
    const { loss } = crossEntropy(b, logits, b.input('labels', 'int32', [2, 4]), { ignoreIndex: 255 })
    const mean = reduceMean(b, loss, [0, 1])
    b.output('loss', mean)
    b.output('gradient', backward(b, { loss: mean }, [logits])[0]!)
    const executor = await load(b)
    const feeds = {
      logits: floats(Array.from({ length: 24 }, (_, i) => i % 5), [2, 3, 4]),
      labels: hostTensor(Int32Array.of(0, 1, 2, 255, 2, 1, 0, 0), [2, 4]),
    } // prettier-ignore
    await executor.run(feeds)
    const kept = await tensors()
    const first = await executor.run(feeds)
    for (let i = 0; i < 5; i++) expect(hostData((await executor.run(feeds))['gradient']!)).toEqual(hostData(first['gradient']!))
    expect(await tensors()).toBe(kept)
    await executor.dispose()
    expect(await tensors()).toBe(before)
  })

  it('frees what a run that failed had made', async () => {
    const b = new GraphBuilder()
    const x = b.input('x', 'float32', [2])
    b.output('y', gatherElements(b, mul(b, x, 2), b.input('i', 'int64', [1]), 0))
    const executor = await load(b)
    await executor.run({ x: floats([1, 2]), i: hostTensor(BigInt64Array.of(1n), [1]) })
    const before = await tensors()
    const wide = executor.run({ x: floats([1, 2]), i: hostTensor(BigInt64Array.of(2n ** 40n), [1]) })
    await expect(wide).rejects.toMatchObject({ code: 'device/failed', message: expect.stringContaining('64-bit') as string })
    expect(await tensors()).toBe(before)
  })

  it('fills the arrays it is given, reads the fed ones afresh, and never hands out the memory of a feed', async () => {
    const b = new GraphBuilder()
    const x = b.input('x', 'float32', [2])
    b.output('sum', add(b, x, 1))
    b.output('same', x)
    b.output('shaped', reshape(b, x, [2, 1]))
    b.output('fixed', b.constant([7, 8], [2], 'int64'))
    const executor = await load(b)
    const [fed, sum] = [Float32Array.of(1, 2), new Float32Array(2)]
    const run = () => executor.run({ x: hostTensor(fed, [2]) }, { sum: hostTensor(sum, [2]), same: null, shaped: null, fixed: null })
    const results = await run()
    expect(hostData(results['sum']!)).toBe(sum)
    fed.set([5, 6])
    expect([...sum]).toEqual([2, 3])
    expect([...(hostData(results['same']!) as Float32Array), ...(hostData(results['shaped']!) as Float32Array)]).toEqual([1, 2, 1, 2])
    expect(hostData(results['fixed']!)).toEqual(BigInt64Array.of(7n, 8n))
    await run()
    expect([...sum]).toEqual([6, 7])
    expect(Object.keys(await executor.run({ x: floats([1, 2]) }, { same: null }))).toEqual(['same'])
  })

  it('refuses graphs and feeds it cannot compute, by name', async () => {
    const refuses = async (build: (b: GraphBuilder, x: Value) => Value, words: string) => {
      const b = new GraphBuilder()
      b.output('y', build(b, b.input('x', 'float32', [2])))
      await expect(load(b)).rejects.toMatchObject({ code: 'device/failed', message: expect.stringContaining(words) as string })
    }
    await refuses((b, x) => b.node1('Mystery', [x], x), 'Mystery')
    await refuses((b, x) => b.node1('ArgMax', [x], { dtype: 'int64', shape: [] }, { select_last_index: 1 }), 'select_last_index of ArgMax')
    await refuses((b) => b.input('half', 'float16', [2]), 'float16')
    await refuses((b, x) => b.node1('Cast', [x], { dtype: 'float16', shape: [2] }, { to: onnxTypeCode.float16 }), 'float16')
    const b = new GraphBuilder()
    b.output('y', add(b, b.input('x', 'float32', [2, 3]), 1))
    const executor = await load(b)
    await expect(executor.run({})).rejects.toMatchObject({ code: 'device/failed' })
    await expect(executor.run({ x: floats([1, 2, 3]) })).rejects.toThrow('the input x is float32[3]')
  })

  it('tells an allocation that failed from every other failure', async () => {
    const b = new GraphBuilder()
    b.output('y', b.node1('Expand', [b.input('x', 'float32', [1]), b.input('shape', 'int64', [2])], { dtype: 'float32', shape: [1, 1] }))
    const executor = await load(b)
    const shape = (...dims: bigint[]) => ({ x: floats([1]), shape: hostTensor(BigInt64Array.from(dims), [2]) })
    await expect(executor.run(shape(1n << 20n, 1n << 20n))).rejects.toMatchObject({ code: 'device/out-of-memory' })
    await expect(executor.run(shape(2n, -2n))).rejects.toMatchObject({ code: 'device/failed' })
  })
})
