import { existsSync, utimesSync } from 'node:fs'
import { readdir, readFile, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { isPart, partOf, tilesMark } from '../../media/tiles.ts'

/** Where the tiles of pictures lie: 'cache/tiles/<first two>/<content hash>-<what>', whole folders only, the least recently used of them go first. */
export interface TileStore {
  folderOf(hash: string, what: 'first' | 'all'): string
  /** Is it there as a whole? Counts as a use. */
  has(folder: string): boolean
  /** Deletes what was not used for longest until all of it fits; answers with the bytes that are left. */
  trim(mostBytes: number): Promise<number>
  /** Notes that tiles were added; whenever enough came together, and the first time, what is too much goes. */
  grew(bytes: number, mostBytes: number): Promise<void>
  /** What a process that was killed left of one folder. */
  removePart(folder: string): Promise<void>
  /** What a host that was killed left half written. */
  removeParts(): Promise<void>
}

/** Uses of a folder are written down this often at most. */
const touchEveryMs = 60_000
/** What was used so recently is on somebody's screen. */
const inUseMs = 2 * 60_000

/** What a mark says; null: a crash of the machine left it without its words. */
async function bytesOf(mark: string): Promise<number | null> {
  try {
    const { bytes } = JSON.parse(await readFile(mark, 'utf8')) as { bytes?: unknown }
    return typeof bytes === 'number' ? bytes : null
  } catch {
    return null
  }
}

/** At once, not soon: a use that lands after a trim has looked would not have counted. */
function noteUse(mark: string, seconds: number): void {
  try {
    utimesSync(mark, seconds, seconds)
  } catch {
    // A disk that cannot be written to still has its tiles.
  }
}

export function createTileStore(projectFolder: string, now: () => number = Date.now): TileStore {
  const root = path.join(projectFolder, 'cache', 'tiles')
  const touched = new Map<string, number>()
  let untrimmed = Infinity
  let trimming: Promise<number> = Promise.resolve(0)

  async function folders(): Promise<string[]> {
    const found: string[] = []
    for (const outer of await readdir(root, { withFileTypes: true }).catch(() => []))
      if (outer.isDirectory())
        for (const inner of await readdir(path.join(root, outer.name))) found.push(path.join(root, outer.name, inner))
    return found
  }

  async function remove(folder: string): Promise<void> {
    // Without its mark a folder is not whole, whatever happens on the way.
    await rm(path.join(folder, tilesMark), { force: true })
    await rm(folder, { recursive: true, force: true })
    touched.delete(folder)
  }

  async function trim(mostBytes: number): Promise<number> {
    const known: { folder: string; bytes: number; usedAt: number }[] = []
    for (const folder of await folders()) {
      const mark = path.join(folder, tilesMark)
      const usedAt = await stat(mark).then(
        (facts) => facts.mtimeMs,
        () => null,
      )
      if (usedAt === null || isPart(folder)) continue
      const bytes = await bytesOf(mark)
      if (bytes === null) await remove(folder)
      else known.push({ folder, bytes, usedAt })
    }
    let total = known.reduce((sum, { bytes }) => sum + bytes, 0)
    for (const { folder, bytes, usedAt } of known.sort((a, b) => a.usedAt - b.usedAt)) {
      if (total <= mostBytes || now() - usedAt < inUseMs) break
      await remove(folder)
      total -= bytes
    }
    return total
  }

  // One after another: two at a time would stumble over what the other takes away.
  const trimNext = (mostBytes: number): Promise<number> =>
    (trimming = trimming.then(
      () => trim(mostBytes),
      () => trim(mostBytes),
    ))

  return {
    folderOf: (hash, what) => path.join(root, hash.slice(0, 2), `${hash}-${what}`),
    has(folder) {
      const mark = path.join(folder, tilesMark)
      if (!existsSync(mark)) return false
      if (now() - (touched.get(folder) ?? 0) > touchEveryMs) {
        touched.set(folder, now())
        noteUse(mark, now() / 1000)
      }
      return true
    },
    trim: trimNext,
    async grew(bytes, mostBytes) {
      untrimmed += bytes
      if (untrimmed < mostBytes / 64) return
      untrimmed = 0
      await trimNext(mostBytes)
    },
    removePart: (folder) => rm(partOf(folder), { recursive: true, force: true }),
    async removeParts() {
      for (const folder of await folders())
        if (isPart(folder) || !existsSync(path.join(folder, tilesMark))) await rm(folder, { recursive: true, force: true })
    },
  }
}
