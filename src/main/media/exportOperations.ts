import { constants } from 'node:fs'
import { access, copyFile, mkdir, open, readdir, stat } from 'node:fs/promises'
import path from 'node:path'
import { AppError } from '../../shared/errors.ts'
import type { FileProblem } from '../../shared/model/dataset.ts'
import { exportMasks } from './exportMasks.ts'
import type { ExportedItem, ExportItem, ExportRules } from './exportRecords.ts'
import { exportXml } from './exportXml.ts'
import { createProblemList, type ProblemList } from './problemList.ts'
import { hashFile, insideRoot, listFiles, readTextFile } from './safeFiles.ts'
import { fromDiskError, writeWhole } from './wholeFile.ts'

export interface CopyFile {
  from: string
  to: string
  /** What the bytes were when imported; null: not known. */
  sha256: string | null
}

const vocFolders = ['JPEGImages', 'Annotations', 'ImageSets', 'SegmentationClass', 'SegmentationClassAug', 'SegmentationObject']
const maxRootFileBytes = 1 << 20

/** Writing a dataset again; reads the linked files, so it runs where they were parsed. */
export const exportOperations = {
  /** Writes what changed of these items below `out` (null: only says what that is, and what gets lost); the rest is for `copyFiles`. */
  async exportItems({
    root,
    out,
    items,
    rules,
  }: {
    root: string
    out: string | null
    items: ExportItem[]
    rules: ExportRules
  }): Promise<ExportedItem> {
    const losses = createProblemList()
    const used = new Set<number>()
    const written: string[] = []
    for (const item of items) {
      const xml = await exportXml(root, item, rules, losses)
      const files = [...(xml ? [xml] : []), ...(await exportMasks(root, item, rules, losses, used))]
      for (const { relPath, bytes } of files) {
        if (out !== null) await writeWhole(path.join(out, relPath), bytes)
        written.push(relPath)
      }
    }
    return { written, losses: losses.list(), usedIndices: [...used] }
  },

  /** Copies byte for byte, and reads the copy back when the bytes are known. */
  async copyFiles({
    root,
    out,
    files,
  }: {
    root: string
    out: string
    files: CopyFile[]
  }): Promise<{ copied: number; losses: FileProblem[] }> {
    const losses = createProblemList()
    let copied = 0
    for (const { from, to, sha256 } of files) {
      try {
        const source = await insideRoot(root, from)
        if (!(await stat(source)).isFile()) throw new AppError('file/unreadable', `${from} is no file`, { file: from })
        await access(source, constants.R_OK).catch((cause: unknown) => {
          throw new AppError('file/unreadable', `${from} cannot be read`, { file: from }, { cause })
        })
        const target = path.join(out, to)
        await copySynced(source, target)
        copied++
        if (sha256 !== null && (await hashFile(target)) !== sha256) {
          losses.add({ file: from, code: 'file/unreadable', remark: 'copiedChanged', severity: 'warning' })
        }
      } catch (error) {
        const coded = fromDiskError(error)
        if (!(coded instanceof AppError) || coded.code.startsWith('disk/')) throw coded
        losses.refuse(from, coded)
      }
    }
    return { copied, losses: losses.list() }
  },

  /** Everything of a VOC folder that belongs to the dataset, and what lies beside it and is left behind. */
  async listDataset({ root }: { root: string }): Promise<{ files: string[]; losses: FileProblem[] }> {
    const losses = createProblemList()
    const files: string[] = []
    for (const folder of vocFolders) {
      for (const { relPath } of await listFiles(root, folder, 8)) if ((await copyable(root, relPath, losses)) !== null) files.push(relPath)
    }
    for (const { relPath } of await listFiles(root, '', 0)) {
      const bytes = await copyable(root, relPath, losses)
      if (bytes === null) continue
      if (bytes <= maxRootFileBytes) files.push(relPath)
      else losses.add({ file: relPath, code: 'file/unsupported', remark: 'notPart', severity: 'note' })
    }
    for (const name of await otherFolders(root)) {
      losses.add({ file: `${name}/`, code: 'file/unsupported', remark: 'notPart', severity: 'note' })
    }
    return { files, losses: losses.list() }
  },

  /** A small text file of the dataset, or null. */
  readText: ({ root, relPath }: { root: string; relPath: string }): Promise<string | null> =>
    readTextFile(root, relPath).then(
      ({ text }) => text,
      () => null,
    ),
}

/** Size of a regular file, or of the one inside the root that a link leads to; null, with a loss, for everything else. */
async function copyable(root: string, relPath: string, losses: ProblemList): Promise<number | null> {
  try {
    const facts = await stat(await insideRoot(root, relPath))
    if (facts.isFile()) return facts.size
    losses.add({ file: relPath, code: 'file/unsupported', remark: 'linkNotCopied', severity: 'refused' })
  } catch (error) {
    losses.refuse(relPath, error)
  }
  return null
}

async function otherFolders(root: string): Promise<string[]> {
  const entries = await readdir(root, { withFileTypes: true })
  return entries.filter((entry) => entry.isDirectory() && !vocFolders.includes(entry.name)).map((entry) => entry.name)
}

async function copySynced(source: string, target: string): Promise<void> {
  await mkdir(path.dirname(target), { recursive: true })
  await copyFile(source, target, constants.COPYFILE_FICLONE)
  const handle = await open(target, 'r+').catch(() => null)
  await handle?.sync()
  await handle?.close()
}
