import { describe, expect, it } from 'vitest'
import { runRegionTask, type RegionOp } from '../../../shared/geometry/regionTask.ts'
import { createRig, withoutRevs, type Rig } from '../tools/gestureRig.ts'
import { commitRegions, paintedRegions, regionTask, selectedRegions } from './regionEdits.ts'

const run = (rig: Rig, op: RegionOp, inputs = selectedRegions(rig.editor)): number | null => {
  const task = regionTask(rig.editor, op, inputs)
  return commitRegions(rig.editor, task, runRegionTask(task))
}

const ops: readonly (readonly [RegionOp, (rig: Rig) => readonly string[]])[] = [
  [{ kind: 'union' }, ({ ids }) => [ids.box, ids.mask, ids.polygon]],
  [{ kind: 'subtract' }, ({ ids }) => [ids.box, ids.small]],
  [{ kind: 'intersect' }, ({ ids }) => [ids.box, ids.small]],
  [{ kind: 'join' }, ({ ids }) => [ids.box, ids.polygon]],
  [{ kind: 'overlap' }, ({ ids }) => [ids.box, ids.small]],
  [{ kind: 'grow', byPx: 2 }, ({ ids }) => [ids.mask, ids.polygon]],
  [{ kind: 'grow', byPx: -2 }, ({ ids }) => [ids.mask, ids.box]],
  [{ kind: 'toPolygon', tolerancePx: 0 }, ({ ids }) => [ids.mask, ids.box]],
  [{ kind: 'toMask' }, ({ ids }) => [ids.polygon, ids.box]],
  [
    {
      kind: 'split',
      line: [
        { x: 0, y: 30 },
        { x: 200, y: 30 },
      ],
    },
    ({ ids }) => [ids.polygon, ids.box],
  ],
]

describe('operations on regions', () => {
  it.each(ops.map(([op, which]) => [op.kind, op, which] as const))(
    '%s is one entry, and undo restores the exact records',
    (_, op, which) => {
      const rig = createRig()
      const before = rig.editor.records.inOrder()
      rig.editor.select(which(rig))
      expect(run(rig, op)).toBeGreaterThan(0)
      expect(rig.entries).toHaveLength(1)
      expect(rig.content()).not.toEqual(withoutRevs(before))
      rig.undoLast(before)
      expect(rig.content()).toEqual(withoutRevs(before))
    },
  )

  it('the lowest keeps its id, class and attributes; the rest goes; the outcome is selected', () => {
    const rig = createRig()
    const { editor, ids } = rig
    editor.commitPatches('attributes', new Map([[ids.mask, { attributes: { occluded: true } }]]))
    editor.select([ids.polygon, ids.box, ids.mask])
    run(rig, { kind: 'union' })
    expect(rig.entries.at(-1)).toMatchObject({ command: 'union' })
    expect(editor.records.inOrder().map(({ id }) => id)).toEqual([ids.mask, ids.small])
    expect(editor.single).toMatchObject({ id: ids.mask, attributes: { occluded: true }, shape: { kind: 'mask' } })
  })

  it('pieces inherit class, attributes, group and place; all are selected', () => {
    const rig = createRig()
    const { editor, ids } = rig
    editor.commitPatches('attributes', new Map([[ids.polygon, { attributes: { pose: 'Left' }, groupId: ids.box }]]))
    editor.select([ids.polygon])
    const line = [
      { x: 120, y: 0 },
      { x: 120, y: 100 },
    ]
    expect(run(rig, { kind: 'split', line })).toBe(1)
    const [kept, piece] = editor.selected
    expect(editor.selection.size).toBe(2)
    expect(kept!.id).toBe(ids.polygon)
    expect(piece).toMatchObject({ classId: kept!.classId, z: kept!.z, attributes: { pose: 'Left' }, region: 'object', groupId: ids.box })
  })

  it('writes nothing when a region changed while it was worked on', () => {
    const rig = createRig()
    const { editor, ids } = rig
    editor.select([ids.box, ids.small])
    const task = regionTask(editor, { kind: 'union' }, selectedRegions(editor))
    editor.commitPatches('move', new Map([[ids.box, { shape: { kind: 'box', x: 0, y: 0, w: 5, h: 5 } }]]))
    expect(commitRegions(editor, task, runRegionTask(task))).toBeNull()
    expect(rig.entries).toHaveLength(1)
  })

  it('the whole picture means polygons and masks; void lies above all', () => {
    const rig = createRig()
    const { editor, ids } = rig
    expect(paintedRegions(editor).map(({ id }) => id)).toEqual([ids.mask, ids.polygon])
    editor.commitPatches('reclassify', new Map([[ids.mask, { region: 'void' }]]))
    expect(paintedRegions(editor).map(({ id }) => id)).toEqual([ids.polygon, ids.mask])
  })
})
