import { clamp } from '../../../shared/geometry/point.ts'

/** One setting: what it is at first, and what becomes of a value that was stored or typed (`null`: not a value of this setting). */
interface Field<T> {
  readonly initial: T
  readonly read: (value: unknown) => T | null
}

const flag = (initial: boolean): Field<boolean> => ({ initial, read: (value) => (typeof value === 'boolean' ? value : null) })

const range = (initial: number, low: number, high: number): Field<number> => ({
  initial,
  read: (value) => (typeof value === 'number' && Number.isFinite(value) ? clamp(value, low, high) : null),
})

const choice = <T extends string>(first: T, ...others: readonly T[]): Field<T> => ({
  initial: first,
  read: (value) => [first, ...others].find((option) => option === value) ?? null,
})

/** Widest brush in picture pixels. */
export const widestBrush = 1000

/** All settings of the tools, a group per area; they are kept between sessions. */
const groups = {
  /** Lines that follow the hand or the edges of the picture. */
  trace: {
    /** How far a simplified line may be from the one that was drawn, in picture pixels. */
    tolerance: range(1, 0, 20),
  },
  /** Helps while drawing and reshaping. */
  aids: {
    /** Vertices and edges of neighbours and the picture's border draw the pointer. */
    snap: flag(true),
    /** Lines between two places on one border follow it. */
    follow: flag(false),
    /** A vertex takes along those of other objects that stand in the same place. */
    together: flag(false),
    /** One polygon, line or mask has a frame that sizes and turns it, and masks take part where several have one. */
    frame: flag(false),
  },
  brush: {
    erase: flag(false),
    tip: choice('round', 'square', 'polygon'),
    /** Diameter in picture pixels. */
    size: range(24, 1, widestBrush),
    /** Which pixels may be painted: all; free ones and those of the own class; only those no object has (unlabelled, void). */
    over: choice('all', 'ownClass', 'free'),
    /** What is painted over is taken from the other masks. */
    cut: flag(false),
    /** Painted is the mask of the chosen class, not that of the selected object. */
    perClass: flag(false),
    /** A selected polygon that is painted on becomes a mask. */
    convert: flag(false),
    /** The wheel alone changes the size, and zooms with Ctrl. */
    wheelSizes: flag(true),
    /** A pen that is pressed lightly draws thinner. */
    pressure: flag(false),
  },
  wand: {
    mode: choice('add', 'subtract', 'replace'),
    /** Largest difference of colours that still counts as alike (CIE76). */
    tolerance: range(12, 0, 100),
    /** Only what is connected to the clicked pixel. */
    contiguous: flag(true),
  },
  smart: {
    /** What a left click says of the place; the right button, or Shift, says the opposite. */
    clicks: choice('add', 'subtract'),
    /** What becomes of an accepted object; the last three change the selected region. */
    result: choice('new', 'replace', 'add', 'subtract'),
    output: choice('mask', 'polygon'),
    /** Furthest that an outline may be from the pixels. */
    tolerancePx: range(1, 0, 20),
    /** Parts and holes of less than this share of the object are left out, except where a click lies; 0: none. */
    smallestPartPercent: range(0.5, 0, 10),
    /** What a click would find is shown before it. */
    hover: flag(true),
    /** What the model looks at: what suits the zoom, always the whole picture, or always what is seen. */
    view: choice('auto', 'whole', 'seen'),
  },
  view: {
    /** What the wheel does alone; with Ctrl it always zooms, with Shift it always scrolls sideways. */
    wheel: choice('zoom', 'scroll'),
  },
  ring: {
    /** What a drawn outline becomes while one region is selected: a region of its own, a part of the selected one, or a hole in it. */
    becomes: choice('region', 'part', 'hole'),
  },
  region: {
    /** Furthest that simplification may move an outline, in picture pixels. */
    tolerancePx: range(1, 0, 100),
    /** How far regions grow and shrink. */
    growPx: range(2, 1, 100),
    /** Islands of fewer pixels are removed. */
    islandsPx: range(20, 1, 1_000_000),
  },
} as const

type Groups = typeof groups
type ValueOf<F> = F extends Field<infer T> ? T : never
/** The options of the tools as they are now. */
export type ToolSettings = { readonly [G in keyof Groups]: { readonly [F in keyof Groups[G]]: ValueOf<Groups[G][F]> } }
/** Changes of some settings of some groups. */
export type SettingsPatch = { readonly [G in keyof ToolSettings]?: Partial<ToolSettings[G]> }

/** `base` with what `values` has for it; what is no value of a setting counts as never said. */
function read(values: unknown, base: SettingsPatch): ToolSettings {
  const given = asRecord(values)
  const merged = Object.entries(groups).map(([name, fields]) => {
    const before = asRecord(base[name as keyof Groups])
    const now = asRecord(given[name])
    const one = Object.entries<Field<unknown>>(fields).map(([key, field]): [string, unknown] => [
      key,
      field.read(now[key]) ?? before[key] ?? field.initial,
    ])
    return [name, Object.fromEntries(one)] as const
  })
  // Built from the table field by field, so it has the table's type.
  return Object.fromEntries(merged) as ToolSettings
}

const asRecord = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {}

/** Settings as they were stored; nonsense and what is missing is as at first. */
export const restoreSettings = (stored: unknown): ToolSettings => read(stored, {})

/** Numbers are held in their range. */
export const patchSettings = (settings: ToolSettings, patch: SettingsPatch): ToolSettings => read(patch, settings)
