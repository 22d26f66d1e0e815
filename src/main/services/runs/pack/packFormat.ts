import { z } from 'zod'
import { runSchema } from '../../../../shared/model/run.ts'

const count = z.int().min(0)

/** run.json of a packed run: its record as the database had it, and where its attempts began. */
export const packedRunSchema = z.strictObject({
  format: z.literal('maskwright-run'),
  version: z.literal(1),
  studio: z.string(),
  run: runSchema.extend({ name: z.string().max(1000), step: count, totalSteps: count, attempt: count }),
  config: z.record(z.string(), z.unknown()),
  attempts: z
    .array(z.strictObject({ attempt: z.int().min(1), fromStep: count, startedAt: z.number() }))
    .max(10_000)
    .refine((attempts) => new Set(attempts.map(({ attempt }) => attempt)).size === attempts.length, 'an attempt is there twice'),
})
export type PackedRun = z.infer<typeof packedRunSchema>

export const recordName = 'run.json'

/** What a run's folder may hold, three levels deep at most; nothing else is packed or unpacked. */
export const packable = (name: string): boolean =>
  name.length <= 200 && /^[A-Za-z0-9][A-Za-z0-9._-]*(\/[A-Za-z0-9][A-Za-z0-9._-]*){0,2}$/.test(name)

export const packLimits = {
  entries: 200_000 /** Without the zip64 extension a zip file ends at 4 GiB. */,
  fileBytes: 3.9 * 2 ** 30,
  entryBytes: 4 * 2 ** 30,
  totalBytes: 32 * 2 ** 30,
  recordBytes: 2 ** 26,
  ratio: 1000,
} as const
