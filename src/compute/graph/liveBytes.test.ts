import { expect, it } from 'vitest'
import { symbolDim } from '../tensor/dim.ts'
import { GraphBuilder } from './builder.ts'
import { peakLiveBytes } from './liveBytes.ts'

const peakOf = (b: GraphBuilder, bindings?: Record<string, number>) => peakLiveBytes(b.graph(), (name) => b.typeOf(name), bindings)

it('counts what is alive at once, frees after the last use, and sees through views', () => {
  const b = new GraphBuilder()
  const x = b.input('x', 'float32', [10])
  const of = (size: number) => ({ dtype: 'float32' as const, shape: [size] })
  const early = b.node1('Relu', [x], of(10))
  const a = b.node1('Relu', [early], of(10))
  const view = b.node1('Reshape', [a, b.ints([5, 2])], { dtype: 'float32', shape: [5, 2] })
  const large = b.node1('Expand', [view, b.ints([10, 5, 2])], { dtype: 'float32', shape: [10, 5, 2] })
  const sum = b.node1('ReduceSum', [large, b.ints([0])], { dtype: 'float32', shape: [5, 2] })
  const end = b.node1('Add', [sum, view], { dtype: 'float32', shape: [5, 2] })
  b.output('end', end)
  // `a` lives to the end through its view, `large` and `sum` beside it; what is answered belongs to the caller.
  expect(peakOf(b)).toBe(4 * (10 + 100 + 10))
})

it('takes dynamic sizes from the bindings', () => {
  const b = new GraphBuilder()
  const n = symbolDim('N')
  const x = b.input('x', 'float32', [n, 3])
  b.output('y', b.node1('Relu', [b.node1('Relu', [x], x)], x))
  expect(peakOf(b, { N: 7 })).toBe(4 * 21)
})
