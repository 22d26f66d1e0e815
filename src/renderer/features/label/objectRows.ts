import { shapeArea } from '../../../shared/geometry/shapes.ts'
import type { Annotation } from '../../../shared/model/annotation.ts'
import type { ClassRecord } from '../../../shared/model/dataset.ts'
import type { Id } from '../../../shared/model/ids.ts'
import type { Shape, ShapeKind } from '../../../shared/model/shape.ts'
import type { Look } from '../../canvas/engine/look.ts'
import { objectColor } from '../../canvas/paint/objectColor.ts'

export interface ObjectRow {
  readonly id: Id
  readonly name: string
  readonly color: string
  readonly kind: ShapeKind
  /** Counts objects of the same class within the image, from 1. */
  readonly number: number
  readonly detail: string
  readonly hidden: boolean
  readonly locked: boolean
  readonly grouped: boolean
  /** Attributes of it are to be filled in or corrected. */
  readonly faulty: boolean
}

export interface RowWords {
  readonly unnamed: string
  readonly void: string
  readonly count: (n: number) => string
}

const size = (shape: Shape, count: RowWords['count']): string => {
  switch (shape.kind) {
    case 'box':
    case 'rotatedBox':
      return `${Math.round(shape.w)} × ${Math.round(shape.h)}`
    case 'mask':
      return `${count(shapeArea(shape))} px²`
    case 'polygon':
      return `${count(Math.round(shapeArea(shape)))} px²`
    case 'polyline':
      return ''
    case 'point':
      return `${Math.round(shape.x)}, ${Math.round(shape.y)}`
  }
}

const details = new WeakMap<Shape, string>()

/** The scene as a list, top of the picture first. */
export function objectRows(
  records: readonly Annotation[],
  classes: ReadonlyMap<Id, ClassRecord>,
  look: Look,
  words: RowWords,
  isFaulty: (record: Annotation) => boolean,
): ObjectRow[] {
  const counts = new Map<string, number>()
  const rows = records.map((record): ObjectRow => {
    const known = record.classId === null ? undefined : classes.get(record.classId)
    const name = record.region === 'void' ? words.void : (known?.name ?? words.unnamed)
    const number = (counts.get(name) ?? 0) + 1
    counts.set(name, number)
    let detail = details.get(record.shape)
    if (detail === undefined) details.set(record.shape, (detail = size(record.shape, words.count)))
    const hidden = look.hiddenIds.has(record.id) || (record.classId !== null && look.hiddenClasses.has(record.classId))
    return {
      id: record.id,
      name,
      color: record.region === 'void' ? '#8f99a1' : look.colors === 'object' ? objectColor(record.id) : (known?.color ?? '#8f99a1'),
      kind: record.shape.kind,
      number,
      detail,
      hidden,
      locked: record.locked ?? false,
      grouped: record.groupId !== undefined,
      faulty: isFaulty(record),
    }
  })
  return rows.reverse()
}

const sameRow = (a: ObjectRow, b: ObjectRow): boolean =>
  a.name === b.name &&
  a.number === b.number &&
  a.detail === b.detail &&
  a.color === b.color &&
  a.kind === b.kind &&
  a.hidden === b.hidden &&
  a.locked === b.locked &&
  a.grouped === b.grouped &&
  a.faulty === b.faulty

/** The rows as objects of the last list wherever they read the same: what is on screen of those is left alone. */
export function keptRows(rows: readonly ObjectRow[], last: readonly ObjectRow[]): ObjectRow[] {
  const shift = rows.length - last.length
  return rows.map((row, i) => {
    // From above and from below, for what comes and goes moves the others.
    const known = last[i]?.id === row.id ? last[i] : last[i - shift]
    return known?.id === row.id && sameRow(known, row) ? known : row
  })
}

/** How many objects of each class the image has; void regions keep a class, and are none of it. */
export function countByClass(records: readonly Annotation[]): ReadonlyMap<Id, number> {
  const counts = new Map<Id, number>()
  for (const { classId, region } of records) {
    if (classId !== null && region === 'object') counts.set(classId, (counts.get(classId) ?? 0) + 1)
  }
  return counts
}

/** The ids from the row where the range began to this one, in list order. */
export function rowRange(rows: readonly ObjectRow[], anchor: Id | null, to: Id): Id[] {
  const end = rows.findIndex((row) => row.id === to)
  const start = rows.findIndex((row) => row.id === anchor)
  if (end < 0) return []
  if (start < 0) return [to]
  return rows.slice(Math.min(start, end), Math.max(start, end) + 1).map((row) => row.id)
}

/** How far a list of equally high rows must be scrolled so that a row is in view; null when it is. */
export function offsetToShow(index: number, rowPx: number, offset: number, heightPx: number): number | null {
  const [top, bottom] = [index * rowPx, (index + 1) * rowPx]
  if (top < offset) return top
  return bottom > offset + heightPx ? bottom - heightPx : null
}
