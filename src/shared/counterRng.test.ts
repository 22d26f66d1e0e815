import { describe, expect, it } from 'vitest'
import { counterRng, philox } from './counterRng.ts'

const hex = (words: Uint32Array): string[] => [...words].map((w) => w.toString(16).padStart(8, '0'))

describe('philox 4x32-10', () => {
  it('gives the published known answers (Random123 kat_vectors)', () => {
    const zero = new Uint32Array(4)
    philox(zero, 0, 0)
    expect(hex(zero)).toEqual(['6627e8d5', 'e169c58d', 'bc57ac4c', '9b00dbd8'])
    const ones = new Uint32Array(4).fill(0xffffffff)
    philox(ones, 0xffffffff, 0xffffffff)
    expect(hex(ones)).toEqual(['408f276d', '41c83b0e', 'a20bc7c6', '6d5451fd'])
    const pi = Uint32Array.of(0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344)
    philox(pi, 0xa4093822, 0x299f31d0)
    expect(hex(pi)).toEqual(['d16cfe09', '94fdcceb', '5001e420', '24126ea1'])
  })
})

describe('counterRng', () => {
  const first = (seed: number, ...keys: (number | string)[]): number => counterRng(seed, ...keys).uniform()

  it('is named by seed and keys alone', () => {
    expect(first(1, 2, 'w')).toBe(first(1, 2, 'w'))
    const names = [
      first(1),
      first(2),
      first(1, 2),
      first(1, '2'),
      first(2, 1),
      first(1, 'ab', 'c'),
      first(1, 'a', 'bc'),
      first(1, 0, 0),
      first(-1),
    ]
    expect(new Set(names).size).toBe(names.length)
    expect(() => counterRng(0.5)).toThrow(RangeError)
  })

  it('neighbouring keys give unrelated streams with the right moments', () => {
    const n = 20_000
    let mean = 0
    let product = 0
    for (let i = 0; i < n; i++) {
      const u = first(0, 'item', i) - 0.5
      const v = first(0, 'item', i + 1) - 0.5
      mean += u / n
      product += (u * v) / n
    }
    expect(Math.abs(mean)).toBeLessThan(0.01)
    expect(Math.abs(product)).toBeLessThan(0.003)
  })

  it('draws integers, normals and shuffles without gaps', () => {
    const rng = counterRng(7)
    const seen = new Set(Array.from({ length: 200 }, () => rng.int(5)))
    expect([...seen].sort()).toEqual([0, 1, 2, 3, 4])
    let sum = 0
    let square = 0
    for (let i = 0; i < 20_000; i++) {
      const x = rng.normal()
      sum += x
      square += x * x
    }
    expect(Math.abs(sum / 20_000)).toBeLessThan(0.03)
    expect(Math.abs(square / 20_000 - 1)).toBeLessThan(0.05)
    const order = rng.shuffle(Int32Array.from({ length: 50 }, (_, i) => i))
    expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, i) => i))
    expect([...order]).not.toEqual(Array.from({ length: 50 }, (_, i) => i))
  })
})
