import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Arena } from './arena.ts'
import { addDims, ceilDiv, divideExactly, equalDims, evaluateDim, floorDiv, mulDims, subDims, symbolDim, type Dim } from './dim.ts'
import { fromFloat16, fromNumbers, toFloat16 } from './dtype.ts'
import { broadcastAxes, broadcastShapes, concatShapes, normaliseAxis, reducedShape } from './shape.ts'

const [n, h, w] = [symbolDim('N'), symbolDim('H'), symbolDim('W')]

type Build = (bindings: Record<string, number>) => { dim: Dim; value: number }
const leaf: fc.Arbitrary<Build> = fc.oneof(
  fc.constantFrom('N', 'H', 'W').map((name): Build => (at) => ({ dim: symbolDim(name), value: at[name]! })),
  fc.integer({ min: 0, max: 9 }).map((value): Build => () => ({ dim: value, value })),
)
const expression = fc.letrec<{ node: Build }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 4 },
    leaf,
    fc
      .tuple(tie('node'), tie('node'))
      .map(([a, b]): Build => (at) => ({ dim: addDims(a(at).dim, b(at).dim), value: a(at).value + b(at).value })),
    fc.tuple(tie('node'), leaf).map(([a, b]): Build => (at) => ({ dim: mulDims(a(at).dim, b(at).dim), value: a(at).value * b(at).value })),
    fc
      .tuple(tie('node'), fc.integer({ min: 1, max: 8 }))
      .map(([a, k]): Build => (at) => ({ dim: floorDiv(a(at).dim, k), value: Math.floor(a(at).value / k) })),
  ),
})).node

describe('symbolic dimensions', () => {
  it('compute what the numbers compute, for any expression', () => {
    const sizes = fc.record({ N: fc.integer({ min: 1, max: 40 }), H: fc.integer({ min: 1, max: 40 }), W: fc.integer({ min: 1, max: 40 }) })
    fc.assert(
      fc.property(expression, sizes, (build, bindings) => {
        const { dim, value } = build(bindings)
        expect(evaluateDim(dim, bindings)).toBe(value)
      }),
      { seed: 7, numRuns: 300 },
    )
  })

  it('have one form: equal expressions have equal keys', () => {
    expect(equalDims(addDims(h, w, h), addDims(mulDims(2, h), w))).toBe(true)
    expect(subDims(addDims(h, 3), h)).toBe(3)
    expect(floorDiv(mulDims(h, 4), 4)).toEqual(h)
    expect(String(floorDiv(floorDiv(h, 2), 2))).toBe(String(floorDiv(h, 4)))
    expect(String(addDims(floorDiv(subDims(h, 1), 4), 1))).toBe(String(ceilDiv(h, 4)))
    expect(equalDims(h, w)).toBe(false)
  })

  it('divide exactly or not at all', () => {
    const tokens = mulDims(ceilDiv(h, 4), ceilDiv(w, 4))
    expect(String(divideExactly(mulDims(n, tokens, 32), mulDims(n, 32)))).toBe(String(tokens))
    expect(String(divideExactly(mulDims(addDims(h, 1), addDims(w, 2)), addDims(w, 2)))).toBe(String(addDims(h, 1)))
    expect(divideExactly(h, 2)).toBeUndefined()
    expect(divideExactly(addDims(h, 1), h)).toBeUndefined()
    expect(divideExactly(12, 4)).toBe(3)
  })

  it('refuse to be a number before they are bound', () => {
    expect(() => evaluateDim(h, { W: 3 })).toThrow('H is not bound')
  })
})

describe('shapes', () => {
  it('broadcast like NumPy, and know what to sum over', () => {
    expect(broadcastShapes([2, 1, 4], [3, 1])).toEqual([2, 3, 4])
    expect(broadcastAxes([3, 1], [2, 3, 4])).toEqual([0, 2])
    expect(() => broadcastShapes([2], [3])).toThrow('do not broadcast')
    expect(() => broadcastShapes([h], [w])).toThrow('do not broadcast')
  })

  it('reduce and join', () => {
    expect(reducedShape([n, 3, h, w], [-1, 2], false)).toEqual([n, 3])
    expect(reducedShape([2, 3], [0], true)).toEqual([1, 3])
    expect(
      concatShapes(
        [
          [2, 3],
          [2, 5],
        ],
        -1,
      ),
    ).toEqual([2, 8])
    expect(() =>
      concatShapes(
        [
          [2, 3],
          [4, 5],
        ],
        1,
      ),
    ).toThrow('do not join')
    expect(() => normaliseAxis(2, 2)).toThrow('axis 2')
  })
})

describe('float16', () => {
  it('rounds to nearest even, with subnormals, infinities and NaN', () => {
    const cases: [number, number][] = [
      [0, 0x0000],
      [-0, 0x8000],
      [1, 0x3c00],
      [-2, 0xc000],
      [65504, 0x7bff],
      [65519.99, 0x7bff],
      [65520, 0x7c00],
      [-1e10, 0xfc00],
      [2 ** -24, 0x0001],
      [2 ** -25, 0x0000],
      [3 * 2 ** -25, 0x0002],
      [2 ** -14, 0x0400],
      [1 + 2 ** -11, 0x3c00],
      [1 + 3 * 2 ** -11, 0x3c02],
      [Infinity, 0x7c00],
    ]
    for (const [value, bits] of cases) expect(toFloat16(Float32Array.of(value))[0], String(value)).toBe(bits)
    expect(fromFloat16(toFloat16(Float32Array.of(NaN)))[0]).toBeNaN()
  })

  it('comes back unchanged from every bit pattern', () => {
    const all = Uint16Array.from({ length: 0x10000 }, (_, i) => i).filter((b) => (b & 0x7c00) !== 0x7c00 || (b & 0x3ff) === 0)
    expect(toFloat16(fromFloat16(all))).toEqual(all)
  })

  it('is one of the types numbers turn into', () => {
    expect(fromNumbers('float16', [1])).toEqual(Uint16Array.of(0x3c00))
    expect(fromNumbers('int64', [-3])).toEqual(BigInt64Array.of(-3n))
    expect(fromNumbers('bool', [2, 0])).toEqual(Uint8Array.of(1, 0))
  })
})

describe('Arena', () => {
  const tensors = [
    { name: 'a', shape: [3, 5] },
    { name: 'b', shape: [] },
    { name: 'c', shape: [20] },
  ]

  it('gives views of one array that do not overlap', () => {
    const arena = new Arena(tensors)
    tensors.forEach(({ name }, i) => arena.view(name).fill(i + 1))
    expect(arena.data.reduce((a, b) => a + b, 0)).toBe(15 + 2 + 60)
    expect(arena.view('c').buffer).toBe(arena.data.buffer)
    expect(arena.entry('b')).toMatchObject({ length: 1, shape: [] })
    expect(arena.like().data).toHaveLength(arena.data.length)
  })

  it('refuses two tensors of one name and unknown names', () => {
    expect(() => new Arena([tensors[0]!, tensors[0]!])).toThrow('called a')
    expect(() => new Arena(tensors).view('d')).toThrow('no tensor d')
  })
})
