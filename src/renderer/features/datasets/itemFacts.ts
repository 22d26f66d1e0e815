import type { Annotation } from '../../../shared/model/annotation.ts'
import type { ClassRecord } from '../../../shared/model/dataset.ts'
import type { Item } from '../../../shared/model/item.ts'
import type { ShapeKind } from '../../../shared/model/shape.ts'
import { assetUrl } from '../../rpc/hostBridge.ts'

/** The address of what is drawn over a thumbnail; kept for ever, so it names all that decides it: the revision and the class colours. */
export const overlayUrl = (item: Pick<Item, 'id' | 'rev'>, colors: string, { masks, boxes }: { masks: boolean; boxes: boolean }): string =>
  assetUrl('overlay', item.id, { v: `${item.rev}-${colors}`, masks: masks ? 1 : 0, boxes: boxes ? 1 : 0 })

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
