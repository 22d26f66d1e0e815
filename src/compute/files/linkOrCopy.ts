import { constants, copyFile, link, rm } from 'node:fs/promises'
import { diskError } from './durableFile.ts'

/**
 * A file of the studio's own, which nobody writes into, under another name: an encoder takes gigabytes, and the same bytes are there twice only where the disk
 * has no hard links (exFAT, another disk). A copy is whole or not there. Errors: disk/*.
 */
export async function linkOrCopy(from: string, to: string, makeLink: typeof link = link): Promise<void> {
  try {
    await makeLink(from, to).catch(() => copyFile(from, to, constants.COPYFILE_FICLONE))
  } catch (cause) {
    await rm(to, { force: true })
    throw diskError(cause, to)
  }
}
