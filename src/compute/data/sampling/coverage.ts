import type { Draws, MixRates, SampleGroup } from '../sampler.ts'

export interface SourceCoverage {
  /** Pictures of the source. */
  items: number
  /** Share of an epoch that the rates, repeats and weights ask for, and the share of one real epoch. */
  expected: number
  actual: number
  /** Pictures that this epoch does not show. */
  unseen: number
}

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0)

/** What one epoch shows of each source. */
export function coverageOf(groups: readonly SampleGroup[], mix: MixRates | null, { positions }: Draws): SourceCoverage[] {
  const asked = mix ? mix.rates : groups.map(({ count, weights }) => (weights ? sum(weights) : count))
  const shown = new Set(positions)
  let start = 0
  return groups.map(({ count }, g) => {
    const from = start
    start += count
    const inside = positions.reduce((n, position) => n + (position >= from && position < from + count ? 1 : 0), 0)
    let unseen = 0
    for (let position = from; position < from + count; position++) if (!shown.has(position)) unseen++
    return {
      items: count,
      expected: asked[g]! / Math.max(sum(asked), Number.MIN_VALUE),
      actual: inside / Math.max(1, positions.length),
      unseen,
    }
  })
}

/** One line per source for the log. */
export function describeCoverage(names: readonly string[], coverage: readonly SourceCoverage[]): string[] {
  const percent = (share: number) => `${(share * 100).toFixed(2)} %`
  return coverage.map(
    ({ items, expected, actual, unseen }, i) =>
      `source ${i + 1} (${names[i]!}): ${items} pictures, ${percent(expected)} of an epoch expected, ${percent(actual)} of the first one, which leaves ${unseen} of its pictures out`,
  )
}
