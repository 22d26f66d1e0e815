import { append } from '../../shared/append.ts'
import { mergeOriginFacts, noOriginFacts, originFactsOf, type OriginFacts } from '../../shared/formats/vocBox.ts'
import { AppError } from '../../shared/errors.ts'
import type { FileProblem } from '../../shared/model/dataset.ts'
import { scanDataset, type DatasetScan, type ScanEntry } from './datasetScan.ts'
import { readItem, type ReadItem, type ReadRules } from './itemReader.ts'
import { exportOperations } from './exportOperations.ts'
import { readTextFile } from './safeFiles.ts'

/** Parsers of untrusted files; they run in a process of their own. */
const importOperations = {
  scan: ({ folder }: { folder: string }): Promise<DatasetScan> => scanDataset(folder),

  /** What the coordinates of these annotation files say about where they count from; unreadable files say nothing here, they are reported when read. */
  async originFacts({ root, files }: { root: string; files: string[] }): Promise<OriginFacts> {
    let facts = noOriginFacts
    for (const file of files) {
      try {
        facts = mergeOriginFacts(facts, originFactsOf((await readTextFile(root, file)).text))
      } catch (error) {
        if (!(error instanceof AppError)) throw error
      }
    }
    return facts
  },

  async read({
    root,
    entries,
    rules,
  }: {
    root: string
    entries: ScanEntry[]
    rules: ReadRules
  }): Promise<{ items: ReadItem[]; problems: FileProblem[] }> {
    const items: ReadItem[] = []
    const problems: FileProblem[] = []
    for (const entry of entries) {
      const result = await readItem(root, entry, rules)
      if (result.item) items.push(result.item)
      append(problems, result.problems)
    }
    return { items, problems }
  },
}

/** What the import process does: it reads untrusted files, for import and for export. */
export const fileOperations = { ...importOperations, ...exportOperations }
export type ImportOperations = typeof fileOperations
