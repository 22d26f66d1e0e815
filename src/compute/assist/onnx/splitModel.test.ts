import { describe, expect, it } from 'vitest'
import { sessionRunner } from '../../runtime/sessionRunner.ts'
import { symbolDim } from '../../tensor/dim.ts'
import { GraphBuilder } from '../../graph/builder.ts'
import { decodeModel, encodeModel, encodeModelProto } from '../../graph/codec.ts'
import { elementTypes } from './elementTypes.ts'
import { splitModel } from './splitModel.ts'

const load = sessionRunner({ provider: 'cpu', threads: 1 })
const floats = (dims: number[], data: number[]) => ({ dtype: 'float32' as const, dims, data: Float32Array.from(data) })

/** The rectified picture, reshaped by its own size, plus click. */
function model(): ReturnType<typeof decodeModel> {
  const b = new GraphBuilder()
  const [h, w] = [symbolDim('H'), symbolDim('W')]
  const picture = b.input('picture', 'float32', [h, w])
  const click = b.input('click', 'float32', [1])
  const positive = b.node1('Relu', [picture], picture)
  const row = b.node1('Reshape', [positive, b.ints([-1])], { dtype: 'float32', shape: [symbolDim('P')] })
  const sum = b.node1('Add', [row, click], row)
  b.output('y', b.node1('Reshape', [sum, b.shapeTensor([h, w])], picture))
  b.output('count', b.node1('Cast', [b.node1('Size', [sum], { dtype: 'int64', shape: [] })], { dtype: 'float32', shape: [] }, { to: 1 }))
  return decodeModel(encodeModel(b.graph()))
}

describe('splitModel', () => {
  it('gives two halves that compute what the whole computes', async () => {
    const { before, after, cut } = splitModel(model(), 'picture', [2, 3])!
    expect(cut).toEqual([{ name: 'Reshape', type: 1 }])
    const first = await (await load(encodeModelProto(before)))({ picture: floats([2, 3], [1, 2, -3, 4, 5, 6]) })
    const second = await (await load(encodeModelProto(after)))({ Reshape: first['Reshape']!, click: floats([1], [10]) })
    expect(second['y']).toMatchObject({ dims: [2, 3], data: Float32Array.of(11, 12, 10, 14, 15, 16) })
    expect([...second['count']!.data]).toEqual([6])
    expect(after.graph!.node.map(({ opType }) => opType)).not.toContain('Relu')
  })

  it('does not cut where the halves cannot be told apart', () => {
    const b = new GraphBuilder()
    const [picture, click] = [b.input('picture', 'float32', [2]), b.input('click', 'float32', [2])]
    b.output('y', b.node1('Add', [picture, click], picture))
    expect(splitModel(decodeModel(encodeModel(b.graph())), 'picture', [2])).toBeNull()
    const alone = new GraphBuilder()
    const [x, unused] = [alone.input('picture', 'float32', [2]), alone.input('click', 'float32', [2])]
    alone.output('y', alone.node1('Exp', [x], x))
    alone.output('z', alone.node1('Exp', [unused], unused))
    expect(splitModel(decodeModel(encodeModel(alone.graph())), 'picture', [2])).toBeNull()
  })

  it('does not cut through integers that depend on what the picture shows', () => {
    const b = new GraphBuilder()
    const [picture, click] = [b.input('picture', 'float32', [4]), b.input('click', 'float32', [4])]
    const best = b.node1('ArgMax', [picture], { dtype: 'int64', shape: [1] }, { axis: 0 })
    b.output('y', b.node1('Gather', [click, best], { dtype: 'float32', shape: [1] }))
    expect(splitModel(decodeModel(encodeModel(b.graph())), 'picture', [4])).toBeNull()
  })
})

it('element types are those of the operators', () => {
  const graph = model().graph!
  const types = elementTypes(graph)
  expect(['Relu', 'Shape', 'Size', 'Cast', 'y'].map((name) => types.get(name))).toEqual([1, 7, 7, undefined, 1])
  expect(types.get('count')).toBe(1)
})
