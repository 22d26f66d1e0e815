import { oc } from '@orpc/contract'
import { z } from 'zod'
import { memoryEstimateSchema } from '../../model/memory.ts'
import { wireErrorSchema } from '../../errors.ts'

const method = oc.errors({ APP: { status: 400, data: wireErrorSchema } })

/** Runs that train a SAM on a dataset. Paths here come from the host, never from a page. */
export const tuningComputeApi = {
  /** As `estimateMemory`, of a training of the SAM with this encoder, whose weights lie beside it. Errors: config/*, weights/*, file/*. */
  estimateMemory: method
    .input(z.object({ config: z.record(z.string(), z.unknown()), encoderFile: z.string() }))
    .output(memoryEstimateSchema),
  /**
   * Writes a checkpoint as encoder.onnx, decoder.onnx and weights.safetensors into a folder that is not there yet, and asks them once; answers with the
   * name of the checkpoint it was. Errors: checkpoint/*, config/*, file/*, weights/*, disk/*, assist/* (what was written cannot be used).
   */
  exportTuned: method
    .input(
      z.object({ runFolder: z.string(), checkpoint: z.enum(['best', 'last']), outFolder: z.string(), encoderFile: z.string().nullable() }),
    )
    .output(z.object({ files: z.array(z.object({ name: z.string(), bytes: z.number() })), step: z.int(), checkpoint: z.string() })),
}
