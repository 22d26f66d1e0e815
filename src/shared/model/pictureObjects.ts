import { z } from 'zod'
import { maskShape, polygonShape } from './shape.ts'

const shape = z.discriminatedUnion('kind', [maskShape, polygonShape])

/** What somebody drew in a picture, frozen for a training of a SAM: runs/<id>/labels/<item>.json. */
export const pictureObjectsSchema = z.object({
  version: z.literal(1),
  objects: z.array(z.object({ classId: z.string().nullable(), shape })),
  /** Regions of which nobody says what they are: neither object nor ground. Trainings that began earlier have none. */
  voids: z.array(shape).default([]),
})
export type PictureObjects = z.infer<typeof pictureObjectsSchema>
