import type { CommandRecord } from '../../../ui/commands.ts'
import type { KeyMap } from '../../../ui/keyMap.ts'
import { collision, isKeptByBrowser, overlap, scopeOf, type Collision } from '../../../ui/keyScopes.ts'
import type { Shortcut } from '../../../ui/shortcut.ts'

/** A key that would not do what is written beside it. */
export type Clash =
  /** Two commands that can be meant in the same situation: the same key, or one is the beginning of the other. */
  | {
      readonly kind: Collision
      readonly keys: Shortcut
      readonly record: CommandRecord
      readonly otherKeys: Shortcut
      readonly other: CommandRecord
    }
  /** The browser has the only keys of the command for itself. */
  | { readonly kind: 'kept'; readonly keys: Shortcut; readonly record: CommandRecord }

/** What a command's key would get in the way of, given everyone else's keys. */
export function clashesOf(record: CommandRecord, keys: Shortcut, records: readonly CommandRecord[], map: KeyMap): Clash[] {
  const scope = scopeOf(record)
  return records.flatMap((other): Clash[] => {
    if (other.id === record.id || !overlap(scope, scopeOf(other))) return []
    return (map.get(other.id) ?? []).flatMap((otherKeys) => {
      const kind = collision(keys, otherKeys)
      return kind ? [{ kind, keys, record, otherKeys, other }] : []
    })
  })
}

/** Every clash of a key map, each pair once. */
export function allClashes(records: readonly CommandRecord[], map: KeyMap, shell: 'web' | 'electron'): Clash[] {
  const found: Clash[] = []
  records.forEach((record, i) => {
    const keys = map.get(record.id) ?? []
    for (const each of keys) found.push(...clashesOf(record, each, records.slice(i + 1), map))
    if (shell === 'web' && keys.length > 0 && keys.every(isKeptByBrowser)) found.push({ kind: 'kept', keys: keys[0]!, record })
  })
  return found
}
