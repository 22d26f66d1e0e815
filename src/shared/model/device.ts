import { z } from 'zod'

export const providerSchema = z.enum(['cpu', 'webgpu', 'cuda', 'dml', 'coreml', 'tfjs'])
export type Provider = z.infer<typeof providerSchema>

/** What TensorFlow.js computes with here, and why: TensorFlow's native library where it starts, otherwise plain JavaScript. */
export const tfjsChoiceSchema = z.object({
  backend: z.enum(['tensorflow', 'cpu']),
  reason: z.enum(['starts', 'noPackage', 'noLibrary', 'broken']),
  /** What a library that does not start said; empty otherwise. */
  detail: z.string(),
})
export type TfjsChoice = z.infer<typeof tfjsChoiceSchema>

export const deviceReportSchema = z.object({
  cpu: z.object({ model: z.string(), cores: z.int(), memoryBytes: z.number() }),
  providers: z.array(
    z.object({
      name: providerSchema,
      bundled: z.boolean(),
      /** Really started on a tiny graph in a child process. */
      usable: z.boolean(),
      software: z.boolean(),
      adapter: z.string().nullable(),
      error: z.string().nullable(),
    }),
  ),
  auto: z.object({ provider: providerSchema, because: z.string() }),
  tfjs: z.object({ installed: z.boolean(), loads: z.boolean(), state: z.string() }),
  electron: z.object({ installed: z.boolean(), state: z.string() }),
  versions: z.record(z.string(), z.string()),
})
export type DeviceReport = z.infer<typeof deviceReportSchema>
