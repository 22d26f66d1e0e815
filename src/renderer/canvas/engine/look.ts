import type { Annotation } from '../../../shared/model/annotation.ts'
import type { Id } from '../../../shared/model/ids.ts'
import type { Unit01 } from '../../../shared/geometry/spaces.ts'

/** What is on show; hidden things cannot be hit either. */
export interface Look {
  readonly shapes: boolean
  readonly masks: boolean
  /** Class names beside the shapes. */
  readonly names: boolean
  /** A colour for every class, or one for every object. */
  readonly colors: 'class' | 'object'
  /** Masks and shapes without their insides. */
  readonly outline: boolean
  /** Lines between the pixels of the picture where they are large. */
  readonly grid: boolean
  readonly rulers: boolean
  /** The whole picture small in a corner. */
  readonly minimap: boolean
  /** Place and colour under the pointer, in words. */
  readonly readout: boolean
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
  colors: 'class',
  outline: false,
  grid: true,
  rulers: false,
  minimap: false,
  readout: true,
  maskOpacity: 0.45,
  fillOpacity: 0.08,
  hiddenIds: new Set(),
  hiddenClasses: new Set(),
  highlightClass: null,
}

export function isOnShow(look: Look, record: Pick<Annotation, 'id' | 'classId' | 'shape'>): boolean {
  if (look.hiddenIds.has(record.id) || (record.classId !== null && look.hiddenClasses.has(record.classId))) return false
  return record.shape.kind === 'mask' ? look.masks : look.shapes
}

/** The look with this record, drawn as a mask or as another shape, on show; the same one when it is. */
export function revealed(
  look: Look,
  kind: 'masks' | 'shapes',
  { id, classId }: { readonly id: Id | null; readonly classId: Id | null },
): Look {
  const hidden = (id !== null && look.hiddenIds.has(id)) || (classId !== null && look.hiddenClasses.has(classId))
  if (look[kind] && !hidden) return look
  const without = (ids: ReadonlySet<Id>, shown: Id | null): ReadonlySet<Id> => new Set([...ids].filter((other) => other !== shown))
  return { ...look, [kind]: true, hiddenIds: without(look.hiddenIds, id), hiddenClasses: without(look.hiddenClasses, classId) }
}

/** What the user chose once for all pictures; the rest is about the open one. */
const lastingSwitches = ['names', 'outline', 'grid', 'rulers', 'minimap', 'readout'] as const
type LastingSwitch = (typeof lastingSwitches)[number]
export type LookSwitch = LastingSwitch | 'shapes' | 'masks'
export type LastingLook = Pick<Look, LastingSwitch | 'colors' | 'maskOpacity' | 'fillOpacity'>

export const lastingLook = ({ colors, maskOpacity, fillOpacity, ...look }: Look): LastingLook => ({
  colors,
  maskOpacity,
  fillOpacity,
  ...(Object.fromEntries(lastingSwitches.map((id) => [id, look[id]])) as Pick<Look, LastingSwitch>),
})

/** What was kept, as far as it makes sense. */
export function restoreLook(stored: unknown): Partial<Look> {
  if (typeof stored !== 'object' || stored === null) return {}
  const kept = stored as Readonly<Record<string, unknown>>
  const share = (value: unknown): value is Unit01 => typeof value === 'number' && value >= 0 && value <= 1
  const switches = lastingSwitches.filter((id) => typeof kept[id] === 'boolean')
  return {
    ...(kept['colors'] === 'class' || kept['colors'] === 'object' ? { colors: kept['colors'] } : {}),
    ...(share(kept['maskOpacity']) ? { maskOpacity: kept['maskOpacity'] } : {}),
    ...(share(kept['fillOpacity']) ? { fillOpacity: kept['fillOpacity'] } : {}),
    ...(Object.fromEntries(switches.map((id) => [id, kept[id]])) as Partial<Look>),
  }
}
