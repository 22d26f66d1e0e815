/** What is chosen in the grid. `active` is the picture the keyboard is on, `anchor` where a range began; both are places in the filtered list. */
export interface Selection {
  readonly ids: ReadonlySet<string>
  readonly active: number
  readonly anchor: number
}

export const nothingSelected: Selection = { ids: new Set(), active: -1, anchor: -1 }

export interface Extend {
  /** Shift: from the anchor to here. */
  readonly range: boolean
  /** Ctrl: this one in or out, the others stay. */
  readonly toggle: boolean
}

type IdAt = (index: number) => string | undefined

function rangeIds(from: number, to: number, idAt: IdAt): Set<string> {
  const ids = new Set<string>()
  for (let i = Math.min(from, to); i <= Math.max(from, to); i++) {
    const id = idAt(i)
    if (id !== undefined) ids.add(id)
  }
  return ids
}

/** The selection after a click, or a key, on the picture at `index`. */
export function selectAt(selection: Selection, index: number, how: Extend, idAt: IdAt): Selection {
  const id = idAt(index)
  if (id === undefined) return selection
  if (how.range && selection.anchor >= 0) return { ids: rangeIds(selection.anchor, index, idAt), active: index, anchor: selection.anchor }
  if (how.toggle) {
    const ids = new Set(selection.ids)
    if (!ids.delete(id)) ids.add(id)
    return { ids, active: index, anchor: index }
  }
  return { ids: new Set([id]), active: index, anchor: index }
}

/** Where an arrow, Home, End or Page key leads; null for other keys. The place stays inside 0..total-1. */
export function keyTarget(key: string, active: number, total: number, columns: number, rowsPerPage: number): number | null {
  const steps: Readonly<Record<string, number>> = {
    ArrowLeft: -1,
    ArrowRight: 1,
    ArrowUp: -columns,
    ArrowDown: columns,
    PageUp: -columns * rowsPerPage,
    PageDown: columns * rowsPerPage,
    Home: -Infinity,
    End: Infinity,
  }
  const step = steps[key]
  if (step === undefined || total === 0) return null
  if (active < 0) return 0
  const target = active + step
  if ((key === 'ArrowUp' && target < 0) || (key === 'ArrowDown' && target >= total)) return active
  return Math.min(total - 1, Math.max(0, target))
}
