import { z } from 'zod'

/** Pixels by the predicted probability that they belong to the object, in equal steps from 0 to 1: those that do and those that do not. */
const histogramSchema = z.object({ inside: z.array(z.int()), outside: z.array(z.int()) })
export type SampleHistogram = z.infer<typeof histogramSchema>

/** What a network said of fixed validation pictures after `step` updates: runs/<id>/samples/step-<step>/sheet.json beside `<n>.<layer>.png`. */
export const sampleSheetSchema = z.object({
  step: z.int(),
  attempt: z.int(),
  pictures: z.array(
    z.object({
      itemId: z.string(),
      name: z.string(),
      /** Of the layers, in pixels; large pictures are kept smaller. */
      width: z.int(),
      height: z.int(),
      /** Mean over the classes that occur in the picture or its prediction; null when all of it is void. */
      mIoU: z.number().nullable(),
      /** Of a prompted object: after the last of `clicks`, whose places are pixels of the layers. */
      histogram: histogramSchema.optional(),
      clicks: z.array(z.object({ x: z.number(), y: z.number(), positive: z.boolean() })).optional(),
    }),
  ),
})
export type SampleSheet = z.infer<typeof sampleSheetSchema>

export const sampleLayers = ['prediction', 'truth', 'errors'] as const
export type SampleLayer = (typeof sampleLayers)[number]
