import path from 'node:path'
import { vi } from 'vitest'
import { runCli } from '../../src/main/cli/program.ts'
import { createCore } from '../../src/main/core.ts'
import { createLogger } from '../../src/main/log.ts'
import { entryFile, forkEntry } from './entries.ts'

export interface CommandEnd {
  readonly code: number
  readonly out: string
  readonly err: string
}

/** One command line in this process, as it would be in that folder, with a studio of its own; one at a time. */
export async function runHere(folder: string, words: readonly string[]): Promise<CommandEnd> {
  const said = { out: '', err: '' }
  const before = process.cwd()
  process.chdir(folder)
  const out = vi.spyOn(process.stdout, 'write').mockImplementation((text) => (said.out += String(text)) !== '')
  const err = vi.spyOn(process.stderr, 'write').mockImplementation((text) => (said.err += String(text)) !== '')
  const makeCore = () =>
    createCore({
      shell: 'cli',
      version: 'test',
      spawnChild: forkEntry,
      roots: [folder],
      log: createLogger('test', 'silent'),
      stateFolder: path.join(folder, 'state'),
      databaseFile: entryFile('database'),
    })
  try {
    return { code: await runCli(words, { version: 'test', makeCore }, new AbortController().signal), ...said }
  } finally {
    out.mockRestore()
    err.mockRestore()
    process.chdir(before)
  }
}
