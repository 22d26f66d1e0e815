import path from 'node:path'
import { forkChild, type SpawnChild } from '../../src/main/jobs/child.ts'
import { processEntries, type ProcessEntry } from '../../src/shared/entries.ts'

const root = path.join(import.meta.dirname, '..', '..')

/** The file that starts such a process: what is shipped where out/ is fresh (vitest.config.ts looks), which starts in half of the time, else the source. */
export const entryFile = (name: ProcessEntry): string =>
  path.join(root, process.env['MASKWRIGHT_TEST_BUILT'] ? `out/main/${name}.js` : processEntries[name])

const files = new Map(
  Object.entries(processEntries).map(([name, source]) => [path.join(root, source), entryFile(name as ProcessEntry)] as const),
)

/** Forks as a host does, of the same files as `entryFile`. */
export const forkEntry: SpawnChild = (file, options) => forkChild(files.get(file) ?? file, options)
