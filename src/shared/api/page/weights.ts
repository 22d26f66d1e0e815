import { z } from 'zod'
import { wireErrorSchema } from '../../errors.ts'
import { idSchema } from '../../model/ids.ts'
import { weightNamingSchema, weightsReportSchema } from '../../model/weights.ts'
import { command } from './base.ts'

/** What the file of a config's `weights` would do: the report, and the error that keeps a training from starting with it. */
export const weightsCheckSchema = z.object({ report: weightsReportSchema.nullable(), error: wireErrorSchema.nullable() })

/** What a run started from: kept beside its log, so that it can be told after the file is gone. */
export const startWeightsSchema = z.object({ sha256: z.string(), path: z.string(), report: weightsReportSchema })

export const exportedWeightsSchema = z.object({
  /** For display only. */
  file: z.string(),
  tensors: z.int(),
  bytes: z.int(),
  step: z.int(),
  /** Tensors the naming has no place for: the head, for MMSegmentation's, which is another network. */
  leftOut: z.array(z.string()),
})

export const weightsApi = {
  /** Writes the weights of a run's checkpoint, or of the checkpoint a model was made from, as .safetensors. Errors: folder/*, input/invalid (there is such a file already), checkpoint/*, run/not-found, model/not-found. */
  export: command
    .input(
      z.object({
        source: z.discriminatedUnion('kind', [
          z.object({ kind: z.literal('run'), runId: idSchema, checkpoint: z.enum(['best', 'last']) }),
          z.object({ kind: z.literal('model'), modelId: idSchema }),
        ]),
        naming: weightNamingSchema,
        folderId: z.string(),
        name: z
          .string()
          .max(200)
          .regex(/^[^./\\\0][^/\\\0]*\.safetensors$/),
      }),
    )
    .output(exportedWeightsSchema),
}
