import { maskFromBits } from '../../../shared/geometry/rle.ts'
import type { Annotation, EditResult } from '../../../shared/model/annotation.ts'
import { uuidv7, type Id } from '../../../shared/model/ids.ts'
import type { Shape } from '../../../shared/model/shape.ts'
import { Editor, type EditorPorts } from '../engine/editor.ts'
import { editTarget, type Entry } from '../engine/edits.ts'
import { ToolHost } from './toolHost.ts'
import type { Modifiers } from './tool.ts'

/** Scripted gestures for tests: a 200 x 100 picture at scale 1 in its corner, so that screen and picture coordinates are the same. Nothing draws the pointer until a test asks for it. */
export interface Rig {
  readonly editor: Editor
  readonly host: ToolHost
  readonly entries: Entry[]
  readonly ids: { readonly box: Id; readonly small: Id; readonly polygon: Id; readonly mask: Id }
  move(x: number, y: number, modifiers?: Partial<Modifiers>): void
  down(x: number, y: number, modifiers?: Partial<Modifiers>, clicks?: number): void
  /** The right button goes down. */
  right(x: number, y: number, modifiers?: Partial<Modifiers>): void
  up(x: number, y: number, modifiers?: Partial<Modifiers>): void
  click(x: number, y: number, modifiers?: Partial<Modifiers>, clicks?: number): void
  drag(from: readonly [number, number], to: readonly [number, number], modifiers?: Partial<Modifiers>): void
  rightDrag(from: readonly [number, number], to: readonly [number, number], modifiers?: Partial<Modifiers>): void
  shape(id: Id): Shape | undefined
  /** All records without revisions, which only the host counts. */
  content(): unknown
  /** What the host answers when it takes the last entry back, given the records before it. */
  undoLast(before: readonly Annotation[]): void
}

export const withoutRevs = (records: readonly Annotation[]): unknown => records.map((record) => ({ ...record, rev: 0 }))

export const testIds = (): (() => Id) => {
  let n = 0
  return () => uuidv7(1_700_000_000_000, Uint8Array.of(0, 0, 0x80, 0, 0, 0, 0, 0, ++n >> 8, n & 255))
}

export function createRig(ports: Partial<EditorPorts> = {}): Rig {
  const newId = testIds()
  const entries: Entry[] = []
  const itemId = newId()
  const classId = newId()
  const editor = new Editor({ newId, commit: (entry) => entries.push(entry), ...ports })
  const host = new ToolHost(editor)
  const ids = { mask: newId(), box: newId(), small: newId(), polygon: newId() }
  const record = (id: Id, z: number, shape: Shape): Annotation => ({
    id,
    itemId,
    classId,
    region: 'object',
    shape,
    attributes: {},
    provenance: { kind: 'human' },
    z,
    rev: 1,
  })
  const records = [
    record(ids.mask, 0, maskFromBits(new Uint8Array(20 * 20).fill(1), { x: 150, y: 60, w: 20, h: 20 })),
    record(ids.box, 1, { kind: 'box', x: 10, y: 10, w: 60, h: 50 }),
    record(ids.small, 2, { kind: 'box', x: 20, y: 20, w: 10, h: 10 }),
    record(ids.polygon, 3, {
      kind: 'polygon',
      parts: [
        {
          outer: [
            [100, 10],
            [160, 10],
            [160, 50],
            [100, 50],
          ],
          holes: [],
        },
      ],
    }),
  ]
  editor.resize({ width: 200, height: 100, pixelRatio: 1 })
  editor.open(itemId, { width: 200, height: 100 }, 1, records, [])
  editor.setCamera({ scale: 1, x: 0, y: 0 })
  editor.pen.setClass(classId)
  editor.setSettings({ aids: { snap: false } })
  let itemRev = 1
  const full = (modifiers: Partial<Modifiers> = {}): Modifiers => ({ shift: false, alt: false, mod: false, ...modifiers })
  const rig: Rig = {
    editor,
    host,
    entries,
    ids,
    move: (x, y, modifiers) => host.move({ x, y }, full(modifiers)),
    down: (x, y, modifiers, clicks = 1) => host.down({ x, y }, 'main', clicks, full(modifiers)),
    right: (x, y, modifiers) => host.down({ x, y }, 'right', 1, full(modifiers)),
    up: (x, y, modifiers) => host.up({ x, y }, full(modifiers)),
    click(x, y, modifiers, clicks = 1) {
      rig.move(x, y, modifiers)
      rig.down(x, y, modifiers, clicks)
      rig.up(x, y, modifiers)
    },
    drag(from, to, modifiers) {
      rig.move(...from, modifiers)
      rig.down(...from, modifiers)
      rig.move((from[0] + to[0]) / 2, (from[1] + to[1]) / 2, modifiers)
      rig.move(...to, modifiers)
      rig.up(...to, modifiers)
    },
    rightDrag(from, to, modifiers) {
      rig.move(...from, modifiers)
      host.down({ x: from[0], y: from[1] }, 'right', 1, full(modifiers))
      rig.move((from[0] + to[0]) / 2, (from[1] + to[1]) / 2, modifiers)
      rig.move(...to, modifiers)
      rig.up(...to, modifiers)
    },
    shape: (id) => editor.records.get(id)?.shape,
    content: () => withoutRevs(editor.records.inOrder()),
    undoLast(before) {
      const entry = entries.at(-1)!
      const touched = new Set(entry.edits.map(editTarget))
      const result = (rev: number, changed: readonly Annotation[], deleted: readonly Id[], entryId: Id): EditResult => ({
        entryId,
        itemId,
        command: entry.command,
        changed: [...changed],
        deleted: [...deleted],
        itemRev: rev,
        savedAt: 0,
        canUndo: true,
        canRedo: true,
      })
      const now = editor.records.inOrder().filter((r) => touched.has(r.id))
      editor.merge(
        result(
          ++itemRev,
          now.map((r) => ({ ...r, rev: r.rev + 1 })),
          [...touched].filter((id) => !editor.records.has(id)),
          entry.entryId,
        ),
      )
      const old = before.filter((r) => touched.has(r.id)).map((r) => ({ ...r, rev: r.rev + 2 }))
      editor.merge(
        result(
          ++itemRev,
          old,
          [...touched].filter((id) => !old.some((r) => r.id === id)),
          newId(),
        ),
      )
    },
  }
  return rig
}
