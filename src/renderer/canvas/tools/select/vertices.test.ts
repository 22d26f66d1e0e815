import { describe, expect, it } from 'vitest'
import { addVertexAfter, stepVertex } from '../../engine/actions.ts'
import { toScreen } from '../../engine/camera.ts'
import type { Shape } from '../../../../shared/model/shape.ts'
import { createRig, withoutRevs, type Rig } from '../gestureRig.ts'

const triangle: Shape = {
  kind: 'polygon',
  parts: [
    {
      outer: [
        [100, 50],
        [160, 50],
        [130, 10],
      ],
      holes: [
        [
          [125, 40],
          [135, 40],
          [130, 30],
        ],
      ],
    },
  ],
}
const line: Shape = {
  kind: 'polyline',
  points: [
    [100, 20],
    [140, 20],
    [140, 60],
  ],
}

/** The rig with another shape in place of the polygon, selected. */
function start(shape?: Shape): Rig {
  const rig = createRig()
  if (shape) rig.editor.commitPatches('move', new Map([[rig.ids.polygon, { shape }]]))
  rig.entries.length = 0
  rig.editor.select([rig.ids.polygon])
  return rig
}
const nudge = (rig: Rig, dx: number, dy: number): void => void rig.host.key({ type: 'nudge', dx, dy, grow: false })
const letGo = (rig: Rig): void => void rig.host.key({ type: 'nudgeEnd' })
const at = (rig: Rig) => rig.editor.activeVertex?.at

describe('vertices by keys alone', () => {
  it('one is added in the middle of the edge after the active one, and becomes it; undo restores the exact record', () => {
    const rig = start()
    const before = rig.editor.records.inOrder()
    stepVertex(rig.editor, -1)
    expect(addVertexAfter(rig.editor)).toBe(true)
    expect(rig.entries.map(({ command }) => command)).toEqual(['addVertex'])
    expect(rig.shape(rig.ids.polygon)).toMatchObject({ parts: [{ outer: { 4: [100, 30], length: 5 } }] })
    expect(at(rig)).toEqual({ part: 0, hole: null, vertex: 4 })
    rig.undoLast(before)
    expect(rig.content()).toEqual(withoutRevs(before))
    expect(rig.editor.activeVertex).toBeNull()
  })

  it('without an active one on the first edge, again and again; of a line after its last vertex on the edge before', () => {
    const rig = start(line)
    addVertexAfter(rig.editor)
    addVertexAfter(rig.editor)
    expect(rig.shape(rig.ids.polygon)).toMatchObject({
      points: [
        [100, 20],
        [120, 20],
        [130, 20],
        [140, 20],
        [140, 60],
      ],
    })
    for (let i = 0; i < 2; i++) stepVertex(rig.editor, 1)
    addVertexAfter(rig.editor)
    expect(rig.shape(rig.ids.polygon)).toMatchObject({ points: { 4: [140, 40], length: 6 } })
    expect(at(rig)?.vertex).toBe(4)
  })

  it('neighbours get theirs when they go along; locked objects and other shapes get none', () => {
    let held = 0
    const rig = createRig({ held: () => held++ })
    const { editor, ids } = rig
    const twin = editor.commitNew('createPolygon', {
      kind: 'polyline',
      points: [
        [160, 50],
        [160, 10],
      ],
    })
    const add = (): boolean => {
      editor.select([ids.polygon])
      for (let i = 0; i < 2; i++) stepVertex(editor, 1)
      return addVertexAfter(editor)
    }
    add()
    expect(rig.entries.at(-1)?.edits).toHaveLength(1)
    rig.undoLast([])
    editor.setSettings({ aids: { together: true } })
    editor.refresh(editor.records.itemRev + 1, [
      ...editor.records.inOrder().filter(({ id }) => id !== ids.polygon),
      {
        ...editor.records.inOrder()[0]!,
        id: ids.polygon,
        z: 9,
        shape: {
          kind: 'polyline',
          points: [
            [100, 10],
            [160, 10],
            [160, 50],
          ],
        },
      },
    ])
    add()
    expect([rig.shape(twin), rig.entries.at(-1)?.edits.length]).toEqual([
      {
        kind: 'polyline',
        points: [
          [160, 50],
          [160, 30],
          [160, 10],
        ],
      },
      2,
    ])
    editor.commitPatches('lock', new Map([[ids.polygon, { locked: true }]]))
    expect([add(), held, rig.entries.at(-1)?.command]).toEqual([false, 1, 'lock'])
    editor.select([ids.box])
    expect(addVertexAfter(editor)).toBe(false)
  })

  it('the active one is brought into view at the same scale, and nothing moves while it is', () => {
    const rig = start()
    const { editor } = rig
    editor.setCamera({ scale: 4, x: -400, y: -20 })
    const { camera } = editor
    stepVertex(editor, 1)
    expect(editor.camera).toBe(camera)
    stepVertex(editor, 1)
    expect(editor.camera).toMatchObject({ scale: 4, x: -540 })
    addVertexAfter(editor)
    expect(toScreen(editor.camera, { x: 160, y: 30 })).toMatchObject({ x: 100 })
  })

  it('steps go from ring to ring, both ways and around', () => {
    const rig = start(triangle)
    const steps = (by: 1 | -1) =>
      Array.from({ length: 7 }, () => (stepVertex(rig.editor, by), `${at(rig)?.hole ?? 'outer'} ${at(rig)?.vertex}`))
    expect(steps(1)).toEqual(['outer 0', 'outer 1', 'outer 2', '0 0', '0 1', '0 2', 'outer 0'])
    expect(steps(-1)).toEqual(['0 2', '0 1', '0 0', 'outer 2', 'outer 1', 'outer 0', '0 2'])
  })
})

describe('a shape of nothing', () => {
  it('is not made by a vertex that is dragged onto others; it may pass them', () => {
    const rig = start(triangle)
    const before = rig.content()
    rig.down(130, 10)
    rig.move(130, 30)
    rig.move(160, 50)
    expect(rig.editor.gesture.draft.kind).toBe('none')
    rig.up(160, 50)
    expect([rig.entries.length, rig.content(), rig.host.stateName]).toEqual([0, before, 'idle'])
    rig.drag([130, 10], [130, 50])
    expect(rig.entries).toEqual([])
    rig.drag([130, 10], [130, 90])
    expect(rig.shape(rig.ids.polygon)).toMatchObject({
      parts: [
        {
          outer: [
            [100, 50],
            [160, 50],
            [130, 90],
          ],
        },
      ],
    })
    rig.drag([130, 30], [130, 40])
    expect(rig.entries).toHaveLength(1)
  })

  it('is not made by keys, which get past it while they are held', () => {
    const rig = start({
      kind: 'polygon',
      parts: [
        {
          outer: [
            [100, 50],
            [160, 50],
            [130, 48],
          ],
          holes: [],
        },
      ],
    })
    for (let i = 0; i < 3; i++) stepVertex(rig.editor, 1)
    nudge(rig, 0, 2)
    letGo(rig)
    expect([rig.entries.length, rig.host.stateName]).toEqual([0, 'idle'])
    nudge(rig, 0, 2)
    nudge(rig, 0, 2)
    letGo(rig)
    expect(rig.shape(rig.ids.polygon)).toMatchObject({ parts: [{ outer: { 2: [130, 52] } }] })
    expect(rig.entries.map(({ command }) => command)).toEqual(['nudge'])
  })

  it('is no line of one place either; a vertex against the border of the picture leaves no entry', () => {
    const rig = start({
      kind: 'polyline',
      points: [
        [100, 0],
        [110, 0],
      ],
    })
    rig.drag([110, 0], [100, 0])
    expect(rig.entries).toEqual([])
    stepVertex(rig.editor, 1)
    nudge(rig, 0, -1)
    letGo(rig)
    expect(rig.entries).toEqual([])
  })
})
