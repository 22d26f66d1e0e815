import { shapeBounds } from '../../../shared/geometry/shapes.ts'
import type { Bounds, Unit01 } from '../../../shared/geometry/spaces.ts'
import type { Annotation } from '../../../shared/model/annotation.ts'
import type { Id } from '../../../shared/model/ids.ts'
import type { Shape } from '../../../shared/model/shape.ts'
import type { Editor } from '../engine/editor.ts'
import { classOf, visibleColor, type PaintStyle } from './style.ts'

/** Larger selections are drawn with the shapes at rest, because drawing them anew with every move of the pointer would take too long. */
export const mostLive = 60

/** As far as the outline of a shape reaches beyond it, CSS pixels. */
export const outlinePx = 8

/** A shape at rest with all that its picture depends on. */
export interface DrawnShape {
  readonly shape: Shape
  readonly bounds: Bounds
  /** Of its outline, '#rrggbb'. */
  readonly color: string
  readonly name: string
  readonly dimmed: boolean
  /** One of a large selection. */
  readonly chosen: boolean
  /** Void: striped, never filled with a plain colour. */
  readonly hatched: boolean
}

/** What is the same for all of them. */
export interface ShapeLook {
  readonly fillOpacity: Unit01
  readonly names: boolean
  readonly fontFamily: string
}

export const sameLook = (a: ShapeLook, b: ShapeLook): boolean =>
  a.fillOpacity === b.fillOpacity && a.names === b.names && a.fontFamily === b.fontFamily

const sameDrawn = (a: DrawnShape, b: DrawnShape): boolean =>
  a.shape === b.shape &&
  a.color === b.color &&
  a.name === b.name &&
  a.dimmed === b.dimmed &&
  a.chosen === b.chosen &&
  a.hatched === b.hatched

/** Would they look the same? */
export const sameDrawing = (a: readonly DrawnShape[], b: readonly DrawnShape[]): boolean =>
  a.length === b.length && a.every((one, i) => sameDrawn(one, b[i]!))

const extents = new WeakMap<Shape, Bounds>()

export function extentOf(shape: Shape): Bounds {
  let bounds = extents.get(shape)
  if (!bounds) extents.set(shape, (bounds = shapeBounds(shape)))
  return bounds
}

export const isDimmed = (editor: Editor, record: Annotation): boolean =>
  editor.look.highlightClass !== null && record.classId !== editor.look.highlightClass

export const isLarge = (selection: ReadonlySet<Id>): boolean => selection.size > mostLive

/** Those of the records that the layer of shapes shows, in the same order; masks have a layer of their own unless only outlines are on show. */
export const drawnRecords = ({ look }: Editor, painted: readonly Annotation[]): readonly Annotation[] =>
  look.outline ? painted : painted.filter(({ shape }) => shape.kind !== 'mask')

export function drawnShape(editor: Editor, style: PaintStyle, record: Annotation): DrawnShape {
  const { color, name } = classOf(style, record)
  const chosen = isLarge(editor.selection) && editor.selection.has(record.id)
  const { shape } = record
  const hatched = record.region === 'void'
  return { shape, bounds: extentOf(shape), color: visibleColor(color), name, dimmed: isDimmed(editor, record), chosen, hatched }
}
