import { z } from 'zod'

/** Image pixels, continuous, origin at the top left corner of the oriented picture: pixel (i,j) covers [j,j+1) x [i,i+1). */
const px = z.number().refine(Number.isFinite)
export const pointSchema = z.tuple([px, px])
export type ImagePoint = z.infer<typeof pointSchema>

export const ringSchema = z.array(pointSchema).min(3)

export const boxShape = z.object({ kind: z.literal('box'), x: px, y: px, w: px.positive(), h: px.positive() })
export const rotatedBoxShape = z.object({ kind: z.literal('rotatedBox'), cx: px, cy: px, w: px.positive(), h: px.positive(), angleRad: px })
/** What a polygon was drawn as, while its vertices are still those of it. */
export const ellipseOrigin = z.object({
  kind: z.literal('ellipse'),
  cx: px,
  cy: px,
  rx: px.positive(),
  ry: px.positive(),
  angleRad: px,
})
export type EllipseOrigin = z.infer<typeof ellipseOrigin>

export const polygonShape = z.object({
  kind: z.literal('polygon'),
  parts: z.array(z.object({ outer: ringSchema, holes: z.array(ringSchema) })).min(1),
  origin: ellipseOrigin.optional(),
})
/** Pixel-exact region: COCO compressed RLE (column-major, first run zeros) of the window [x,x+w) x [y,y+h). */
export const maskShape = z.object({
  kind: z.literal('mask'),
  x: z.int().nonnegative(),
  y: z.int().nonnegative(),
  w: z.int().positive(),
  h: z.int().positive(),
  rle: z.string(),
})
export const polylineShape = z.object({ kind: z.literal('polyline'), points: z.array(pointSchema).min(2) })
export const pointShape = z.object({ kind: z.literal('point'), x: px, y: px })

export const shapeSchema = z.discriminatedUnion('kind', [boxShape, rotatedBoxShape, polygonShape, maskShape, polylineShape, pointShape])
export type Shape = z.infer<typeof shapeSchema>
export type ShapeKind = Shape['kind']
export type BoxShape = z.infer<typeof boxShape>
export type PolygonShape = z.infer<typeof polygonShape>
export type RotatedBoxShape = z.infer<typeof rotatedBoxShape>
export type PolylineShape = z.infer<typeof polylineShape>
export type MaskShape = z.infer<typeof maskShape>
