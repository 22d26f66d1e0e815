import { describe, expect, it } from 'vitest'

// The pages are typed without Node; this test reads one file of theirs.
const fileSystem: string = 'node:fs'
const files = (await import(fileSystem)) as { readFileSync(path: URL, encoding: 'utf8'): string }
const css = files.readFileSync(new URL('./styles.css', import.meta.url), 'utf8')

/** '--name: #rrggbb' of a rule. */
function tokens(selector: string): Map<string, string> {
  const start = css.indexOf(`${selector} {`)
  const block = css.slice(start, css.indexOf('\n}', start))
  return new Map([...block.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map((match) => [match[1]!, match[2]!]))
}

/** Machado, Oliveira, Fernandes 2009, severity 1, on linear RGB. */
const sights = {
  normal: [1, 0, 0, 0, 1, 0, 0, 0, 1],
  protanopia: [0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998],
  deuteranopia: [0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.01182, 0.04294, 0.968881],
  tritanopia: [1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367, 0.3039],
} as const
const times = (m: readonly number[], v: readonly number[]): number[] =>
  [0, 3, 6].map((row) => m[row]! * v[0]! + m[row + 1]! * v[1]! + m[row + 2]! * v[2]!)

/** Oklab (Ottosson 2020): distances there are about as large as they look. */
function oklab(hex: string, sight: readonly number[]): number[] {
  const linear = [1, 3, 5].map((at) => {
    const c = parseInt(hex.slice(at, at + 2), 16) / 255
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4
  })
  const seen = times(sight, linear).map((c) => Math.min(1, Math.max(0, c)))
  const cones = times(
    [0.4122214708, 0.5363325363, 0.0514459929, 0.2119034982, 0.6806995451, 0.1073969566, 0.0883024619, 0.2817188376, 0.6299787005],
    seen,
  )
  return times(
    [0.2104542553, 0.793617785, -0.0040720468, 1.9779984951, -2.428592205, 0.4505937099, 0.0259040371, 0.7827717662, -0.808675766],
    cones.map(Math.cbrt),
  )
}

/** WCAG 2.2 relative luminance and contrast ratio. */
function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const c = parseInt(hex.slice(at, at + 2), 16) / 255
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4
  }) as [number, number, number]
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}
function contrast(a: string, b: string): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number]
  return (light + 0.05) / (dark + 0.05)
}

describe.each([':root', ":root[data-theme='light']"])('tokens of %s', (selector) => {
  const theme = tokens(selector)
  const at = (name: string): string => theme.get(name)!

  it('defines every colour the other theme defines', () => {
    expect([...theme.keys()].sort()).toEqual([...tokens(':root').keys()].sort())
    expect(theme.size).toBeGreaterThan(25)
  })

  it('keeps text at AA on every surface it stands on', () => {
    const pairs: [string, string][] = []
    for (const text of ['text-1', 'text-2', 'text-3', 'accent-text', 'done', 'progress', 'todo', 'danger', 'warning'])
      for (const surface of ['surface-1', 'surface-2', 'surface-3']) pairs.push([text, surface])
    pairs.push(
      ['accent-ink', 'accent'],
      ['text-1', 'surface-4'],
      ['text-1', 'accent-soft'],
      ['text-2', 'accent-soft'],
      ['danger', 'danger-soft'],
      ['warning', 'warning-soft'],
    )
    const low = pairs.filter(([a, b]) => contrast(at(a), at(b)) < 4.5).map(([a, b]) => `${a} on ${b}: ${contrast(at(a), at(b)).toFixed(2)}`)
    expect(low).toEqual([])
  })

  it('keeps borders of controls, focus rings and chart lines at 3:1', () => {
    const low = ['line-strong', 'ring', ...[...theme.keys()].filter((name) => /^(chart|run)-/.test(name))].flatMap((name) =>
      ['surface-1', 'surface-2'].filter((surface) => contrast(at(name), at(surface)) < 3).map((surface) => `${name} on ${surface}`),
    )
    expect(low).toEqual([])
  })
  it.each(Object.entries(sights))('keeps the colours of runs apart in %s', (_, sight) => {
    const names = [...theme.keys()].filter((name) => name.startsWith('run-'))
    expect(names).toHaveLength(8)
    const close = names.flatMap((a, i) =>
      names.slice(i + 1).flatMap((b) => {
        const [one, other] = [oklab(at(a), sight), oklab(at(b), sight)]
        const distance = Math.hypot(...one.map((c, k) => c - other[k]!))
        return distance < 0.1 ? [`${a} and ${b}: ${distance.toFixed(3)}`] : []
      }),
    )
    expect(close).toEqual([])
  })
})
