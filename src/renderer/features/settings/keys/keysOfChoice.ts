import type { KeyChoice } from '../../../../shared/model/keys.ts'
import type { CommandRecord } from '../../../ui/commands.ts'
import type { KeyMap } from '../../../ui/keyMap.ts'
import { collision, overlap, scopeOf } from '../../../ui/keyScopes.ts'
import type { Shortcut } from '../../../ui/shortcut.ts'
import { presets } from './presets/presets.ts'

/** A preset over the commands' own keys: what it gives to one command is taken from the defaults of the others. */
export function keysOfPreset(preset: KeyChoice['preset'], records: readonly CommandRecord[]): KeyMap {
  const given = presets[preset]?.keys ?? {}
  const scoped = records.map((record) => ({ ...record, scope: scopeOf(record) }))
  const taken = scoped.flatMap(({ id, scope }) => (Object.hasOwn(given, id) ? given[id]!.map((keys) => ({ keys, scope })) : []))
  const isFree = (keys: Shortcut, record: (typeof scoped)[number]): boolean =>
    !taken.some((other) => overlap(other.scope, record.scope) && collision(other.keys, keys) !== null)
  return new Map(
    scoped.map((record) => [
      record.id,
      Object.hasOwn(given, record.id) ? given[record.id]! : (record.shortcuts ?? []).filter((keys) => record.fixed || isFree(keys, record)),
    ]),
  )
}

/** The keys in force: the preset's, with the user's own in their place. */
export function keysOfChoice({ preset, changes }: KeyChoice, records: readonly CommandRecord[]): KeyMap {
  const map = new Map(keysOfPreset(preset, records))
  for (const { id, fixed } of records) if (!fixed && Object.hasOwn(changes, id)) map.set(id, changes[id]!)
  return map
}
