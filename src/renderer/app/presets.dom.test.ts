import { createPinia, setActivePinia } from 'pinia'
import { createMemoryHistory, createRouter } from 'vue-router'
import { beforeAll, describe, expect, it } from 'vitest'
import { keyPresets } from '../../shared/model/keys.ts'
import { allClashes, clashesOf } from '../features/settings/keys/clashes.ts'
import { keysOfPreset } from '../features/settings/keys/keysOfChoice.ts'
import { presets } from '../features/settings/keys/presets/presets.ts'
import type { CommandRecord } from '../ui/commands.ts'
import { collision } from '../ui/keyScopes.ts'
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

describe('a key that would be another command’s', () => {
  const clashing = (id: string, keys: string): string[] =>
    clashesOf(
      records.find((record) => record.id === id)!,
      keys,
      records,
      keysOfPreset('maskwright', records),
    ).flatMap((clash) => (clash.kind === 'kept' ? [] : [clash.other.id]))

  it('is asked about: of a drawing and of its tool, and of what works with every tool', () => {
    expect(clashing('canvas.acceptNew', 'W')).toContain('smart.result')
    expect(clashing('canvas.acceptNew', 'E')).toEqual(expect.arrayContaining(['smart.negative', 'brush.eraser']))
    expect(clashing('smart.automatic', 'N')).toContain('label.repeat')
    expect(clashing('smart.models', 'F')).toContain('label.fit')
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

/** Rows of specs/canvas-keys.md: what a key of another studio runs here; '' for keys that would do harm and so do nothing. */
const expected: Readonly<Record<(typeof keyPresets)[number], readonly (readonly [keys: string, id: string])[]>> = {
  maskwright: [
    ['D', 'label.next'],
    ['A', 'label.previous'],
    ['N', 'label.repeat'],
    ['Mod+3', 'label.class3'],
    ['3', 'label.class3'],
    ['L', 'label.lock'],
    ['/', 'label.occluded'],
    ['Shift+Delete', 'label.deleteLocked'],
    ['Mod+S', 'label.save'],
    ['Mod+O', 'studio.project'],
    ['Mod+U', 'studio.import'],
    ['Mod+,', 'go.settings'],
    ['Mod+F', 'label.fit'],
    ['Mod+Shift+F', 'label.fitWidth'],
    ['H', 'label.hide'],
    ['Mod+H', 'label.hideAll'],
    ['9', 'label.class9'],
    ['Mod+9', 'label.class9'],
    ['Mod+0', 'label.class10'],
    ['0', 'label.actual'],
    ['Mod+Enter', 'label.doneNext'],
  ],
  labelme: [
    ['Mod+Shift+D', 'label.next'],
    ['Mod+Shift+A', 'label.previous'],
    ['Mod+N', 'label.polygon'],
    ['Mod+R', 'label.box'],
    ['Mod+J', 'label.select'],
    ['Space', 'canvas.finish'],
    ['Mod+A', 'label.selectAll'],
    ['Mod+C', 'label.copy'],
    ['Mod+V', 'label.paste'],
    ['Mod+D', 'label.duplicate'],
    ['Mod+E', 'label.chooseClass'],
    ['Delete', 'label.delete'],
    ['Mod+Z', 'label.undo'],
    ['T', 'label.hideAll'],
    ['Mod+0', 'label.actual'],
    ['0', 'label.class10'],
    ['Mod+F', 'label.fit'],
    ['Mod+Shift+F', 'label.fitWidth'],
    ['Mod+S', 'label.save'],
    ['Mod+O', 'studio.project'],
    ['Mod+U', 'studio.import'],
    ['Mod+P', 'label.propagate'],
    ['Mod+Delete', ''],
  ],
  xAnyLabeling: [
    ['D', 'label.next'],
    ['Mod+Shift+D', 'label.nextByRule'],
    ['P', 'label.polygon'],
    ['R', 'label.box'],
    ['O', 'label.rotatedBox'],
    ['Shift+C', 'label.ellipse'],
    ['Shift+L', 'label.polyline'],
    ['Shift+S', 'label.polyline'],
    ['Shift+P', 'label.point'],
    ['Shift+B', 'label.brush'],
    ['Mod+N', 'label.lasso'],
    ['Shift+W', 'label.wand'],
    ['Mod+J', 'label.select'],
    ['Q', 'label.smart'],
    ['E', 'smart.negative'],
    ['B', 'smart.clear'],
    ['F', 'canvas.finish'],
    ['I', 'smart.automatic'],
    ['Mod+B', ''],
    ['Z', 'label.turnLeft'],
    ['X', 'label.turnLeftBit'],
    ['C', 'label.turnRightBit'],
    ['V', 'label.turnRight'],
    ['Mod+Shift+M', 'label.union'],
    ['Mod+H', 'label.hideAll'],
    ['9', 'label.class9'],
    ['0', 'label.class10'],
    ['Mod+P', 'label.propagate'],
    ['Mod+Y', 'label.repeat'],
    ['S', 'label.hide'],
    ['W', 'label.showAll'],
    ['G', 'label.group'],
    ['U', 'label.ungroup'],
    ['Mod+=', 'label.actual'],
    ['Mod+F', 'label.fit'],
    ['Mod+Shift+F', 'label.fitWidth'],
    ['Mod+S', 'label.save'],
    ['Mod+I', 'studio.import'],
    ['Mod+U', 'studio.import'],
    ['Mod+0', 'go.settings'],
    ['Mod+Alt+K', 'label.doneNext'],
    ['Mod+Delete', ''],
    ['Mod+Shift+Delete', ''],
  ],
  cvat: [
    ['F', 'label.next'],
    ['D', 'label.previous'],
    ['V', 'label.jumpForward'],
    ['C', 'label.jumpBack'],
    ['N', 'canvas.finish'],
    ['N', 'label.repeat'],
    ['Q', 'label.occluded'],
    ['/', 'label.occluded'],
    ['L', 'label.lock'],
    ['T L', 'label.unlockAll'],
    ['H', 'label.hide'],
    ['T H', 'label.hideAll'],
    ['+', 'label.forward'],
    ['-', 'label.backward'],
    ['G', 'label.group'],
    ['Shift+G', 'label.ungroup'],
    ['M', 'label.union'],
    ['J', 'label.union'],
    ['Alt+M', 'label.split'],
    ['Alt+J', 'label.split'],
    ['Mod+4', 'label.class4'],
    ['Mod+0', 'label.class10'],
    ['Mod+B', 'label.propagate'],
    ['Shift+Delete', 'label.deleteLocked'],
    ['Mod+Z', 'label.undo'],
    ['Mod+Y', 'label.redo'],
    ['Mod+S', 'label.save'],
    ['F2', 'go.settings'],
    ['F1', 'studio.help'],
  ],
}

describe.each(keyPresets)('the keys of %s', (preset) => {
  it('do here what its users expect', () => {
    const map = keysOfPreset(preset, records)
    // The Datasets page has letters of its own.
    const runs = (keys: string) =>
      records.flatMap(({ id }) =>
        !id.startsWith('datasets.') && (map.get(id) ?? []).some((own) => collision(own, keys) === 'same') ? [id] : [],
      )
    const wrong = expected[preset].filter(([keys, id]) => (id === '' ? runs(keys).length > 0 : !runs(keys).includes(id)))
    expect(wrong.map(([keys, id]) => `${keys}: ${runs(keys).join(', ')} instead of ${id}`)).toEqual([])
  })
})
