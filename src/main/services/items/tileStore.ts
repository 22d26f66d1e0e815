import { existsSync } from 'node:fs'
import { readdir, readFile, rm, stat, utimes } from 'node:fs/promises'
import path from 'node:path'
import { isPart, partOf, tilesMark } from '../../media/tiles.ts'

/** Where the tiles of pictures lie: 'cache/tiles/<first two>/<content hash>-<what>', whole folders only, the least recently used of them go first. */
export interface TileStore {
  folderOf(hash: string, what: 'first' | 'all'): string
  /** Is it there as a whole? Counts as a use. */
  has(folder: string): boolean
  /** Deletes what was not used for longest until all of it fits; answers with the bytes that are left. */
  trim(mostBytes: number): Promise<number>
  /** What a process that was killed left of one folder. */
  removePart(folder: string): Promise<void>
  /** What a host that was killed left half written. */
  removeParts(): Promise<void>
}

/** Uses of a folder are written down this often at most. */
const touchEveryMs = 60_000
/** What was used so recently is on somebody's screen. */
const inUseMs = 2 * 60_000

export function createTileStore(projectFolder: string, now: () => number = Date.now): TileStore {
  const root = path.join(projectFolder, 'cache', 'tiles')
  const touched = new Map<string, number>()

  async function folders(): Promise<string[]> {
    const found: string[] = []
    for (const outer of await readdir(root, { withFileTypes: true }).catch(() => []))
      if (outer.isDirectory())
        for (const inner of await readdir(path.join(root, outer.name))) found.push(path.join(root, outer.name, inner))
    return found
  }

  return {
    folderOf: (hash, what) => path.join(root, hash.slice(0, 2), `${hash}-${what}`),
    has(folder) {
      const mark = path.join(folder, tilesMark)
      if (!existsSync(mark)) return false
      if (now() - (touched.get(folder) ?? 0) > touchEveryMs) {
        touched.set(folder, now())
        utimes(mark, now() / 1000, now() / 1000).catch(() => undefined)
      }
      return true
    },
    async trim(mostBytes) {
      const known: { folder: string; bytes: number; usedAt: number }[] = []
      for (const folder of await folders()) {
        const mark = path.join(folder, tilesMark)
        const usedAt = await stat(mark).then(
          (facts) => facts.mtimeMs,
          () => null,
        )
        if (usedAt === null || isPart(folder)) continue
        const { bytes } = JSON.parse(await readFile(mark, 'utf8')) as { bytes: number }
        known.push({ folder, bytes, usedAt })
      }
      let total = known.reduce((sum, { bytes }) => sum + bytes, 0)
      for (const { folder, bytes, usedAt } of known.sort((a, b) => a.usedAt - b.usedAt)) {
        if (total <= mostBytes || now() - usedAt < inUseMs) break
        // Without its mark a folder is not whole, whatever happens on the way.
        await rm(path.join(folder, tilesMark), { force: true })
        await rm(folder, { recursive: true, force: true })
        touched.delete(folder)
        total -= bytes
      }
      return total
    },
    removePart: (folder) => rm(partOf(folder), { recursive: true, force: true }),
    async removeParts() {
      for (const folder of await folders())
        if (isPart(folder) || !existsSync(path.join(folder, tilesMark))) await rm(folder, { recursive: true, force: true })
    },
  }
}
