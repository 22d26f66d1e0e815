import type { CommandRecord } from '../../ui/commands.ts'
import { scopeOf } from '../../ui/keyScopes.ts'
import type { Shortcut } from '../../ui/shortcut.ts'

export interface SheetRow {
  readonly id: string
  readonly name: string
  readonly keys: readonly Shortcut[]
  /** Key of the last of several commands that differ by their digit only. */
  readonly until: Shortcut | null
  /** Keys of such commands that are no such digits. */
  readonly beyond: readonly Shortcut[]
  /** What is done with the mouse instead. */
  readonly gesture?: string
}

export interface SheetGroup {
  readonly key: string
  readonly title: string
  /** Its commands can be run on the page that is open. */
  readonly here: boolean
  readonly rows: readonly SheetRow[]
}

/** What the mouse does, each with the keys of its words: 'mouse.gestures.zoom' has `what` and `how`. */
export interface MouseGroup {
  readonly key: string
  readonly gestures: readonly string[]
  /** The heading it stands below. */
  readonly below: string
  readonly here: boolean
}

export interface SheetWords {
  readonly translate: (key: string) => string
  readonly keysOf: (record: CommandRecord) => readonly Shortcut[]
  readonly asText: (keys: Shortcut) => string
}

interface Ranked {
  readonly rank: number
  readonly rows: (SheetRow & { readonly labelKey: string })[]
}

/** Keys by heading: first those of the open page, with what the mouse does there, then those that work everywhere, then the other pages'; commands without a key are left out. */
export function cheatSheet(
  records: readonly CommandRecord[],
  open: ReadonlySet<string>,
  query: string,
  { translate, keysOf, asText }: SheetWords,
  mouse: MouseGroup | null = null,
): SheetGroup[] {
  const groups = new Map<string, Ranked>()
  for (const record of records) {
    const keys = keysOf(record)
    if (keys.length === 0) continue
    const rank = !open.has(record.id) ? 2 : scopeOf(record) === 'global' ? 1 : 0
    const group = groups.get(record.groupKey) ?? { rank, rows: [] }
    const first = group.rows.findIndex((row) => row.labelKey === record.labelKey)
    if (first >= 0) group.rows[first] = withDigit(group.rows[first]!, keys[0]!)
    else group.rows.push({ id: record.id, labelKey: record.labelKey, name: translate(record.labelKey), keys, until: null, beyond: [] })
    groups.set(record.groupKey, group)
  }
  const words = query.toLowerCase().split(/\s+/).filter(Boolean)
  return withMouse([...groups], mouse, translate)
    .map(([key, { rank, rows }]) => {
      const title = translate(key)
      const matching = rows.filter((row) => {
        const text = [title, row.name, row.gesture ?? '', ...[...row.keys, ...row.beyond].map(asText)].join(' ').toLowerCase()
        return words.every((word) => text.includes(word))
      })
      return { key, title, rank, here: rank === 0, rows: matching }
    })
    .filter(({ rows }) => rows.length > 0)
    .sort((a, b) => a.rank - b.rank)
}

/** The row with one more command of its kind: 'Ctrl+0' does not end what begins with '1'. */
function withDigit<Row extends SheetRow>(row: Row, keys: Shortcut): Row {
  const held = (each: Shortcut): string => each.slice(0, -1)
  return held(keys) === held(row.keys[0]!) ? { ...row, until: keys } : { ...row, beyond: [...row.beyond, keys] }
}

function withMouse(groups: [string, Ranked][], mouse: MouseGroup | null, translate: SheetWords['translate']): [string, Ranked][] {
  if (!mouse) return groups
  const at = groups.findIndex(([key]) => key === mouse.below) + 1
  const rows = mouse.gestures.map((id) => gestureRow(id, translate))
  return groups.toSpliced(at || groups.length, 0, [mouse.key, { rank: mouse.here ? 0 : 2, rows }])
}

const gestureRow = (id: string, translate: SheetWords['translate']) => ({
  id,
  labelKey: id,
  name: translate(`${id}.what`),
  gesture: translate(`${id}.how`),
  keys: [],
  until: null,
  beyond: [],
})
