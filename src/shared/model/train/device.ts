import { z } from 'zod'
import { advanced } from './parts.ts'

export const deviceSchema = z.strictObject({
  /** 'auto' takes a real GPU if there is one, never a software adapter and never TensorFlow.js. */
  provider: z.enum(['auto', 'cpu', 'webgpu', 'cuda', 'dml', 'coreml', 'tfjs']).default('auto'),
  /** Indices of the provider's adapters; null: its first. One process takes the first of the list. */
  adapters: z
    .array(z.int().min(0).max(63))
    .min(1)
    .max(64)
    .nullable()
    .default(null)
    .meta({ ...advanced, control: 'adapters' }),
  /** So many processes train together: each takes an equal share of every batch, their gradients are averaged. */
  processes: z
    .int()
    .min(1)
    .max(64)
    .default(1)
    .meta({ ...advanced, unit: 'processes' }),
  /** Of each process; null: all cores, shared among the processes. */
  threads: z.int().min(1).max(256).nullable().default(null).meta(advanced),
  /** A process takes its share of a batch through the network in so many parts, whose gradients are averaged; the batch must be a multiple of both. */
  batchParts: z
    .int()
    .min(1)
    .max(1024)
    .default(1)
    .meta({ ...advanced, unit: 'parts' }),
  /** A training that needs more goes on with smaller parts of a batch; null: nearly all of the machine's. */
  memoryGb: z
    .number()
    .min(0.25)
    .max(16_384)
    .nullable()
    .default(null)
    .meta({ ...advanced, unit: 'GB' }),
})

/** The adapter that the process of this rank computes on; null: the provider's first. */
export function adapterOf({ adapters }: { readonly adapters: readonly number[] | null }, rank: number): number | null {
  return adapters === null ? null : adapters[rank % adapters.length]!
}
