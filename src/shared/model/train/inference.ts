import { z } from 'zod'
import { advanced } from './parts.ts'

const side = z.int().min(32).max(4096).multipleOf(32)
const pair = (size: number) => z.tuple([side, side]).default([size, size]).meta({ unit: 'px' })

const wholeSchema = z.strictObject({ type: z.literal('whole') })
/** Windows of [height, width] pixels of the scaled picture, one every `stride`; the last one of a row or column is moved inside. */
const slideSchema = z
  .strictObject({ type: z.literal('slide'), crop: pair(512), stride: pair(352) })
  .refine(({ crop, stride }) => stride[0] <= crop[0] && stride[1] <= crop[1], {
    path: ['stride'],
    message: 'a stride beyond the window leaves pixels that nothing looks at',
    params: { rule: { key: 'strideBeyondWindow', data: {} } },
  })

/** How a picture is turned into classes when validating, scoring and predicting. */
export const inferenceSchema = z.strictObject({
  window: z.discriminatedUnion('type', [wholeSchema, slideSchema]).prefault({ type: 'whole' }).meta(advanced),
  /** The picture is also looked at in these sizes, as factors of the validation's Resize. */
  scales: z.array(z.number().min(0.1).max(8)).min(1).max(16).default([1]).meta(advanced),
  /** And mirrored, at every size. */
  flip: z.boolean().default(false).meta(advanced),
  /** What the looks are averaged by. */
  average: z.enum(['probabilities', 'logits']).default('probabilities').meta(advanced),
})
export type Inference = z.infer<typeof inferenceSchema>

export const plainInference: Inference = { window: { type: 'whole' }, scales: [1], flip: false, average: 'probabilities' }
