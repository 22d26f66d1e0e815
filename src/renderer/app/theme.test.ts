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
    const low = ['line-strong', 'ring', 'chart-1', 'chart-2', 'chart-3', 'chart-4', 'chart-5', 'chart-6'].flatMap((name) =>
      ['surface-1', 'surface-2'].filter((surface) => contrast(at(name), at(surface)) < 3).map((surface) => `${name} on ${surface}`),
    )
    expect(low).toEqual([])
  })
})
