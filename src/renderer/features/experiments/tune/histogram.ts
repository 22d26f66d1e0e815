import type { SampleHistogram } from '../../../../shared/model/sampleSheet.ts'

/** Shares below this are drawn as nothing: one pixel in ten thousand. */
const decades = 4

/** One column of a histogram: shares of the pixels of its side, and how high they stand. */
interface HistogramBar {
  readonly from: number
  readonly to: number
  readonly inside: number
  readonly outside: number
  /** 0..1 on the logarithmic axis. */
  readonly insideHeight: number
  readonly outsideHeight: number
}

interface HistogramView {
  readonly bars: readonly HistogramBar[]
  /** Of the pixels of the object, the share that the mask has; null where there are none. */
  readonly found: number | null
  /** Of all other pixels, the share that the mask has, too. */
  readonly extra: number | null
}

/** Where a share stands: 1 at the top, a ten-thousandth at the bottom. */
export const heightOf = (share: number): number => (share <= 0 ? 0 : Math.max(0, 1 + Math.log10(share) / decades))

const sum = (counts: readonly number[]): number => counts.reduce((all, count) => all + count, 0)

/** Both sides have their own whole, because there are far more pixels outside of an object than inside. */
export function histogramView({ inside, outside }: SampleHistogram): HistogramView {
  const bins = Math.max(inside.length, outside.length)
  const [all, others] = [sum(inside), sum(outside)]
  const shareOf = (count: number | undefined, total: number): number => (total === 0 ? 0 : (count ?? 0) / total)
  const bars = Array.from({ length: bins }, (_, i) => {
    const [ofInside, ofOutside] = [shareOf(inside[i], all), shareOf(outside[i], others)]
    return {
      from: i / bins,
      to: (i + 1) / bins,
      inside: ofInside,
      outside: ofOutside,
      insideHeight: heightOf(ofInside),
      outsideHeight: heightOf(ofOutside),
    }
  })
  // A mask is what is more likely than not.
  const above = (counts: readonly number[]): number => sum(counts.slice(Math.ceil(counts.length / 2)))
  return {
    bars,
    found: all === 0 ? null : above(inside) / all,
    extra: others === 0 ? null : above(outside) / others,
  }
}

/** All objects of a sheet together. */
export function joinHistograms(all: readonly SampleHistogram[]): SampleHistogram | null {
  if (all.length === 0) return null
  const bins = Math.max(...all.map(({ inside }) => inside.length))
  const add = (side: keyof SampleHistogram): number[] => Array.from({ length: bins }, (_, i) => sum(all.map((each) => each[side][i] ?? 0)))
  return { inside: add('inside'), outside: add('outside') }
}
