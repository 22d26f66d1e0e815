import { describe, expect, it } from 'vitest'
import { deleteSelection } from '../engine/actions.ts'
import type { SegmentPrompt } from '../engine/segmenter.ts'
import { createRig, type Rig } from './gestureRig.ts'
import { liesIn, type Kept } from './kept.ts'
import type { ToolId } from './tool.ts'
import { unfinishedSchema, type UnfinishedDrawing } from './unfinished.ts'

const corners = [
  [110, 60],
  [140, 60],
  [140, 90],
  [110, 90],
] as const

/** Through the mask. */
const cut = [
  [145, 62],
  [155, 66],
  [160, 72],
  [178, 78],
] as const

function keeping(): { readonly rig: Rig; readonly kept: UnfinishedDrawing[] } {
  const rig = createRig()
  const kept: UnfinishedDrawing[] = []
  rig.host.onSetAside((drawing) => kept.push(drawing))
  return { rig, kept }
}

function begin(rig: Rig, tool: ToolId, points: number): void {
  rig.host.choose(tool)
  for (const [x, y] of (tool === 'split' ? cut : corners).slice(0, points)) rig.click(x, y)
}

/** Two rigs have objects of their own. */
const retargeted = (kept: UnfinishedDrawing['kept'], from: Rig, to: Rig): UnfinishedDrawing['kept'] =>
  kept.kind === 'outline' && kept.targetId === from.ids.mask ? { ...kept, targetId: to.ids.mask } : kept

describe.each(['polygon', 'polyline', 'scissors', 'brush', 'split'] as const)('half drawn by %s', (tool) => {
  const prepare = (rig: Rig): void => {
    if (tool === 'brush') rig.editor.setSettings({ brush: { tip: 'polygon' } })
    if (tool === 'split') rig.editor.select([rig.ids.mask])
  }

  it('goes on after another tool as if nothing had been', () => {
    const straight = keeping().rig
    const { rig, kept } = keeping()
    for (const one of [straight, rig]) prepare(one)
    begin(straight, tool, 3)
    begin(rig, tool, 3)
    rig.host.choose('box')
    expect([rig.host.stateName, rig.editor.gesture.draft.kind, kept.length]).toEqual(['idle', 'none', 1])
    rig.drag([10, 70], [30, 90])
    expect(kept[0]).toMatchObject({ tool, itemId: rig.editor.itemId })
    rig.host.resume(kept[0]!)
    expect([rig.host.active, rig.host.stateName]).toEqual([tool, straight.host.stateName])
    for (const one of [straight, rig]) {
      const [x, y] = (tool === 'split' ? cut : corners)[3]
      one.click(x, y)
      one.host.key({ type: 'finish' })
    }
    const shapes = (one: Rig) => one.entries.at(-1)!.edits.map((edit) => (edit.op === 'create' ? edit.annotation.shape : edit.op))
    expect(rig.entries.map(({ command }) => command)).toEqual(['createBox', ...straight.entries.map(({ command }) => command)])
    expect(shapes(rig)).toEqual(shapes(straight))
    expect(kept).toHaveLength(1)
  })

  it('goes on in another window from plain data', () => {
    const { rig, kept } = keeping()
    prepare(rig)
    begin(rig, tool, 3)
    const draft = rig.editor.gesture.draft
    rig.host.choose('box')
    const other = keeping().rig
    prepare(other)
    const read = unfinishedSchema.parse(JSON.parse(JSON.stringify({ ...kept[0], selection: [...other.editor.selection] })))
    expect([other.host.resume({ ...read, kept: retargeted(read.kept, rig, other) }), other.host.active]).toEqual(['whole', tool])
    const { kind, points } = other.editor.gesture.draft as { kind: string; points: readonly object[] }
    expect([kind, points.slice(0, 2)]).toEqual([draft.kind, 'points' in draft && draft.points.slice(0, 2)])
  })

  it('of two points, or given up by Esc, leaves no trace', () => {
    const { rig, kept } = keeping()
    prepare(rig)
    begin(rig, tool, 2)
    rig.host.choose('box')
    begin(rig, tool, 3)
    rig.host.key({ type: 'cancel' })
    rig.host.choose('box')
    expect([kept, rig.entries]).toEqual([[], []])
  })
})

it('brings back the class, void, what a ring becomes and the region it belongs to', () => {
  const { rig, kept } = keeping()
  const { editor, host, ids } = rig
  const [classId, other] = [editor.pen.classId!, editor.newId()]
  editor.select([ids.polygon])
  editor.setSettings({ ring: { becomes: 'part' } })
  begin(rig, 'polygon', 3)
  host.choose('select')
  editor.select([ids.box])
  editor.pen.setClass(other)
  editor.setSettings({ ring: { becomes: 'region' } })
  rig.host.resume(kept[0]!)
  expect([editor.pen.classId, editor.settings.ring.becomes, [...editor.selection]]).toEqual([classId, 'part', [ids.polygon]])
  host.key({ type: 'finish' })
  expect(rig.entries.map(({ command }) => command)).toEqual(['addPart'])
})

it('what is under way when another drawing goes on is kept in its turn', () => {
  const { rig, kept } = keeping()
  begin(rig, 'polygon', 4)
  rig.host.choose('polyline')
  begin(rig, 'polyline', 3)
  rig.host.resume(kept[0]!)
  expect([rig.host.active, rig.host.stateName, kept.map(({ tool, points }) => [tool, points])]).toEqual([
    'polygon',
    'drawing',
    [
      ['polygon', 4],
      ['polyline', 3],
    ],
  ])
})

it('a stroke is not ended by choosing another tool', () => {
  const { rig, kept } = keeping()
  rig.host.choose('brush')
  rig.down(100, 70)
  rig.move(120, 80)
  rig.host.choose('select')
  expect([rig.host.active, rig.host.stroking]).toEqual(['brush', true])
  rig.up(120, 80)
  rig.host.choose('lasso')
  rig.down(20, 70)
  rig.move(60, 70)
  rig.host.choose('select')
  rig.move(60, 95)
  rig.up(20, 95)
  rig.host.choose('select')
  expect([rig.host.active, rig.host.stroking, kept]).toEqual(['select', false, []])
  expect(rig.entries.map(({ command }) => command)).toEqual(['createMask', 'createPolygon'])
})

it('clicks for a model are asked again when their answer was still on its way', () => {
  const { rig, kept } = keeping()
  const asked: SegmentPrompt[] = []
  let dropped = 0
  rig.editor.finders.segmenter = { ready: true, ask: (prompt) => asked.push(prompt), glance: () => 0, drop: () => void dropped++ }
  rig.host.choose('smart')
  rig.click(20, 20)
  rig.click(30, 30)
  rig.host.choose('select')
  expect([kept[0]?.points, rig.host.stateName, dropped > 0]).toEqual([2, 'idle', true])
  rig.host.resume(kept[0]!)
  expect([rig.host.active, rig.host.stateName]).toEqual(['smart', 'waiting'])
  expect(asked.at(-1)).toEqual(asked.at(-2))
  expect(asked).toHaveLength(3)
})

it('a part or a hole whose region is gone becomes an object of its own, and that is told', () => {
  const { rig, kept } = keeping()
  const { editor, host, ids } = rig
  editor.select([ids.polygon])
  editor.setSettings({ ring: { becomes: 'hole' } })
  begin(rig, 'polygon', 3)
  host.choose('select')
  editor.select([ids.polygon])
  deleteSelection(editor)
  expect([host.resume(kept[0]!), editor.settings.ring.becomes, editor.selection.size]).toEqual(['alone', 'region', 0])
  host.key({ type: 'finish' })
  expect(rig.entries.map(({ command }) => command)).toEqual(['delete', 'createPolygon'])
})

it('what would be erased from an object that is gone, lies outside, or belongs to another picture is lost', () => {
  const { rig, kept } = keeping()
  const { editor, host, ids } = rig
  editor.setSettings({ brush: { tip: 'polygon', erase: true } })
  editor.select([ids.mask])
  host.choose('brush')
  for (const [x, y] of cut) rig.click(x, y)
  host.choose('select')
  const [outline] = kept
  expect(outline?.kept).toMatchObject({ kind: 'outline', erase: true, targetId: ids.mask })
  expect(host.resume({ ...outline!, itemRev: outline!.itemRev + 1 })).toBe('lost')
  expect(host.resume({ ...outline!, kept: { kind: 'outline', erase: true, targetId: ids.mask, points: [{ x: -5, y: 3 }] } })).toBe('lost')
  editor.select([ids.mask])
  deleteSelection(editor)
  // What is lost changes nothing of what goes on.
  const [classId, other] = [editor.pen.classId, editor.newId()]
  editor.pen.setClass(other)
  editor.setSettings({ ring: { becomes: 'part' } })
  begin(rig, 'polygon', 3)
  editor.select([ids.box])
  expect(host.resume(outline!)).toBe('lost')
  expect([host.active, host.stateName, [...editor.selection], kept.length]).toEqual(['polygon', 'drawing', [ids.box], 1])
  expect([editor.pen.classId, editor.settings.ring.becomes, classId === other]).toEqual([other, 'part', false])
})

it('what a model was told lies in the picture: points, box and the pixels to start from', () => {
  const inside = { points: [{ x: 200, y: 100, positive: true }], box: { minX: 0, minY: 0, maxX: 200, maxY: 100 }, start: null }
  const told = (change: object): Kept => ({ kind: 'smart', prompts: [inside, { ...inside, ...change }], targetId: null, fromTarget: false })
  const window = { kind: 'mask', x: 190, y: 90, w: 10, h: 10, rle: '' } as const
  const changes = [
    {},
    { box: null, start: window },
    { points: [{ x: 201, y: 5, positive: false }] },
    { box: { ...inside.box, maxX: 201 } },
    { box: { ...inside.box, minY: -1 } },
    { start: { ...window, h: 11 } },
  ]
  expect(changes.map((change) => liesIn(told(change), { width: 200, height: 100 }))).toEqual([true, true, false, false, false, false])
})

it('what is no drawing is not read', () => {
  const { rig, kept } = keeping()
  begin(rig, 'polygon', 3)
  rig.host.choose('select')
  const whole = JSON.parse(JSON.stringify(kept[0])) as object
  const hostile: object[] = [
    { tool: 'select' },
    { tool: 'brush' },
    { itemId: '../x' },
    { kept: { kind: 'chain', steps: [] } },
    { kept: { kind: 'chain', steps: [[{ x: '1', y: 2 }]] } },
    { kept: { kind: 'chain', steps: [[{ x: 1e999, y: 2 }]] } },
    { ring: '__proto__' },
    { selection: 'all' },
  ]
  expect(hostile.map((change) => unfinishedSchema.safeParse({ ...whole, ...change }).success)).toEqual(hostile.map(() => false))
})
