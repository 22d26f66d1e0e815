import { isRegion } from '../geometry/regions.ts'
import { withPatch, type Edit } from '../model/annotation.ts'
import type { Id } from '../model/ids.ts'
import { claim, type Ground, type PaintedRecord } from './protection.ts'

export interface PaintedOver {
  readonly edits: readonly Edit[]
  /** Records, new or changed, of which nothing is left: no edit is about them. */
  readonly empty: ReadonlySet<Id>
  readonly meetsLockedVoid: boolean
}

/** Regions that are created or get another shape, painted one after the other by the rule of the ground: with what they leave to others, and take from them. */
export function paintOver(ground: Ground, wanted: readonly Edit[]): PaintedOver {
  const now = new Map<Id, PaintedRecord>(ground.records.map((record) => [record.id, record]))
  const empty = new Set<Id>()
  let meetsLockedVoid = false
  for (const edit of wanted) {
    const painted = edit.op === 'delete' ? null : edit.op === 'create' ? { ...edit.annotation, rev: 0 } : withEdit(now.get(edit.id), edit)
    if (!painted) continue
    const claimed = isRegion(painted.shape) ? claim({ ...ground, records: [...now.values()] }, painted, painted.shape) : null
    if (claimed && !claimed.shape) {
      empty.add(painted.id)
      continue
    }
    meetsLockedVoid ||= claimed?.meetsLockedVoid ?? false
    now.set(painted.id, { ...painted, shape: claimed?.shape ?? painted.shape })
    for (const cut of claimed?.cuts ?? []) {
      if (cut.op === 'delete') now.delete(cut.id)
      else if (cut.op === 'update') now.set(cut.id, withEdit(now.get(cut.id), cut)!)
    }
  }
  const told = new Set<Id>()
  const edits = wanted.flatMap((edit): Edit[] => {
    const id = edit.op === 'create' ? edit.annotation.id : edit.id
    const left = now.get(id)
    if (!left) empty.add(id)
    if (!left || empty.has(id)) return []
    told.add(id)
    if (edit.op === 'create') return [{ ...edit, annotation: { ...edit.annotation, shape: left.shape } }]
    return edit.op === 'update' ? [{ ...edit, patch: { ...edit.patch, shape: left.shape } }] : [edit]
  })
  const cuts = ground.records.flatMap(({ id, rev, shape }): Edit[] => {
    const left = now.get(id)
    if (told.has(id) || left?.shape === shape) return []
    return [left ? { op: 'update', id, rev, patch: { shape: left.shape } } : { op: 'delete', id, rev }]
  })
  return { edits: [...edits, ...cuts], empty, meetsLockedVoid }
}

const withEdit = (record: PaintedRecord | undefined, { patch }: Extract<Edit, { op: 'update' }>): PaintedRecord | null =>
  record ? withPatch(record, patch) : null
