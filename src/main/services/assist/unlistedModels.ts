import { readdir, readFile, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { madeModelsFolder } from './assistModels.ts'
import { registryFile } from './modelRegistry.ts'

/** Longer than any model takes from its last file to the list: another host may be at it. */
const leastAgeMs = 60 * 60_000

const idPattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/**
 * Removes folders of models that the list does not name, which hosts left that were killed before a model was in the list, or after it was taken out; names
 * what it removed. Without a list nothing is known, and nothing removed; what is named in a list that could not be read, or in an entry of it, stays.
 * Errors: those of the disk.
 */
export async function removeUnlistedModels(stateFolder: string, now = Date.now()): Promise<string[]> {
  const root = madeModelsFolder(stateFolder)
  const folders = (await readdir(root).catch(() => [])).filter((name) => idPattern.test(name))
  if (folders.length === 0) return []
  const lists = (await readdir(stateFolder)).filter((name) => name === registryFile || name.startsWith(`${registryFile}.unread-`))
  if (!lists.includes(registryFile)) return []
  const named = (await Promise.all(lists.map((name) => readFile(path.join(stateFolder, name), 'utf8')))).join('\n')
  const removed: string[] = []
  for (const name of folders) {
    if (named.includes(name)) continue
    const { mtimeMs, ctimeMs } = await stat(path.join(root, name))
    if (now - Math.max(mtimeMs, ctimeMs) < leastAgeMs) continue
    await rm(path.join(root, name), { recursive: true, force: true })
    removed.push(name)
  }
  return removed
}
