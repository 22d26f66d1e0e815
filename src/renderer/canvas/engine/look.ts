import type { Annotation } from '../../../shared/model/annotation.ts'
import type { Id } from '../../../shared/model/ids.ts'
import type { Unit01 } from '../../../shared/geometry/spaces.ts'

/** What is on show; hidden things cannot be hit either. */
export interface Look {
  readonly shapes: boolean
  readonly masks: boolean
  /** Class names beside the shapes. */
  readonly names: boolean
  readonly maskOpacity: Unit01
  readonly fillOpacity: Unit01
  readonly hiddenIds: ReadonlySet<Id>
  readonly hiddenClasses: ReadonlySet<Id>
  /** All others step back. */
  readonly highlightClass: Id | null
}

export const defaultLook: Look = {
  shapes: true,
  masks: true,
  names: true,
  maskOpacity: 0.45,
  fillOpacity: 0.08,
  hiddenIds: new Set(),
  hiddenClasses: new Set(),
  highlightClass: null,
}

export function isOnShow(look: Look, record: Annotation): boolean {
  if (look.hiddenIds.has(record.id) || (record.classId !== null && look.hiddenClasses.has(record.classId))) return false
  return record.shape.kind === 'mask' ? look.masks : look.shapes
}
