import { createPinia, setActivePinia } from 'pinia'
import { createMemoryHistory, createRouter } from 'vue-router'
import { beforeAll, describe, expect, it } from 'vitest'
import { keyPresets } from '../../shared/model/keys.ts'
import { allClashes } from '../features/settings/keys/clashes.ts'
import { keysOfPreset } from '../features/settings/keys/keysOfChoice.ts'
import { presets } from '../features/settings/keys/presets/presets.ts'
import type { CommandRecord } from '../ui/commands.ts'
import { isShortcut } from '../ui/shortcut.ts'
import { declaredCommands } from './declaredCommands.ts'
import { studioCommands } from './frame/studioCommands.ts'

let records: readonly CommandRecord[] = []
beforeAll(() => {
  setActivePinia(createPinia())
  records = [...studioCommands(createRouter({ history: createMemoryHistory(), routes: [] })), ...declaredCommands()]
})

describe('commands', () => {
  it('have one id each', () => {
    expect(records.length).toBeGreaterThan(50)
    expect(new Set(records.map(({ id }) => id)).size).toBe(records.length)
  })
})

describe.each(keyPresets)('preset %s', (preset) => {
  it('has no clash, in the desktop window and in a browser', () => {
    const map = keysOfPreset(preset, records)
    for (const shell of ['electron', 'web'] as const) {
      const said = allClashes(records, map, shell).map((clash) =>
        clash.kind === 'kept'
          ? `the browser keeps ${clash.keys} of ${clash.record.id}`
          : `${clash.keys} of ${clash.record.id} and ${clash.otherKeys} of ${clash.other.id}`,
      )
      expect(said).toEqual([])
    }
  })

  it('speaks of commands that exist, and of keys that can be pressed', () => {
    const given = Object.entries(presets[preset]?.keys ?? {})
    const ids = new Set(records.map(({ id }) => id))
    expect(given.filter(([id]) => !ids.has(id))).toEqual([])
    expect(given.flatMap(([, keys]) => keys).filter((keys) => !isShortcut(keys))).toEqual([])
    expect(records.flatMap(({ shortcuts }) => shortcuts ?? []).filter((keys) => !isShortcut(keys))).toEqual([])
  })
})
