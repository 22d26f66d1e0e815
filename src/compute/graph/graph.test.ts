import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire'
import { describe, expect, it } from 'vitest'
import { reluOp } from '../ops/activation.ts'
import { conv2d } from '../ops/conv.ts'
import { add, exp, mul } from '../ops/elementwise.ts'
import { batchNormEval } from '../ops/norm.ts'
import { reshape } from '../ops/shape.ts'
import { sessionRunner } from '../runtime/sessionRunner.ts'
import { ceilDiv, floorDiv, mulDims, symbolDim } from '../tensor/dim.ts'
import { GraphBuilder } from './builder.ts'
import { decodeModel, encodeModel, encodeModelChunks, encodeModelProto, modelInitializers, modelMetadata } from './codec.ts'
import type { Graph } from './graph.ts'
import {
  bindWeights,
  eliminateCommonSubexpressions,
  eliminateDeadNodes,
  float16Weights,
  foldBatchNorm,
  topologicalOrder,
} from './passes.ts'

const load = sessionRunner({ provider: 'cpu', threads: 1 })
const floats = (dims: number[], value: (i: number) => number) => ({
  dtype: 'float32' as const,
  dims,
  data: Float32Array.from({ length: dims.reduce((a, b) => a * b, 1) }, (_, i) => value(i)),
})

describe('GraphBuilder', () => {
  it('keeps one copy of equal constants and tells types and shapes apart', () => {
    const b = new GraphBuilder()
    expect(b.constant([1, 2])).toBe(b.constant(Float32Array.of(1, 2)))
    expect(b.constant([1, 2])).not.toBe(b.constant([1, 2], [2, 1]))
    expect(b.constant(1)).not.toBe(b.constant(1, [], 'int32'))
    expect(b.graph().initializers).toHaveLength(4)
  })

  it('refuses names twice, and emitted shapes that the rule does not announce', () => {
    const b = new GraphBuilder()
    const x = b.input('x', 'float32', [2])
    expect(() => b.param('x', [2])).toThrow('taken')
    expect(() => b.op({ ...reluOp, shapeRule: () => [{ dtype: 'float32', shape: [3] }] }, [x], {})).toThrow('shape rule says')
    b.output('y', x)
    expect(() => b.output('y', x)).toThrow('two outputs')
  })

  it('names what a scope holds and remembers only whole ops on the tape', () => {
    const b = new GraphBuilder()
    const x = b.input('x', 'float32', [2])
    const y = b.scope('block', () =>
      exp(
        b,
        b.scope('inner', () => exp(b, x)),
      ),
    )
    expect(y.name).toBe('block/Exp')
    expect(b.graph().nodes.map((n) => n.name)).toEqual(['block/inner/Exp', 'block/Exp'])
    expect(b.tape).toHaveLength(2)
  })

  it('computes symbolic shapes inside the graph', async () => {
    const b = new GraphBuilder()
    const [n, h, w] = [symbolDim('N'), symbolDim('H'), symbolDim('W')]
    const x = b.input('x', 'float32', [n, 2, h, w])
    b.output('flat', reshape(b, x, [mulDims(n, h), 2, w]))
    b.output('sizes', b.shapeTensor([n, ceilDiv(h, 4), floorDiv(mulDims(h, w), 3), 7]))
    const result = await (await load(encodeModel(b.graph())))({ x: floats([2, 2, 5, 3], (i) => i) })
    expect(result['flat']!.dims).toEqual([10, 2, 3])
    expect([...(result['sizes']!.data as BigInt64Array)]).toEqual([2n, 2n, 5n, 7n])
  })
})

describe('codec', () => {
  function small(): GraphBuilder {
    const b = new GraphBuilder('small')
    const x = b.input('x', 'float32', [symbolDim('N'), 2])
    const y = add(b, x, b.constant([10, 20]))
    b.output('y', y)
    b.output('again', y)
    b.output('copy', x)
    b.metadata('classes', '["cat"]')
    return b
  }

  it('writes models that run, with outputs under their public names', async () => {
    const result = await (await load(encodeModel(small().graph())))({ x: floats([1, 2], (i) => i) })
    expect([...result['y']!.data]).toEqual([10, 21])
    expect([...result['again']!.data]).toEqual([10, 21])
    expect([...result['copy']!.data]).toEqual([0, 1])
  })

  it('reads back what it wrote', () => {
    const model = decodeModel(encodeModel(small().graph()))
    expect([model.irVersion, model.opsetImport[0]!.version]).toEqual([8n, 17n])
    expect(modelMetadata(model)).toEqual({ classes: '["cat"]' })
    expect(model.graph!.input[0]!.type!.value).toMatchObject({
      value: { shape: { dim: [{ value: { case: 'dimParam', value: 'N' } }, {}] } },
    })
    expect([...modelInitializers(model).values()].map((t) => [...t.data])).toEqual([[10, 20]])
  })

  it('does not copy large weights, and pads nothing between them', () => {
    const data = new Float32Array(1 << 16).fill(3)
    const b = new GraphBuilder()
    b.output('y', add(b, b.input('x', 'float32', [1 << 16]), b.param('w', [1 << 16])))
    const graph = bindWeights(b.graph(), () => data)
    expect(encodeModelChunks(graph).some((chunk) => chunk.buffer === data.buffer)).toBe(true)
    expect(modelInitializers(decodeModel(encodeModel(graph))).get('w')!.data).toEqual(data)
  })

  it('keeps fields it does not know', () => {
    const unknown = new BinaryWriter().tag(999, WireType.LengthDelimited).string('from the future').finish()
    const bytes = encodeModel(small().graph())
    const extended = new Uint8Array([...bytes, ...unknown])
    const again = encodeModelProto(decodeModel(extended))
    expect(Buffer.from(again).includes('from the future')).toBe(true)
  })

  it('refuses bytes that are no model, and weights in other files', () => {
    expect(() => decodeModel(Uint8Array.of(1, 2, 3))).toThrow(expect.objectContaining({ code: 'model/bad-file' }))
    const model = decodeModel(encodeModel(small().graph()))
    model.graph!.initializer[0]!.externalData.push({ $typeName: 'onnx.StringStringEntryProto', key: 'location', value: '../../etc/passwd' })
    expect(() => modelInitializers(model)).toThrow(expect.objectContaining({ code: 'model/unsupported' }))
    model.graph!.initializer[0]!.externalData.pop()
    model.graph!.initializer[0]!.rawData = new Uint8Array(7)
    expect(() => modelInitializers(model)).toThrow(expect.objectContaining({ code: 'model/bad-file' }))
  })

  it('has generated code of the schema beside it', () => {
    const folder = join(import.meta.dirname, 'proto')
    const numbers = [...readFileSync(join(folder, 'onnx.proto'), 'utf8').matchAll(/^message (\w+)/gm)].map((m) => m[1]!)
    const generated = readFileSync(join(folder, 'onnx_pb.d.ts'), 'utf8')
    for (const name of numbers) expect(generated).toContain(`message onnx.${name}`)
  })
})

describe('passes', () => {
  const run = async (graph: Graph, feeds: Parameters<Awaited<ReturnType<typeof load>>>[0]) => (await load(encodeModel(graph)))(feeds)
  const feeds = { x: floats([1, 2, 4, 4], (i) => Math.sin(i)) }
  const weights = (name: string): Float32Array =>
    Float32Array.from({ length: name === 'w' ? 54 : 3 }, (_, i) => (name === 'variance' ? 0.5 + i : Math.cos(i + name.length)))

  function convNorm(): Graph {
    const b = new GraphBuilder()
    const x = b.input('x', 'float32', [1, 2, 4, 4])
    const y = conv2d(b, x, b.param('w', [3, 2, 3, 3]), b.param('bias', [3]), { pad: 1 })
    b.output('y', batchNormEval(b, y, b.param('scale', [3]), b.param('shift', [3]), b.buffer('mean', [3]), b.buffer('variance', [3]), 1e-3))
    return bindWeights(b.graph(), weights)
  }

  it('fold batch norm into the convolution before it', async () => {
    const graph = convNorm()
    const folded = foldBatchNorm(graph)
    expect(folded.nodes.map((n) => n.type)).toEqual(['Conv'])
    expect(folded.initializers).toHaveLength(2)
    const [before, after] = [await run(graph, feeds), await run(folded, feeds)]
    const reference = before['y']!.data as Float32Array
    ;(after['y']!.data as Float32Array).forEach((v, i) => expect(v).toBeCloseTo(reference[i]!, 5))
  })

  it('leave a convolution alone whose output is used elsewhere too', () => {
    const graph = convNorm()
    const conv = graph.nodes.find((n) => n.type === 'Conv')!
    const shared = {
      ...graph,
      outputs: [...graph.outputs, { name: 'raw', value: conv.outputs[0]!, dtype: 'float32' as const, shape: [1, 3, 4, 4] }],
    }
    expect(foldBatchNorm(shared).nodes.map((n) => n.type)).toEqual(['Conv', 'BatchNormalization'])
  })

  it('merge equal nodes and drop dead ones', () => {
    const b = new GraphBuilder()
    const x = b.input('x', 'float32', [2])
    const unused = b.param('unused', [2])
    mul(b, x, unused)
    b.output('y', add(b, exp(b, x), exp(b, x)))
    const merged = eliminateCommonSubexpressions(b.graph())
    expect(merged.nodes.filter((n) => n.type === 'Exp')).toHaveLength(1)
    const live = eliminateDeadNodes(merged)
    expect(live.nodes.map((n) => n.type)).toEqual(['Exp', 'Add'])
    expect(live.params).toEqual([])
  })

  it('put nodes in order and refuse cycles', () => {
    const graph = convNorm()
    const shuffled = { ...graph, nodes: [...graph.nodes].reverse() }
    expect(topologicalOrder(shuffled).map((n) => n.type)).toEqual(['Conv', 'BatchNormalization'])
    const [first, second] = graph.nodes
    const cyclic = { ...graph, nodes: [{ ...first!, inputs: [second!.outputs[0]!] }, second!] }
    expect(() => topologicalOrder(cyclic)).toThrow('cycle')
  })

  it('store matrices as float16 and keep vectors', async () => {
    const graph = convNorm()
    const half = float16Weights(graph)
    expect(half.initializers.filter((t) => t.dtype === 'float16').map((t) => t.name)).toEqual(['w.f16'])
    const [before, after] = [await run(graph, feeds), await run(half, feeds)]
    const [a, c] = [after['y']!.data as Float32Array, before['y']!.data as Float32Array]
    const error = Math.hypot(...a.map((v, i) => v - c[i]!)) / Math.hypot(...c)
    expect(error).toBeGreaterThan(0)
    expect(error).toBeLessThan(2e-3)
  })

  it('check the length of weights', () => {
    const b = new GraphBuilder()
    b.output('y', exp(b, b.param('w', [3])))
    expect(() => bindWeights(b.graph(), () => new Float32Array(4))).toThrow('w has 4 numbers')
  })
})
