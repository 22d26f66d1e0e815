import type { Bounds } from '../../../shared/geometry/spaces.ts'
import { visibleBounds } from '../engine/camera.ts'
import type { Editor } from '../engine/editor.ts'

/** A canvas of the page, or one of a thread's own. */
export type Context2D = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D

/** Where the picture stands on a canvas of `width` by `height` device pixels. */
export interface FrameView {
  /** Device pixels per picture pixel. */
  readonly scale: number
  readonly offsetX: number
  readonly offsetY: number
  /** Device pixels per CSS pixel: multiply sizes that are constant on screen. */
  readonly ratio: number
  readonly width: number
  readonly height: number
}

export const sameSize = (a: FrameView, b: FrameView): boolean => a.width === b.width && a.height === b.height && a.ratio === b.ratio
export const samePlace = (a: FrameView, b: FrameView): boolean => a.scale === b.scale && a.offsetX === b.offsetX && a.offsetY === b.offsetY

/** The part of the picture plane a view shows, and so many device pixels around it. */
export const visibleIn = ({ scale, offsetX, offsetY, width, height }: FrameView, around = 0): Bounds => ({
  minX: -(offsetX + around) / scale,
  minY: -(offsetY + around) / scale,
  maxX: (width - offsetX + around) / scale,
  maxY: (height - offsetY + around) / scale,
})

/** What a layer draws into: device pixels, picture placed by `scale` and an offset. Lines computed here are crisp at any zoom and ratio. */
export interface Frame extends FrameView {
  readonly context: Context2D
  /** Part of the picture plane on screen. */
  readonly visible: Bounds
}

export function viewOf({ camera, view }: Pick<Editor, 'camera' | 'view'>): FrameView {
  const ratio = view.pixelRatio
  return {
    scale: camera.scale * ratio,
    offsetX: camera.x * ratio,
    offsetY: camera.y * ratio,
    ratio,
    width: Math.max(1, Math.round(view.width * ratio)),
    height: Math.max(1, Math.round(view.height * ratio)),
  }
}

export const frameOf = (context: Context2D, editor: Editor): Frame => ({
  context,
  ...viewOf(editor),
  visible: visibleBounds(editor.camera, editor.view),
})

export const deviceX = (frame: Frame, x: number): number => x * frame.scale + frame.offsetX
export const deviceY = (frame: Frame, y: number): number => y * frame.scale + frame.offsetY

/** Where a line of this width must run so that it covers whole device pixels: on the middle of one when the width is odd, between two when even. */
export function crisp(position: number, lineWidth: number): number {
  return Math.round(lineWidth) % 2 === 1 ? Math.floor(position) + 0.5 : Math.round(position)
}

/** A box as device pixels with crisp edges: x, y, width, height. */
export function crispBox(frame: Frame, bounds: Bounds, lineWidth: number): readonly [number, number, number, number] {
  const x0 = crisp(deviceX(frame, bounds.minX), lineWidth)
  const y0 = crisp(deviceY(frame, bounds.minY), lineWidth)
  const x1 = crisp(deviceX(frame, bounds.maxX), lineWidth)
  const y1 = crisp(deviceY(frame, bounds.maxY), lineWidth)
  return [x0, y0, x1 - x0, y1 - y0]
}

/** Whole device pixels for a width given in CSS pixels, at least one. */
export const lineWidth = (frame: Frame, cssPx: number): number => Math.max(1, Math.round(cssPx * frame.ratio))
