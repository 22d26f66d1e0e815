import { z } from 'zod'
import { weightNamingSchema } from '../weights.ts'
import { advanced, fraction } from './parts.ts'

/** What a training starts from; null draws every weight. The file is needed at the start alone: a resume goes on from the run's own checkpoints. */
export const weightsSchema = z
  .strictObject({
    /** An absolute path; from a page, the id of a file, or 'run:<id>' for the file that this run names. Nothing is not allowed, but said as a problem of its own. */
    file: z.string().max(4096).default('').meta({ control: 'weightsFile' }),
    naming: z.enum(['auto', ...weightNamingSchema.options]).default('auto'),
    /** Which dictionary of a whole checkpoint: auto takes the model's own weights, averaged ones only where there are no others. */
    use: z.enum(['auto', 'model', 'ema']).default('auto'),
    /** Share of the backbone's tensors that have to match; under it nothing starts. */
    minMatched: fraction.default(0.95).meta({ ...advanced, step: 0.05 }),
    /** 'load' takes the head where it fits, the classifier only for the same number of classes. */
    head: z.enum(['load', 'skip']).default('load'),
  })
  .nullable()
export type WeightsConfig = NonNullable<z.infer<typeof weightsSchema>>
