import { randomUUID } from 'node:crypto'
import { constants, copyFile, link, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'

/** Gives a file a second name; replaced where a test has a disk that cannot. */
export type MakeLink = (from: string, to: string) => Promise<void>

/**
 * A file under another name: the same bytes where the disk has hard links, else (exFAT, another disk, too many links) a copy, whole or not there. Only for
 * files that nobody writes into: what is written into the one is in the other. Errors: those of the disk.
 */
export async function linkOrCopy(from: string, to: string, makeLink: MakeLink = link): Promise<void> {
  await makeLink(from, to).catch(() => copyWhole(from, to))
}

/** A copy, with shared blocks where the disk has them; nothing where it did not come to its end. Errors: those of the disk. */
export async function copyWhole(from: string, to: string): Promise<void> {
  try {
    await copyFile(from, to, constants.COPYFILE_FICLONE)
  } catch (error) {
    await rm(to, { force: true })
    throw error
  }
}

/** Whether the disk of a folder has hard links; it is tried. */
export async function hasLinks(folder: string, makeLink: MakeLink = link): Promise<boolean> {
  const file = path.join(folder, `.links-${randomUUID()}`)
  try {
    await writeFile(file, '')
    await makeLink(file, `${file}.2`)
    return true
  } catch {
    return false
  } finally {
    await Promise.all([rm(file, { force: true }), rm(`${file}.2`, { force: true })])
  }
}
