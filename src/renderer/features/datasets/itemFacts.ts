import type { Annotation } from '../../../shared/model/annotation.ts'
import type { ClassRecord } from '../../../shared/model/dataset.ts'
import type { ShapeKind } from '../../../shared/model/shape.ts'

/** Stands for void regions; no id looks like this. */
export const VOID = 'void'

export interface ClassTally {
  /** null: the annotation has no class yet; VOID: a region that training leaves out. */
  readonly classId: string | null
  readonly name: string
  readonly color: string | null
  readonly count: number
  readonly kinds: readonly ShapeKind[]
}

/** Annotations of one picture by class, in class order, voids and unnamed ones last. */
export function tallyByClass(annotations: readonly Annotation[], classes: readonly ClassRecord[]): ClassTally[] {
  const counts = new Map<string | null, { count: number; kinds: Set<ShapeKind> }>()
  for (const annotation of annotations) {
    const key = annotation.region === 'void' ? VOID : annotation.classId
    const entry = counts.get(key) ?? { count: 0, kinds: new Set<ShapeKind>() }
    entry.count++
    entry.kinds.add(annotation.shape.kind)
    counts.set(key, entry)
  }
  const rows: ClassTally[] = []
  const take = (key: string | null, name: string, color: string | null): void => {
    const entry = counts.get(key)
    if (entry) rows.push({ classId: key, name, color, count: entry.count, kinds: [...entry.kinds] })
    counts.delete(key)
  }
  for (const record of [...classes].sort((a, b) => a.order - b.order)) take(record.id, record.name, record.color)
  const strangers = [...counts.keys()].filter((key): key is string => key !== null && key !== VOID)
  for (const key of strangers) take(key, key, null)
  take(null, '', null)
  take(VOID, '', null)
  return rows
}
