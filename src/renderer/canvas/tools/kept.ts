import { z } from 'zod'
import { shapeBounds } from '../../../shared/geometry/shapes.ts'
import type { Bounds, ImageSize, ImageVec } from '../../../shared/geometry/spaces.ts'
import { idSchema } from '../../../shared/model/ids.ts'
import { maskShape } from '../../../shared/model/shape.ts'

/** More than anybody sets by hand. */
const mostPoints = 20_000

const px = z.number().refine(Number.isFinite)
const point = z.object({ x: px, y: px })
const points = z.array(point).min(1).max(mostPoints)
const bounds = z.object({ minX: px, minY: px, maxX: px, maxY: px })
/** What a model is told; the candidate it corrects is known to nobody after a while. */
const prompt = z.object({
  points: z.array(point.extend({ positive: z.boolean() })).max(mostPoints),
  box: bounds.nullable(),
  start: maskShape.nullable(),
})

/** What is half drawn as plain data, so that another window can go on with it: a ring or line by its clicks, a cut, the outline of a brush, clicks for a model. */
export const keptSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('chain'), steps: z.array(points).min(1).max(mostPoints) }),
  z.object({ kind: z.literal('cut'), points }),
  z.object({ kind: z.literal('outline'), points, erase: z.boolean(), targetId: idSchema.nullable() }),
  z.object({ kind: z.literal('smart'), prompts: z.array(prompt).min(1).max(500), targetId: idSchema.nullable(), fromTarget: z.boolean() }),
])
export type Kept = z.infer<typeof keptSchema>

/** Which tool keeps what. */
export const keptKinds = {
  polygon: 'chain',
  polyline: 'chain',
  scissors: 'chain',
  split: 'cut',
  brush: 'outline',
  smart: 'smart',
} as const satisfies Readonly<Record<string, Kept['kind']>>
export type KeepingTool = keyof typeof keptKinds

/** All of it lies in a picture of this size. */
export function liesIn(kept: Kept, { width, height }: ImageSize): boolean {
  const inside = ({ x, y }: ImageVec): boolean => x >= 0 && y >= 0 && x <= width && y <= height
  const within = ({ minX, minY, maxX, maxY }: Bounds): boolean => inside({ x: minX, y: minY }) && inside({ x: maxX, y: maxY })
  if (kept.kind === 'chain') return kept.steps.flat().every(inside)
  if (kept.kind !== 'smart') return kept.points.every(inside)
  return kept.prompts.every(
    ({ points, box, start }) => points.every(inside) && (!box || within(box)) && (!start || within(shapeBounds(start))),
  )
}
