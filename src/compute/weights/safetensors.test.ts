import { describe, expect, it } from 'vitest'
import { AppError } from '../../shared/errors.ts'
import { asFloat32, asInt32, joinBytes, readSafetensors, writeSafetensors } from './safetensors.ts'

function file(header: unknown, data: Uint8Array): Uint8Array {
  const text = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header))
  const out = new Uint8Array(8 + text.length + data.length)
  new DataView(out.buffer).setBigUint64(0, BigInt(text.length), true)
  out.set(text, 8)
  out.set(data, 8 + text.length)
  return out
}

const refused = (bytes: Uint8Array): string => {
  try {
    readSafetensors(bytes)
  } catch (error) {
    expect(error).toBeInstanceOf(AppError)
    expect((error as AppError).code).toBe('weights/bad-file')
    return (error as AppError).message
  }
  return 'accepted'
}

describe('safetensors', () => {
  it('reads back what it writes, metadata included', () => {
    const w = Float32Array.of(1, -2.5, 3e-8, Infinity, 0, 7)
    const bytes = joinBytes(
      writeSafetensors(
        [
          { name: 'w', dtype: 'F32', shape: [2, 3], data: w },
          { name: 'n', dtype: 'I64', shape: [], data: BigInt64Array.of(-9n) },
          { name: 'empty', dtype: 'F32', shape: [0, 4], data: new Float32Array(0) },
        ],
        { note: 'a "quoted" one' },
      ),
    )
    const read = readSafetensors(bytes)
    expect(read.metadata).toEqual({ note: 'a "quoted" one' })
    expect([...read.tensors.keys()].sort()).toEqual(['empty', 'n', 'w'])
    expect(asFloat32(read.tensors.get('w')!)).toEqual(w)
    expect(asInt32(read.tensors.get('n')!)).toEqual(Int32Array.of(-9))
  })

  it('copes with data that is not aligned and with half precision', () => {
    const half = Uint8Array.of(0, 0x3c, 0, 0xc0, 1, 0, 0, 0x7c)
    const bfloat = Uint8Array.of(0x80, 0x3f, 0x20, 0xc0)
    const bytes = file(
      { h: { dtype: 'F16', shape: [4], data_offsets: [0, 8] }, b: { dtype: 'BF16', shape: [2], data_offsets: [8, 12] } },
      Uint8Array.of(...half, ...bfloat),
    )
    const shifted = new Uint8Array(bytes.length + 1)
    shifted.set(bytes, 1)
    const { tensors } = readSafetensors(shifted.subarray(1))
    expect([...asFloat32(tensors.get('h')!)]).toEqual([1, -2, 2 ** -24, Infinity])
    expect([...asFloat32(tensors.get('b')!)]).toEqual([1, -2.5])
  })

  it('refuses files that lie', () => {
    const data = new Uint8Array(8)
    const entry = (begin: number, end: number, shape = [(end - begin) / 4]): unknown => ({
      dtype: 'F32',
      shape,
      data_offsets: [begin, end],
    })
    expect(refused(new Uint8Array(4))).toMatch(/shorter/)
    const huge = new Uint8Array(8).fill(0xff)
    expect(refused(huge)).toMatch(/over the limit/)
    expect(refused(file({}, new Uint8Array(0)).subarray(0, 9))).toMatch(/after the file/)
    expect(refused(file('{', data))).toMatch(/not JSON/)
    expect(refused(file('[]', data))).toMatch(/not an object/)
    expect(refused(file({ __metadata__: { a: 1 } }, new Uint8Array(0)))).toMatch(/metadata/)
    expect(refused(file({ a: entry(0, 8), b: entry(4, 8) }, data))).toMatch(/overlaps/)
    expect(refused(file({ a: entry(4, 8) }, data))).toMatch(/belong to nothing/)
    expect(refused(file({ a: entry(0, 4) }, data))).toMatch(/belong to nothing/)
    expect(refused(file({ a: entry(0, 12) }, data))).toMatch(/does not fit/)
    expect(refused(file({ a: entry(0, 8, [3]) }, data))).toMatch(/does not fit/)
    expect(refused(file({ a: entry(0, 8, [-2]) }, data))).toMatch(/bad shape/)
    expect(refused(file({ a: { dtype: 'F7', shape: [2], data_offsets: [0, 8] } }, data))).toMatch(/unknown type/)
    expect(refused(file({ a: { dtype: 'toString', shape: [2], data_offsets: [0, 8] } }, data))).toMatch(/unknown type/)
    expect(refused(file({ a: null }, data))).toMatch(/unknown type/)
  })

  it('does not take integers for floats or floats for integers', () => {
    const { tensors } = readSafetensors(
      file(
        { a: { dtype: 'I32', shape: [1], data_offsets: [0, 4] }, b: { dtype: 'F32', shape: [1], data_offsets: [4, 8] } },
        new Uint8Array(8),
      ),
    )
    expect(() => asFloat32(tensors.get('a')!)).toThrow(/floating/)
    expect(() => asInt32(tensors.get('b')!)).toThrow(/integers/)
  })
})
