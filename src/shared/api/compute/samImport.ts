import { eventIterator, oc } from '@orpc/contract'
import { z } from 'zod'
import { wireErrorSchema } from '../../errors.ts'
import { samImportOptionsSchema, samImportResultSchema, samReportSchema } from '../../model/samImport.ts'

const method = oc.errors({ APP: { status: 400, data: wireErrorSchema } })

/** Official SAM checkpoints. Paths here come from the host, never from a page. */
export const samImportApi = {
  /** What a checkpoint holds and what of it would be loaded; only headers are read. Errors: weights/*, file/*. */
  inspect: method.input(z.object({ file: z.string(), options: samImportOptionsSchema })).output(samReportSchema),
  /** Converts it into a folder that is not there yet: bytes of weights written, then the result. Errors: weights/*, file/*, disk/*, model/parity-failed. */
  convert: method
    .input(z.object({ file: z.string(), outFolder: z.string(), options: samImportOptionsSchema }))
    .output(
      eventIterator(
        z.discriminatedUnion('type', [
          z.object({ type: z.literal('progress'), done: z.number(), total: z.number() }),
          z.object({ type: z.literal('result'), result: samImportResultSchema }),
        ]),
      ),
    ),
}
