import { appendFileSync, existsSync, mkdirSync } from 'node:fs'
import path from 'node:path'
import { describe, it } from 'vitest'

const root = path.resolve(import.meta.dirname, '../..')

/** Folder of the real datasets and reference numbers; they are never copied into the project. */
export const sharedDir = path.resolve(root, process.env['MASKWRIGHT_SHARED'] ?? '../shared')
export const sharedPresent = existsSync(path.join(sharedDir, 'golden')) && existsSync(path.join(sharedDir, 'data'))

type Body = () => void | Promise<void>

/** A group of tests that need the shared folder; where it is absent they are counted as not registered. */
export function describeShared(title: string, tests: Readonly<Record<string, Body>>, timeoutMs?: number): void {
  const names = Object.keys(tests)
  if (!sharedPresent) return noteUnregistered(title, names.length, 'shared data (MASKWRIGHT_SHARED)')
  describe(title, () => {
    for (const name of names) it(name, tests[name], timeoutMs)
  })
}

/** Counts tests that cannot run here, and says what they need. */
export function noteUnregistered(title: string, count: number, need: string): void {
  const folder = path.join(root, 'node_modules', '.cache')
  mkdirSync(folder, { recursive: true })
  appendFileSync(path.join(folder, 'unregistered.jsonl'), JSON.stringify({ title, count, need }) + '\n')
  describe(title, () => {
    it(`needs ${need}: ${count} tests not registered`, () => undefined)
  })
}
