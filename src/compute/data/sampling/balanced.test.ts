import { describe, expect, it } from 'vitest'
import { classFrequencies, repeatFactor } from './balanced.ts'
import { createWeighing } from './table.ts'

// Ten pictures of 100 pixels: class 0 everywhere, class 1 in four of them, class 2 in one; the last has no label at all.
const counts = Array.from({ length: 10 }, (_, i) =>
  i === 9 ? Uint32Array.of(0, 0, 0) : Uint32Array.of(i < 4 ? 70 : 100, i < 4 ? 30 : 0, i === 0 ? 2 : 0),
)

describe('balanced sampling', () => {
  it('counts classes by pictures and by pixels', () => {
    expect(classFrequencies(counts, 3, 'images')).toEqual([0.9, 0.4, 0.1])
    const pixels = 4 * 100 + 5 * 100 + 2
    expect(classFrequencies(counts, 3, 'pixels')).toEqual([780 / pixels, 120 / pixels, 2 / pixels])
  })

  it('repeats a picture by its rarest class, never less than once, never more than allowed', () => {
    const frequencies = [0.9, 0.4, 0.1]
    expect(repeatFactor(counts[0]!, frequencies, 0.5, 10)).toBeCloseTo(Math.sqrt(5))
    expect(repeatFactor(counts[1]!, frequencies, 0.5, 10)).toBeCloseTo(Math.sqrt(1.25))
    expect(repeatFactor(counts[5]!, frequencies, 0.5, 10)).toBe(1)
    expect(repeatFactor(counts[9]!, frequencies, 0.5, 10)).toBe(1)
    expect(repeatFactor(counts[0]!, frequencies, 0.5, 2)).toBe(2)
  })

  it('says what it repeats; shuffle weighs nothing', () => {
    const weighing = createWeighing('balanced', { type: 'balanced', threshold: 0.5, frequency: 'images', maxRepeat: 10 })!
    const { weights, report } = weighing.weights(counts, ['wall', 'door', 'key'])
    expect(weights.map((weight) => weight > 1)).toEqual([true, true, true, true, false, false, false, false, false, false])
    expect(report).toEqual(['balanced sampling repeats pictures with key (10.0 % of the images), door (40.0 % of the images)'])
    expect(createWeighing('shuffle', { type: 'shuffle' })).toBeNull()
  })
})
