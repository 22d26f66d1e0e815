import { describe, expect, it } from 'vitest'
import { GraphBuilder } from '../graph/builder.ts'
import { encodeModel } from '../graph/codec.ts'
import type { Graph, Value } from '../graph/graph.ts'
import { bindWeights } from '../graph/passes.ts'
import { conv2d } from '../ops/conv.ts'
import { add } from '../ops/elementwise.ts'
import { matMul } from '../ops/matmul.ts'
import { batchNormEval } from '../ops/norm.ts'
import { resizeBilinear } from '../ops/resize.ts'
import { reshape } from '../ops/shape.ts'
import { Session, hostData, hostTensor } from '../runtime/session.ts'
import { symbolDim } from '../tensor/dim.ts'
import { counterRng } from '../tensor/rng.ts'
import { foldConstants } from './constantFolding.ts'
import { spreadBatchNorm } from './spreadBatchNorm.ts'

const weights = (name: string): Float32Array => {
  const rng = counterRng(1, name)
  const length = { left: 8, right: 6 }[name] ?? 4
  // Variances are positive; everything else is drawn.
  return Float32Array.from({ length }, () => (name === 'variance' ? 0.5 + rng.uniform() : rng.normal()))
}

function norm(b: GraphBuilder, x: Value): Value {
  const vector = (name: string) => b.param(name, [4])
  return batchNormEval(b, x, vector('scale'), vector('bias'), vector('mean'), vector('variance'), 1e-3)
}

/** norm(conv(x) + resize(conv(small))), the weights of the first convolution a product of two others. */
function build(end: (b: GraphBuilder, sum: Value, first: Value) => Value): Graph {
  const b = new GraphBuilder()
  const [height, width] = [symbolDim('H'), symbolDim('W')]
  const x = b.input('x', 'float32', [1, 3, height, width])
  const small = b.input('small', 'float32', [1, 3, symbolDim('h'), symbolDim('w')])
  const kernel = reshape(b, matMul(b, b.param('left', [4, 2]), b.param('right', [2, 3])), [4, 3, 1, 1])
  const first = conv2d(b, x, kernel, b.param('offset', [4]), {})
  const second = resizeBilinear(b, conv2d(b, small, kernel, null, {}), [height, width])
  b.output('y', end(b, add(b, first, second), first))
  return bindWeights(b.graph(), weights)
}

async function run(graph: Graph): Promise<Float32Array> {
  const session = await Session.create(encodeModel(graph), { provider: 'cpu', threads: 1 })
  const rng = counterRng(2, 'x')
  const feed = (shape: number[]) =>
    hostTensor(
      Float32Array.from({ length: shape.reduce((a, c) => a * c, 1) }, () => rng.normal()),
      shape,
    )
  const { y } = await session.run({ x: feed([1, 3, 4, 4]), small: feed([1, 3, 2, 2]) })
  const data = (hostData(y!) as Float32Array).slice()
  await session.dispose()
  return data
}

/** Node types without the arithmetic of shapes. */
const types = (graph: Graph) => graph.nodes.map((node) => node.type).filter((type) => !['Shape', 'Gather', 'Mul', 'Concat'].includes(type))
const largest = (a: Float32Array, b: Float32Array) => a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0)

describe('export passes', () => {
  it('computes what depends on weights alone, and keeps the numbers', async () => {
    const graph = build((b, sum) => norm(b, sum))
    const folded = await foldConstants(graph)
    expect(types(graph)).toContain('MatMul')
    expect(types(folded)).toEqual(['Conv', 'Conv', 'Resize', 'Add', 'BatchNormalization'])
    expect(await run(folded)).toEqual(await run(graph))
  })
  it('spreads batch norm over the convolutions of a sum', async () => {
    const graph = await foldConstants(build((b, sum) => norm(b, sum)))
    const spread = spreadBatchNorm(graph)
    expect(types(spread)).toEqual(['Conv', 'Conv', 'Resize', 'Add'])
    expect(largest(await run(spread), await run(graph))).toBeLessThan(1e-5)
  })
  it('leaves batch norm where a part of the sum has another reader', async () => {
    const graph = await foldConstants(build((b, sum, first) => add(b, norm(b, sum), first)))
    const spread = spreadBatchNorm(graph)
    expect(types(spread)).toContain('BatchNormalization')
    expect(await run(spread)).toEqual(await run(graph))
  })
})
