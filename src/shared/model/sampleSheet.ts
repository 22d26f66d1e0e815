import { z } from 'zod'

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
    }),
  ),
})
export type SampleSheet = z.infer<typeof sampleSheetSchema>

export const sampleLayers = ['prediction', 'truth', 'errors'] as const
export type SampleLayer = (typeof sampleLayers)[number]
