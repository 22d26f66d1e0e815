import type { ClassPixels } from './labelCounts.ts'
import type { SamplerFactory } from './weighing.ts'

/** Per class the share of pictures that have it, or its share of all labelled pixels. */
export function classFrequencies(counts: readonly ClassPixels[], classes: number, by: 'images' | 'pixels'): number[] {
  const totals = Array.from({ length: classes }, (_, c) =>
    counts.reduce((sum, pixels) => sum + (by === 'pixels' ? pixels[c]! : pixels[c]! > 0 ? 1 : 0), 0),
  )
  const all = by === 'pixels' ? totals.reduce((a, b) => a + b, 0) : counts.length
  return totals.map((total) => (all > 0 ? total / all : 0))
}

/** r(I) = max(1, max over the classes of I of sqrt(threshold / f(c))), at most maxRepeat (Gupta et al., LVIS, section 4). */
export function repeatFactor(pixels: ClassPixels, frequencies: readonly number[], threshold: number, maxRepeat: number): number {
  let factor = 1
  for (const [c, frequency] of frequencies.entries())
    if (pixels[c]! > 0 && frequency > 0) factor = Math.max(factor, Math.sqrt(threshold / frequency))
  return Math.min(factor, maxRepeat)
}

/** Repeats pictures with rare classes. */
export const balanced: SamplerFactory<'balanced'> = ({ threshold, frequency, maxRepeat }) => ({
  weights(counts, names) {
    const frequencies = classFrequencies(counts, names.length, frequency)
    const percent = (value: number) => `${(value * 100).toFixed(1)} %`
    const rare = names
      .map((name, c) => ({ name, f: frequencies[c]! }))
      .filter(({ f }) => f > 0 && f < threshold)
      .sort((a, b) => a.f - b.f)
    const line =
      rare.length === 0
        ? `balanced sampling: no class is rarer than ${percent(threshold)} of the ${frequency}; nothing is repeated`
        : `balanced sampling repeats pictures with ${rare.map(({ name, f }) => `${name} (${percent(f)} of the ${frequency})`).join(', ')}`
    return { weights: counts.map((pixels) => repeatFactor(pixels, frequencies, threshold, maxRepeat)), report: [line] }
  },
})
