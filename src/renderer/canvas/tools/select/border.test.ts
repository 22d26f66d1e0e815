import { describe, expect, it } from 'vitest'
import { createRig } from '../gestureRig.ts'

describe('at the border of the picture', () => {
  it('a box that is sized in proportion stays in proportion', () => {
    const rig = createRig()
    rig.editor.select([rig.ids.box])
    rig.drag([70, 60], [190, 90], { shift: true })
    expect(rig.shape(rig.ids.box)).toEqual({ kind: 'box', x: 10, y: 10, w: 108, h: 90 })
    rig.drag([10, 10], [0, 0], { shift: true })
    const box = rig.shape(rig.ids.box)
    expect(box?.kind === 'box' && box.w / box.h).toBeCloseTo(1.2)
    expect(box).toMatchObject({ kind: 'box', x: 0, w: 118 })
    expect(rig.entries.map(({ command }) => command)).toEqual(['resize', 'resize'])
  })

  it('keys move nothing by less than masks can go, so that what is moved together stays together', () => {
    const rig = createRig()
    const { editor, host, ids } = rig
    editor.commitPatches('move', new Map([[ids.box, { shape: { kind: 'box', x: 10.5, y: 10, w: 60, h: 50 } }]]))
    editor.select([ids.box, ids.mask])
    const nudge = (dx: number): void => {
      host.key({ type: 'nudge', dx, dy: 0, grow: false })
      host.key({ type: 'nudgeEnd' })
    }
    nudge(-100)
    expect([rig.shape(ids.box), rig.shape(ids.mask)]).toMatchObject([{ x: 0.5 }, { x: 140 }])
    nudge(-1)
    expect([rig.shape(ids.box), rig.shape(ids.mask)]).toMatchObject([{ x: 0.5 }, { x: 140 }])
    expect(rig.entries.map(({ command }) => command)).toEqual(['move', 'nudge'])
    editor.select([ids.box])
    nudge(-1)
    expect(rig.shape(ids.box)).toMatchObject({ x: 0 })
  })
})
