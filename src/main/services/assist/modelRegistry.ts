import { readFileSync, renameSync, statSync } from 'node:fs'
import path from 'node:path'
import { z } from 'zod'
import { fileStampSchema } from '../../../shared/api/compute/assist.ts'
import { samFactsSchema, samOverridesSchema } from '../../../shared/model/samModel.ts'
import { assistOriginSchema, quarantineSchema, type UnreadModel } from '../../../shared/model/assist.ts'
import { fromDiskError, writeWholeNow } from '../../media/wholeFile.ts'
import { whileLocked } from './fileLock.ts'

const storedModelSchema = z.object({
  id: z.string(),
  name: z.string(),
  origin: assistOriginSchema,
  encoderFile: z.string(),
  decoderFile: z.string().nullable(),
  /** The second file was found beside the first one, not chosen: what it was then; sha256 null: it is taken as it is found next. */
  partner: z.object({ sha256: z.string().nullable() }).nullable().catch(null),
  overrides: samOverridesSchema.catch({}),
  /** What was recognised, of the files as they were then. */
  known: z
    .object({ facts: samFactsSchema, stamps: z.array(fileStampSchema) })
    .nullable()
    .catch(null),
  quarantine: quarantineSchema.nullable().catch(null),
  /** The training it was written by: of one checkpoint there is one model. */
  tuned: z.object({ runId: z.string(), checkpoint: z.string() }).optional().catch(undefined),
})
export type StoredModel = z.infer<typeof storedModelSchema>

const fileSchema = z.object({ models: z.array(z.unknown()).catch([]), defaultId: z.string().nullable().catch(null) })
type RegistryFile = z.infer<typeof fileSchema>

interface Entries {
  readonly models: readonly StoredModel[]
  readonly defaultId: string | null
  /** What is in the file and makes no sense; it stays there. */
  readonly unread: readonly UnreadModel[]
}

/** Its name in the folder of the user's settings. */
export const registryFile = 'assist.json'

/** The list of models on the disk: written whole, one entry changed at a time, whoever else writes it. */
export interface ModelRegistry {
  /** Errors: disk/failed (the file is there and cannot be read). */
  read(): Entries
  /** Gives an entry as it is by then (null: there is none) and keeps what comes back (null: none); the others stay as they are. Errors: disk/*. */
  change(id: string, change: (now: StoredModel | null) => StoredModel | null): Promise<void>
  /** Errors: disk/*. */
  setDefault(id: string): Promise<void>
}

export function createModelRegistry(file: string): ModelRegistry {
  /** Files that were no list at all, set aside. */
  const aside: UnreadModel[] = []

  function readFile(): RegistryFile {
    let text: string
    try {
      text = readFileSync(file, 'utf8')
    } catch (error) {
      // None yet. Anything else must not end in an empty list that is written over a full one.
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { models: [], defaultId: null }
      throw fromDiskError(error)
    }
    try {
      return fileSchema.parse(JSON.parse(text))
    } catch {
      return setAside()
    }
  }
  function setAside(): RegistryFile {
    const kept = `${file}.unread-${Date.now()}`
    try {
      renameSync(file, kept)
    } catch (error) {
      throw fromDiskError(error)
    }
    aside.push({ name: path.basename(kept), reason: 'it is no list of models' })
    return { models: [], defaultId: null }
  }
  const write = (registry: RegistryFile): void => writeWholeNow(file, JSON.stringify(registry))

  /** Every click asks for the list: what it was read as holds as long as the file is the same one. */
  let last: { version: string; entries: Entries } | null = null
  /** Whoever writes it puts a new file in its place; null: what is wrong with it is found by reading it. */
  function versionOf(): string | null {
    try {
      const { ino, size, mtimeNs, ctimeNs } = statSync(file, { bigint: true })
      return [ino, size, mtimeNs, ctimeNs].join(' ')
    } catch {
      return null
    }
  }

  return {
    read() {
      // Before it is read: what is written meanwhile is read the next time.
      const version = versionOf()
      if (last && last.version === version) return last.entries
      const { models: found, defaultId } = readFile()
      const models: StoredModel[] = []
      const unread: UnreadModel[] = [...aside]
      for (const entry of found) {
        const read = storedModelSchema.safeParse(entry)
        if (!read.success) unread.push({ name: nameOf(entry), reason: z.prettifyError(read.error) })
        else if (!models.some(({ id }) => id === read.data.id)) models.push(read.data)
      }
      const entries = { models, defaultId, unread }
      last = version === null ? null : { version, entries }
      return entries
    },
    change: (id, change) =>
      whileLocked(file, () => {
        const registry = readFile()
        const at = registry.models.findIndex((entry) => idOf(entry) === id)
        const now = at < 0 ? null : (storedModelSchema.safeParse(registry.models[at]).data ?? null)
        const next = change(now)
        if (next === null && at < 0) return
        const models = at < 0 ? [...registry.models, next] : registry.models.toSpliced(at, 1, ...(next ? [next] : []))
        write({ ...registry, models })
      }),
    setDefault: (id) => whileLocked(file, () => write({ ...readFile(), defaultId: id })),
  }
}

const field = (entry: unknown, name: string): unknown =>
  typeof entry === 'object' && entry !== null ? (entry as Record<string, unknown>)[name] : undefined
const idOf = (entry: unknown): unknown => field(entry, 'id')
const nameOf = (entry: unknown): string => {
  const name = field(entry, 'name')
  return typeof name === 'string' && name !== '' ? name : '?'
}
