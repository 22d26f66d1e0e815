import { z } from 'zod'
import { advanced } from './parts.ts'

export const deviceSchema = z.strictObject({
  /** 'auto' takes a real GPU if there is one and never a software adapter. */
  provider: z.enum(['auto', 'cpu', 'webgpu', 'cuda', 'dml', 'coreml']).default('auto'),
  /** null: every core. */
  threads: z.int().min(1).max(256).nullable().default(null).meta(advanced),
})
