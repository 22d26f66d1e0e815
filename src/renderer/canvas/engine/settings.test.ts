import { describe, expect, it } from 'vitest'
import { createRig } from '../tools/gestureRig.ts'
import { patchSettings, restoreSettings, widestBrush } from './settings.ts'

describe('settings of the tools', () => {
  it('a patch changes what it names, numbers stay in their range', () => {
    const before = restoreSettings(null)
    const after = patchSettings(before, { brush: { size: 5000 } })
    expect(after).toEqual({ ...before, brush: { ...before.brush, size: widestBrush } })
    expect(before.brush.size).toBe(24)
  })

  it('what was stored comes back; nonsense counts as never said', () => {
    const kept = patchSettings(restoreSettings(null), { brush: { size: 77, tip: 'square' } })
    expect(restoreSettings(JSON.parse(JSON.stringify(kept)))).toEqual(kept)
    for (const stored of [null, 'x', 7, [], { brush: null }, { brush: { size: 'wide', tip: 'hexagon', erase: 1, other: 2 } }]) {
      expect(restoreSettings(stored)).toEqual(restoreSettings(null))
    }
  })

  it('the editor holds them and says when they change', () => {
    const { editor } = createRig()
    const said: string[] = []
    editor.onChange((aspect) => said.push(aspect))
    editor.setSettings({ brush: { erase: true } })
    expect(editor.settings.brush).toMatchObject({ erase: true, tip: 'round' })
    expect(said).toEqual(['settings'])
  })
})
