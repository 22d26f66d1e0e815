import { z } from 'zod'
import { runSchema } from '../../../../shared/model/run.ts'

/** run.json of a packed run: its record as the database had it, and where its attempts began. */
export const packedRunSchema = z.strictObject({
  format: z.literal('maskwright-run'),
  version: z.literal(1),
  studio: z.string(),
  run: runSchema,
  config: z.record(z.string(), z.unknown()),
  attempts: z.array(z.strictObject({ attempt: z.int().min(1), fromStep: z.int().min(0), startedAt: z.number() })).max(10_000),
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
  ratio: 1000,
} as const
