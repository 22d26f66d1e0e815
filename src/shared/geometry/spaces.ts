declare const space: unique symbol

/** Lengths and points know their space: one of the other space does not compile, plain numbers are taken as they are. */
type In<S extends string> = { readonly [space]?: S }

/** Length in pixels of the oriented picture. */
export type ImagePx = number & In<'image'>
/** Length in CSS pixels of the viewport. */
export type ScreenPx = number & In<'screen'>
/** Fraction of a whole, 0..1. */
export type Unit01 = number & In<'unit'>

/** Position in picture pixels, origin at the top left corner of the picture. */
export type ImageVec = { readonly x: number; readonly y: number } & In<'image'>
/** Position in CSS pixels, origin at the top left corner of the viewport. */
export type ScreenVec = { readonly x: number; readonly y: number } & In<'screen'>

/** Axis-parallel extent in picture pixels; minX <= maxX and minY <= maxY. */
export type Bounds = { readonly minX: number; readonly minY: number; readonly maxX: number; readonly maxY: number } & In<'image'>

/** Size of the oriented picture in pixels. */
export interface ImageSize {
  readonly width: ImagePx
  readonly height: ImagePx
}
