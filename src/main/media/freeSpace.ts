import { statfs } from 'node:fs/promises'
import { AppError } from '../../shared/errors.ts'
import { gigabytes } from '../../shared/text/gigabytes.ts'

/** Stays free beside whatever is written: what people save meanwhile must not be what finds the disk full. */
const spareBytes = 256 << 20

/** Whether so many bytes would fit, and the gigabytes of both; null where they do, or nobody can tell. */
export const missingRoom = (neededBytes: number, freeBytes: number | null): { neededGb: string; freeGb: string } | null =>
  freeBytes === null || neededBytes + spareBytes <= freeBytes
    ? null
    : { neededGb: gigabytes(neededBytes + spareBytes), freeGb: gigabytes(freeBytes) }

/** What this user may still write to the disk of a folder; null where the system does not say. */
export async function freeBytesOf(folder: string): Promise<number | null> {
  const found = await statfs(folder).catch(() => null)
  return found && found.bavail * found.bsize
}

/** Errors: disk/full, before anything is written. */
export async function requireRoom(folder: string, neededBytes: number): Promise<void> {
  const missing = missingRoom(neededBytes, await freeBytesOf(folder))
  if (missing) throw new AppError('disk/full', `${missing.neededGb} GB are needed on the disk, ${missing.freeGb} GB are free`, missing)
}
