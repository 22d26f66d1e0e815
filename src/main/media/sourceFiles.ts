import { lstat } from 'node:fs/promises'
import path from 'node:path'
import { AppError } from '../../shared/errors.ts'
import type { SourceFile } from '../db/records.ts'
import type { ProblemList } from './problemList.ts'
import { hashBytes } from './safeFiles.ts'

/** The bytes of a label file, or null (and a loss) when they are gone or no longer those that were imported: then it is written anew from the project. */
export async function readAsImported(
  root: string,
  { relPath, sha256 }: Pick<SourceFile, 'relPath' | 'sha256'>,
  read: (relPath: string) => Promise<Buffer>,
  losses: ProblemList,
): Promise<Buffer | null> {
  try {
    const bytes = await read(relPath)
    if (hashBytes(bytes) === sha256) return bytes
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    // With the whole folder gone there is nothing to write beside.
    if ((await lstat(root).catch(() => null)) === null) throw error
  }
  losses.add({ file: relPath, code: 'file/unreadable', remark: 'writtenAnew', severity: 'warning' })
  return null
}

/** A file that is there but was refused at import gives way to what the project knows; that is said. */
export async function reportReplaced(root: string, relPath: string, losses: ProblemList): Promise<void> {
  if ((await lstat(path.join(root, relPath)).catch(() => null)) === null) return
  losses.add({ file: relPath, code: 'file/unreadable', remark: 'replacedRefused', severity: 'warning' })
}
