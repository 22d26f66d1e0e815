import { isSign, parseShortcut, type Chord, type Shortcut } from './shortcut.ts'

/**
 * Where keys count, each within the one it names. Keys of a scope and of those around or inside it must differ; siblings never listen at the same
 * time (a drawing under way and a canvas at rest, the select tool and the brush), but for those of `together`.
 */
const within = {
  global: null,
  datasets: 'global',
  experiments: 'global',
  label: 'global',
  canvas: 'label',
  drawing: 'canvas',
  atRest: 'canvas',
  select: 'atRest',
  brush: 'canvas',
  smart: 'canvas',
} as const satisfies Readonly<Record<string, string | null>>
export type KeyScope = keyof typeof within

/** A tool of one's own keys may be drawing or at rest. */
const together: readonly (readonly [KeyScope, KeyScope])[] = (['brush', 'smart'] as const).flatMap((tool) =>
  (['drawing', 'atRest'] as const).map((state) => [tool, state] as const),
)

/** Areas whose commands work on every page. */
const everywhere: readonly string[] = ['go', 'studio']

/** The scope of a command: its own, else the area of its id. */
export function scopeOf({ id, scope }: { readonly id: string; readonly scope?: KeyScope }): KeyScope {
  if (scope) return scope
  const area = id.slice(0, id.indexOf('.'))
  return !everywhere.includes(area) && Object.hasOwn(within, area) ? (area as KeyScope) : 'global'
}

function isWithin(scope: KeyScope, outer: KeyScope): boolean {
  for (let at: KeyScope | null = scope; at !== null; at = within[at]) if (at === outer) return true
  return false
}

/** Whether keys of both may be pressed in the same situation. */
export const overlap = (a: KeyScope, b: KeyScope): boolean =>
  isWithin(a, b) || isWithin(b, a) || together.some(([tool, state]) => (a === tool && b === state) || (a === state && b === tool))

const sameChord = (a: Chord, b: Chord): boolean =>
  a.key === b.key && a.mod === b.mod && a.alt === b.alt && (isSign(a.key) || a.shift === b.shift)

export type Collision = 'same' | 'prefix'

/** How two keys get in each other's way: they are the same, or one begins the other ('G' and 'G 1'). */
export function collision(a: Shortcut, b: Shortcut): Collision | null {
  const [one, other] = [parseShortcut(a), parseShortcut(b)]
  const length = Math.min(one.length, other.length)
  for (let i = 0; i < length; i++) if (!sameChord(one[i]!, other[i]!)) return null
  return one.length === other.length ? 'same' : 'prefix'
}

/** What Chromium and Firefox do not hand on to a page; Alt+digit changes tabs on Linux. */
const kept: readonly Shortcut[] = [
  ...['N', 'T', 'W', 'Shift+N', 'Shift+T', 'Shift+W', 'Shift+P', 'Q', 'Tab', 'Shift+Tab', 'PageUp', 'PageDown'].map((key) => `Mod+${key}`),
  ...Array.from({ length: 9 }, (_, i) => `Alt+${i + 1}`),
  'Alt+F4',
]

export const isKeptByBrowser = (shortcut: Shortcut): boolean => {
  const [first] = parseShortcut(shortcut)
  return kept.some((key) => sameChord(parseShortcut(key)[0]!, first!))
}
