import { describe, expect, it } from 'vitest'
import { GraphBuilder } from '../graph/builder.ts'
import { encodeModel } from '../graph/codec.ts'
import type { Value } from '../graph/graph.ts'
import { floor, mul, square } from '../ops/elementwise.ts'
import { linearOp } from '../ops/matmul.ts'
import { batchNormTrain } from '../ops/norm.ts'
import { reduceSum } from '../ops/reduce.ts'
import { reshape } from '../ops/shape.ts'
import { sessionRunner } from '../runtime/sessionRunner.ts'
import { backward } from './backward.ts'

const load = sessionRunner({ provider: 'cpu', threads: 1 })

async function evaluate(b: GraphBuilder, values: Record<string, Value | undefined>, x: number[]): Promise<Record<string, number[]>> {
  for (const [name, value] of Object.entries(values)) if (value) b.output(name, value)
  const result = await (await load(encodeModel(b.graph())))({ x: { dtype: 'float32', dims: [x.length], data: Float32Array.from(x) } })
  return Object.fromEntries(Object.entries(result).map(([name, t]) => [name, Array.from(t.data, Number)]))
}

const sum = (b: GraphBuilder, x: Value): Value => reduceSum(b, x, [0])

describe('backward', () => {
  it('adds up the uses of a value: d(x^2 + 3x + x*x)/dx', async () => {
    const b = new GraphBuilder()
    const x = b.input('x', 'float32', [2])
    const loss = [square(b, x), mul(b, x, 3), mul(b, x, x)].map((t) => sum(b, t)).reduce((s, t) => b.accumulate([s, t]))
    const parts = [square(b, x), mul(b, x, 3), mul(b, x, x)]
    const [dx] = backward(b, { outputs: parts, cotangents: parts.map(() => b.constant([1, 1])) }, [x])
    expect(await evaluate(b, { loss, dx }, [2, -1])).toEqual({ loss: [4 + 6 + 4 + 1 - 3 + 1], dx: [11, -1] })
  })

  it('starts at a scalar loss and gives gradients of inner values too', async () => {
    const b = new GraphBuilder()
    const x = b.input('x', 'float32', [2])
    const inner = mul(b, x, 3)
    const [dx, dInner] = backward(b, { loss: sum(b, square(b, inner)) }, [x, inner])
    expect(await evaluate(b, { dx, dInner }, [1, 2])).toEqual({ dx: [18, 36], dInner: [6, 12] })
  })

  it('stops at stopGradient and at ops without a gradient', async () => {
    const b = new GraphBuilder()
    const x = b.input('x', 'float32', [2])
    const [dx] = backward(b, { loss: sum(b, mul(b, mul(b, x, b.stopGradient(x)), floor(b, x))) }, [x])
    expect(await evaluate(b, { dx }, [2.5, -1.5])).toEqual({ dx: [5, 3] })
  })

  it('counts an op that gives its input back once', async () => {
    const b = new GraphBuilder()
    const x = b.input('x', 'float32', [2])
    const [dx] = backward(b, { loss: sum(b, square(b, reshape(b, x, [2]))) }, [x])
    expect(await evaluate(b, { dx }, [3, 4])).toEqual({ dx: [6, 8] })
  })

  it('knows what the loss does not depend on', () => {
    const b = new GraphBuilder()
    const [x, y] = [b.input('x', 'float32', [2]), b.input('y', 'float32', [2])]
    expect(backward(b, { loss: sum(b, square(b, x)) }, [y])).toEqual([undefined])
  })

  it('computes only what is wanted', () => {
    const nodesFor = (wanted: (x: Value, w: Value) => Value[]): number => {
      const b = new GraphBuilder()
      const [x, w] = [b.input('x', 'float32', [2, 3]), b.param('w', [4, 3])]
      const y = b.op(linearOp, [x, w, undefined], {})
      const before = b.graph().nodes.length
      backward(b, { outputs: [y], cotangents: [b.input('dy', 'float32', [2, 4])] }, wanted(x, w))
      return b.graph().nodes.length - before
    }
    expect(nodesFor((_, w) => [w])).toBe(1)
    expect(nodesFor((x, w) => [x, w])).toBe(2)
  })

  it('leaves statistics of a batch norm out of the gradient', () => {
    const b = new GraphBuilder()
    const x = b.input('x', 'float32', [1, 2, 2, 2])
    const { mean } = batchNormTrain(b, x, b.param('scale', [2]), b.param('bias', [2]), 1e-5)
    expect(backward(b, { loss: sum(b, mean) }, [x])).toEqual([undefined])
  })

  it('refuses a loss that is not a scalar and a rule that gives the wrong shape', () => {
    const b = new GraphBuilder()
    const x = b.input('x', 'float32', [2])
    expect(() => backward(b, { loss: x }, [x])).toThrow('scalar')
    const wrong = { name: 'wrong', shapeRule: () => [x], emit: () => [b.node1('Exp', [x], x)], vjp: () => [b.constant(1)] }
    expect(() => backward(b, { loss: sum(b, b.op(wrong, [x], {})) }, [x])).toThrow('wrong: gradient float32[] for x float32[2]')
  })
})
