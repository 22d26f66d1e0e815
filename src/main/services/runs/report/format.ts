import { fill, type ReportTexts } from './texts.ts'

/** Numbers and times of a report, as its language writes them. */
export interface ReportFormat {
  readonly text: ReportTexts
  readonly count: (n: number) => string
  readonly percent: (share: number | null, decimals?: number) => string
  /** With its sign. */
  readonly points: (share: number | null) => string
  readonly measured: (x: number) => string
  readonly when: (ms: number | null) => string
  readonly duration: (seconds: number | null) => string
}

export function reportFormat(text: ReportTexts): ReportFormat {
  const number = (value: number, options: Intl.NumberFormatOptions): string => new Intl.NumberFormat(text.locale, options).format(value)
  const fixed = (value: number, decimals: number): string =>
    number(value, { minimumFractionDigits: decimals, maximumFractionDigits: decimals })
  return {
    text,
    count: (n) => number(n, { maximumFractionDigits: 0 }),
    percent: (share, decimals = 2) => (share === null ? text.none : fixed(share * 100, decimals)),
    points: (share) =>
      share === null ? text.none : `${share >= 0.00005 ? '▲ +' : share <= -0.00005 ? '▼ −' : '= '}${fixed(Math.abs(share) * 100, 2)}`,
    measured: (x) =>
      x !== 0 && (Math.abs(x) < 1e-3 || Math.abs(x) >= 1e6) ? x.toExponential(2) : number(x, { maximumSignificantDigits: 4 }),
    when: (ms) =>
      ms === null ? text.none : new Intl.DateTimeFormat(text.locale, { dateStyle: 'medium', timeStyle: 'short', hour12: false }).format(ms),
    duration(seconds) {
      if (seconds === null) return text.none
      const whole = Math.max(0, Math.round(seconds))
      if (whole < 60) return fill(text.seconds, { n: whole })
      const minutes = Math.round(whole / 60)
      return minutes < 60 ? fill(text.minutes, { n: minutes }) : fill(text.hours, { h: Math.floor(minutes / 60), m: minutes % 60 })
    },
  }
}
