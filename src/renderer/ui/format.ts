import { currentLocale, t } from '../i18n/i18n.ts'

const cache = new Map<string, Intl.NumberFormat>()

function formatter(options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = currentLocale() + JSON.stringify(options)
  const known = cache.get(key)
  if (known) return known
  const made = new Intl.NumberFormat(currentLocale(), options)
  cache.set(key, made)
  return made
}

export const formatCount = (n: number): string => formatter({ maximumFractionDigits: 0 }).format(n)

/** A measured number with `digits` significant digits; very small and very large ones in exponent form. */
export function formatNumber(x: number, digits = 4): string {
  if (!Number.isFinite(x)) return Number.isNaN(x) ? 'NaN' : x > 0 ? '∞' : '−∞'
  const size = Math.abs(x)
  if (Number.isInteger(x) && size < 1e15) return formatCount(x)
  if (size !== 0 && (size < 1e-3 || size >= 1e6))
    return x
      .toExponential(Math.max(0, digits - 1))
      .replace(/\.?0+e/, 'e')
      .replace('e+', 'e')
  return formatter({ maximumSignificantDigits: digits }).format(x)
}

/** Always with the same number of decimals, so that columns line up. */
export const formatFixed = (x: number, decimals: number): string =>
  formatter({ minimumFractionDigits: decimals, maximumFractionDigits: decimals }).format(x)

/** The facts of a sentence, with their numbers as the language writes them. */
export const formatFacts = (facts: Readonly<Record<string, string | number>>): Record<string, string> =>
  Object.fromEntries(Object.entries(facts).map(([key, value]) => [key, typeof value === 'number' ? formatNumber(value, 6) : value]))

/** 0.8123 -> '81.2'; always with the same number of decimals, so that columns line up. */
export const formatPercent = (fraction: number, decimals = 1): string =>
  formatter({ minimumFractionDigits: decimals, maximumFractionDigits: decimals }).format(fraction * 100)

export function formatBytes(bytes: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB']
  let value = bytes
  let unit = 0
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000
    unit++
  }
  return `${formatter({ maximumSignificantDigits: 3 }).format(value)} ${units[unit]!}`
}

/** Seconds in words of the language: '45 s', '3 min', '2 h 10 min'. */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds))
  if (whole < 60) return t('common.seconds', { n: whole })
  const minutes = Math.round(whole / 60)
  if (minutes < 60) return t('common.minutes', { n: minutes })
  return t('common.hours', { h: Math.floor(minutes / 60), m: minutes % 60 })
}

/** Seconds on an axis: '45 s', '12 min', '1.5 h', in the greatest unit that leaves a short number. */
export function formatElapsed(seconds: number): string {
  const size = Math.abs(seconds)
  if (size < 120) return t('common.seconds', { n: formatNumber(seconds, 3) })
  if (size < 3600) return t('common.minutes', { n: formatNumber(seconds / 60, 3) })
  return t('common.wholeHours', { n: formatNumber(seconds / 3600, 3) })
}

export function formatTime(ms: number): string {
  return new Intl.DateTimeFormat(currentLocale(), { hour: '2-digit', minute: '2-digit', hour12: false }).format(ms)
}

export function formatDateTime(ms: number): string {
  return new Intl.DateTimeFormat(currentLocale(), {
    year: 'numeric',
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hour12: false,
  }).format(ms)
}
