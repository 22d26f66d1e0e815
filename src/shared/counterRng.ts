/**
 * Counter-based random numbers (Philox 4x32-10, Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3").
 *
 * A stream is named, not passed around: `counterRng(seed, ...keys)` always yields the same numbers for the same seed and keys, in any
 * thread and after any resume. Augmentation uses (seed, 'augment', epoch, item), dropout masks (seed, step, name), initial weights (seed, name).
 */
export interface CounterRng {
  /** Next 32 random bits as an unsigned integer. */
  uint32(): number
  /** Uniform in [0, 1) with 53 random bits. */
  uniform(): number
  /** Uniform in [low, high). */
  range(low: number, high: number): number
  /** Integer in [0, n), n >= 1. */
  int(n: number): number
  /** True with probability p. */
  chance(p: number): boolean
  /** Standard normal by Box-Muller. */
  normal(): number
  /** Shuffles in place (Fisher-Yates) and returns the same array. */
  shuffle<A extends Int32Array | Uint32Array | number[]>(values: A): A
}

const M0 = 0xd2511f53
const M1 = 0xcd9e8d57
const W0 = 0x9e3779b9
const W1 = 0xbb67ae85

/** High 32 bits of the 64-bit product of two unsigned 32-bit integers. */
function mulHigh(a: number, b: number): number {
  const al = a & 0xffff
  const ah = a >>> 16
  const bl = b & 0xffff
  const bh = b >>> 16
  const mid = ah * bl + ((al * bl) >>> 16)
  // mid < 2^32 and al * bh < 2^32, so their sum is exact in a double.
  return (ah * bh + Math.floor(mid / 0x10000) + Math.floor(((mid % 0x10000) + al * bh) / 0x10000)) >>> 0
}

/** One Philox 4x32-10 block: `counter` (4 words) is replaced by its random image under the key (k0, k1). */
export function philox(counter: Uint32Array, k0: number, k1: number): void {
  let x0 = counter[0]!
  let x1 = counter[1]!
  let x2 = counter[2]!
  let x3 = counter[3]!
  for (let round = 0; round < 10; round++) {
    const high0 = mulHigh(x0, M0)
    const low0 = Math.imul(x0, M0)
    const high1 = mulHigh(x2, M1)
    const low1 = Math.imul(x2, M1)
    x0 = (high1 ^ x1 ^ k0) >>> 0
    x1 = low1 >>> 0
    x2 = (high0 ^ x3 ^ k1) >>> 0
    x3 = low0 >>> 0
    k0 = (k0 + W0) >>> 0
    k1 = (k1 + W1) >>> 0
  }
  counter[0] = x0
  counter[1] = x1
  counter[2] = x2
  counter[3] = x3
}

function mix(h: number): number {
  h ^= h >>> 16
  h = Math.imul(h, 0x85ebca6b)
  h ^= h >>> 13
  h = Math.imul(h, 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}

/** Folds seed and keys into the two words of a Philox key; 1 and '1' are different keys, and so are ('ab', 'c') and ('a', 'bc'). */
function keyWords(parts: readonly (number | string)[]): [number, number] {
  let a = 0x243f6a88
  let b = 0x85a308d3
  for (const part of parts) {
    const text = typeof part === 'number' ? `#${part}` : `$${part}`
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i)
      a = Math.imul(a ^ code, 0x01000193)
      b = Math.imul(b ^ code, 0x9e3779b1) + i
    }
    a = mix(a ^ text.length)
    b = mix(b + text.length)
  }
  return [mix(a ^ (b << 1)), mix(b ^ (a >>> 1))]
}

/** The stream named by seed and keys (non-integer or unsafe numbers are a bug of the caller and throw a RangeError). */
export function counterRng(seed: number, ...keys: readonly (number | string)[]): CounterRng {
  for (const k of [seed, ...keys])
    if (typeof k === 'number' && !Number.isSafeInteger(k)) throw new RangeError(`counterRng: ${k} is not an integer`)
  const [k0, k1] = keyWords([seed, ...keys])
  const block = new Uint32Array(4)
  let counter = 0
  let at = 4
  let spare = Number.NaN

  function uint32(): number {
    if (at === 4) {
      block[0] = counter >>> 0
      block[1] = Math.floor(counter / 0x100000000)
      block[2] = 0
      block[3] = 0
      counter++
      philox(block, k0, k1)
      at = 0
    }
    return block[at++]!
  }
  function uniform(): number {
    const high = uint32() >>> 5
    return (high * 0x4000000 + (uint32() >>> 6)) / 0x20000000000000
  }
  const int = (n: number): number => Math.floor(uniform() * n)
  function normal(): number {
    if (!Number.isNaN(spare)) {
      const value = spare
      spare = Number.NaN
      return value
    }
    const radius = Math.sqrt(-2 * Math.log(1 - uniform()))
    const angle = 2 * Math.PI * uniform()
    spare = radius * Math.sin(angle)
    return radius * Math.cos(angle)
  }
  return {
    uint32,
    uniform,
    range: (low, high) => low + (high - low) * uniform(),
    int,
    chance: (p) => uniform() < p,
    normal,
    shuffle(values) {
      for (let i = values.length - 1; i > 0; i--) {
        const j = int(i + 1)
        const kept = values[i]!
        values[i] = values[j]!
        values[j] = kept
      }
      return values
    },
  }
}
