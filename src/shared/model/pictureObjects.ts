import { z } from 'zod'
import { maskShape, polygonShape } from './shape.ts'

/** What somebody drew in a picture, frozen for a training of a SAM: runs/<id>/labels/<item>.json. */
export const pictureObjectsSchema = z.object({
  version: z.literal(1),
  objects: z.array(z.object({ classId: z.string().nullable(), shape: z.discriminatedUnion('kind', [maskShape, polygonShape]) })),
})
export type PictureObjects = z.infer<typeof pictureObjectsSchema>
