import type { FileStamp } from '../api/compute/assist.ts'

/**
 * Whether files are as they were. A hard link to a file changes when its entry was changed, and nothing in it; some disks number a file anew whenever
 * they look at it; a file that takes the place of another, with the same times, differs in both.
 */
export function sameStamps(a: readonly FileStamp[], b: readonly FileStamp[]): boolean {
  return a.length === b.length && a.every((stamp, i) => isSame(stamp, b[i]!))
}

const isSame = (a: FileStamp, b: FileStamp): boolean =>
  a.file === b.file && a.bytes === b.bytes && a.modifiedMs === b.modifiedMs && (a.changedMs === b.changedMs || a.inode === b.inode)
