import { describe, expect, it } from 'vitest'
import { matMul } from '../ops/matmul.ts'
import { add, exp, mul } from '../ops/elementwise.ts'
import { reshape, transpose } from '../ops/shape.ts'
import { onnxTypeCode } from '../tensor/dtype.ts'
import { GraphBuilder } from './builder.ts'
import { mixedPrecision } from './mixedPrecision.ts'
import type { Graph } from './graph.ts'

const types = (graph: Graph) => graph.nodes.map(({ type, attributes }) => (type === 'Cast' ? `Cast ${attributes['to'] as number}` : type))
const [whole, half] = [`Cast ${onnxTypeCode.float32}`, `Cast ${onnxTypeCode.float16}`]

describe('mixedPrecision', () => {
  it('keeps a chain of products, moves and biases in float16, and casts back where more is needed', () => {
    const b = new GraphBuilder()
    const x = b.input('x', 'float32', [4, 8])
    const w = b.param('w', [8, 8])
    const bias = b.param('bias', [8])
    const first = add(b, matMul(b, x, w), bias)
    const second = matMul(b, transpose(b, reshape(b, first, [8, 4]), [1, 0]), w)
    b.output('y', exp(b, second))
    b.output('second', second)
    expect(types(mixedPrecision(b.graph()))).toEqual([half, half, 'MatMul', half, 'Add', 'Reshape', 'Transpose', 'MatMul', whole, 'Exp'])
  })

  it('leaves alone what has nothing to do with a product, and float32 wins where both meet', () => {
    const b = new GraphBuilder()
    const x = b.input('x', 'float32', [4, 4])
    const apart = mul(b, x, x)
    b.output('y', add(b, matMul(b, x, x), apart))
    const graph = mixedPrecision(b.graph())
    expect(types(graph)).toEqual(['Mul', half, 'MatMul', whole, 'Add'])
    expect(graph.inputs[0]!.dtype).toBe('float32')
    expect(graph.outputs[0]).toEqual(b.graph().outputs[0])
  })
})
