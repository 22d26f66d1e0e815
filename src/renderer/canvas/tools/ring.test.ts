import { describe, expect, it } from 'vitest'
import type { ToolSettings } from '../engine/settings.ts'
import { createRig, withoutRevs, type Rig } from './gestureRig.ts'

const start = (
  becomes: ToolSettings['ring']['becomes'],
  which: keyof Rig['ids'] = 'polygon',
  tool: 'polygon' | 'lasso' = 'polygon',
  ports: Parameters<typeof createRig>[0] = {},
): Rig => {
  const rig = createRig(ports)
  rig.editor.setSettings({ ring: { becomes }, aids: { snap: false } })
  rig.editor.select([rig.ids[which]])
  rig.host.choose(tool)
  return rig
}
const draw = (rig: Rig, ...points: [number, number][]): void => {
  for (const [x, y] of points) rig.click(x, y)
  rig.host.key({ type: 'finish' })
}

describe('rings of a selected region', () => {
  it('a hole is cut out of it in one entry, and undo restores the exact record; the next hole follows', () => {
    const rig = start('hole')
    const before = rig.editor.records.inOrder()
    draw(rig, [105, 15], [120, 15], [120, 40], [105, 40])
    expect(rig.entries.map(({ command }) => command)).toEqual(['cutHole'])
    expect(rig.shape(rig.ids.polygon)).toMatchObject({ parts: [{ holes: [{ length: 4 }] }] })
    expect(rig.editor.single?.id).toBe(rig.ids.polygon)
    rig.undoLast(before)
    expect(rig.content()).toEqual(withoutRevs(before))
    draw(rig, [130, 15], [145, 15], [145, 40], [130, 40])
    expect(rig.shape(rig.ids.polygon)).toMatchObject({ parts: [{ holes: [{ length: 4 }] }] })
  })

  it('a part stands beside it, or melts into it where they meet', () => {
    const rig = start('part')
    draw(rig, [100, 70], [120, 70], [120, 90])
    expect(rig.entries.map(({ command }) => command)).toEqual(['addPart'])
    expect(rig.shape(rig.ids.polygon)).toMatchObject({ parts: { length: 2 } })
    draw(rig, [100, 40], [120, 40], [120, 72], [100, 72])
    expect(rig.shape(rig.ids.polygon)).toMatchObject({ parts: { length: 1 } })
  })

  it('works for masks, which stay masks, and for the lasso', () => {
    const rig = start('hole', 'mask')
    draw(rig, [155, 65], [160, 65], [160, 70], [155, 70])
    expect(rig.shape(rig.ids.mask)?.kind).toBe('mask')
    const lasso = start('hole', 'polygon', 'lasso')
    lasso.down(110, 20)
    for (const [x, y] of [
      [130, 20],
      [130, 40],
      [110, 40],
    ] as const)
      lasso.move(x, y)
    lasso.up(110, 40)
    expect(lasso.entries.map(({ command }) => command)).toEqual(['cutHole'])
  })

  it('goes on drawing when nothing would be left, or nothing changed, and says so', () => {
    const said: string[] = []
    const rig = start('hole', 'polygon', 'polygon', { nothing: (command) => said.push(command) })
    draw(rig, [90, 5], [170, 5], [170, 60], [90, 60])
    expect([rig.entries, rig.host.stateName]).toEqual([[], 'drawing'])
    rig.host.key({ type: 'cancel' })
    draw(rig, [10, 70], [30, 70], [30, 90])
    expect([rig.entries, rig.host.stateName]).toEqual([[], 'drawing'])
    rig.host.key({ type: 'cancel' })
    // Beside it, touching.
    draw(rig, [160, 10], [180, 10], [180, 50], [160, 50])
    expect([rig.entries, said]).toEqual([[], ['cutHole', 'cutHole', 'cutHole']])
  })

  it('of a locked region none is begun, and one that is refused at its end stays to be gone on with', () => {
    let held = 0
    const rig = createRig({ held: () => held++ })
    const { editor, host, ids } = rig
    const lock = (locked: boolean) => editor.commitPatches(locked ? 'lock' : 'unlock', new Map([[ids.polygon, { locked }]]))
    editor.setSettings({ ring: { becomes: 'hole' } })
    editor.select([ids.polygon])
    lock(true)
    for (const tool of ['polygon', 'lasso', 'scissors'] as const) {
      host.choose(tool)
      rig.down(105, 15)
      expect([host.stateName, editor.gesture.draft.kind]).toEqual(['idle', 'none'])
      rig.up(105, 15)
    }
    expect([held, editor.single?.id]).toEqual([3, ids.polygon])
    lock(false)
    for (const tool of ['polygon', 'scissors'] as const) {
      host.choose(tool)
      for (const [x, y] of [
        [105, 15],
        [120, 15],
        [120, 40],
      ] as const)
        rig.click(x, y)
      lock(true)
      host.key({ type: 'finish' })
      expect([rig.entries.at(-1)?.command, host.stateName, editor.gesture.draft.kind]).toEqual(['lock', 'drawing', 'polygon'])
      lock(false)
      host.key({ type: 'finish' })
      expect([rig.entries.at(-1)?.command, host.stateName, editor.gesture.draft.kind]).toEqual(['cutHole', 'idle', 'none'])
      editor.commitPatches('resize', new Map([[ids.polygon, { shape: { kind: 'box', x: 100, y: 10, w: 60, h: 40 } }]]))
    }
  })

  it('may cross itself, as much to the one side as to the other', () => {
    const rig = start('region')
    draw(rig, [60, 70], [90, 95], [90, 70], [60, 95])
    expect(rig.entries.map(({ command }) => command)).toEqual(['createPolygon'])
    draw(rig, [10, 70], [30, 90], [10, 70], [30, 90])
    expect([rig.entries.length, rig.host.stateName]).toEqual([1, 'drawing'])
  })

  it('a ring of its own that may not be kept stays as well', () => {
    const rig = start('region')
    for (const [x, y] of [
      [80, 70],
      [90, 70],
      [90, 90],
    ] as const)
      rig.click(x, y)
    rig.editor.setGhosts('past', { list: [], past: [] })
    rig.host.key({ type: 'finish' })
    expect([rig.entries.length, rig.host.stateName, rig.editor.gesture.draft.kind]).toEqual([0, 'drawing', 'polygon'])
  })

  it('with nothing selected, or several, a ring is a region of its own', () => {
    const rig = start('hole')
    rig.editor.select([rig.ids.box, rig.ids.polygon])
    draw(rig, [80, 70], [90, 70], [90, 90])
    expect(rig.entries.map(({ command }) => command)).toEqual(['createPolygon'])
  })
})
