import { randomUUID } from 'node:crypto'
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import { mostModelBytes, mostModelFiles, modelUploadName } from '../../../shared/assist/modelUpload.ts'
import { AppError } from '../../../shared/errors.ts'
import { isAlive } from '../../jobs/supervisor.ts'
import { fromDiskError } from '../../media/wholeFile.ts'

/** Model files that a page sent, until they become a model. */
export interface ModelUploads {
  /** Null: the type is that of something else. Errors: file/too-large, file/unsupported, disk/*. */
  take(body: AsyncIterable<Uint8Array>, declaredType: string): Promise<string> | null
  /** Null: it is no upload, or no longer kept. */
  find(uploadId: string): string | null
  /** As `find`, and from now on it is kept until it is dropped. */
  claim(uploadId: string): string | null
  /**
   * Moves files into a folder that is not there yet, under the names they were sent with; answers with their paths. Errors: input/invalid (two have one
   * name; nothing is moved), file/not-found, disk/*.
   */
  moveInto(folder: string, uploadIds: readonly string[]): Promise<string[]>
  drop(uploadId: string): Promise<void>
  clear(): Promise<void>
}

/** Older ones are removed. */
const keepUploads = mostModelFiles + 64
/** What no model was made of by then, with nothing more coming, was given up by whoever sent it. */
const usualIdleMs = 10 * 60_000
const prefix = '.sent-'

/** The process that a folder which is not whole belongs to; null: another folder. */
function writerOf(name: string): number | null {
  const [, pid] = /^\.sent-(\d+)$|\.(\d+)\.partial$/.exec(name)?.filter((part) => part !== undefined) ?? []
  return pid === undefined ? null : Number(pid)
}

/** `root` is the folder that models will lie in: moving a file of gigabytes must not copy it. */
export function createModelUploads(root: string, idleMs = usualIdleMs): ModelUploads {
  const folder = path.join(root, `${prefix}${process.pid}`)
  const known = new Map<string, string>()
  const claimed = new Set<string>()
  let coming = 0
  let idle: ReturnType<typeof setTimeout> | undefined
  const unclaimed = (): string[] => [...known.keys()].filter((id) => !claimed.has(id))
  const removeAll = async (ids: readonly string[]): Promise<void> => {
    for (const id of ids) await drop(id)
  }
  /** Somebody is at work with what was sent: the time begins anew. */
  function touch(): void {
    clearTimeout(idle)
    idle = setTimeout(() => {
      if (coming === 0) void removeAll(unclaimed()).catch(() => undefined)
    }, idleMs)
    idle.unref()
  }

  /** What processes left that were killed: files that were sent, and models that were being written. */
  async function sweep(): Promise<void> {
    for (const name of await readdir(root).catch(() => [])) {
      const pid = writerOf(name)
      if (pid !== null && pid !== process.pid && !isAlive(pid)) await rm(path.join(root, name), { recursive: true, force: true })
    }
  }
  const swept = sweep().catch(() => undefined)
  async function write(body: AsyncIterable<Uint8Array>, name: string): Promise<string> {
    const id = randomUUID()
    const file = path.join(folder, id, name)
    try {
      await mkdir(path.dirname(file), { recursive: true, mode: 0o700 })
      const handle = await open(file, 'wx', 0o600)
      try {
        let bytes = 0
        for await (const chunk of body) {
          bytes += chunk.byteLength
          if (bytes > mostModelBytes)
            throw new AppError('file/too-large', `a model file may have at most ${mostModelBytes} bytes`, { limitBytes: mostModelBytes })
          await handle.writeFile(chunk)
        }
      } finally {
        await handle.close()
      }
    } catch (error) {
      await rm(path.dirname(file), { recursive: true, force: true })
      throw fromDiskError(error)
    }
    known.set(id, file)
    await removeAll(unclaimed().slice(0, -keepUploads))
    return id
  }
  async function drop(uploadId: string): Promise<void> {
    const file = known.get(uploadId)
    known.delete(uploadId)
    claimed.delete(uploadId)
    if (file) await rm(path.dirname(file), { recursive: true, force: true })
  }

  return {
    take(body, declaredType) {
      const name = modelUploadName(declaredType)
      if (name === null) return null
      coming++
      return swept
        .then(() => write(body, name))
        .finally(() => {
          coming--
          touch()
        })
    },
    find(uploadId) {
      touch()
      return known.get(uploadId) ?? null
    },
    claim(uploadId) {
      if (known.has(uploadId)) claimed.add(uploadId)
      return known.get(uploadId) ?? null
    },
    async moveInto(target, uploadIds) {
      const sent = uploadIds.map((id) => {
        const from = known.get(id)
        if (!from) throw new AppError('file/not-found', 'this file was not sent, or is no longer kept', { id })
        return { id, from, name: path.basename(from) }
      })
      // Also where the disk tells no small letters from capitals.
      const names = sent.map(({ name }) => name.toLowerCase())
      const twice = sent.find((_, i) => names.indexOf(names[i]!) !== i)
      if (twice) throw new AppError('input/invalid', `two files of a model are called ${twice.name}`, { file: twice.name })
      try {
        await mkdir(target, { recursive: true })
        const moved: string[] = []
        for (const { id, from, name } of sent) {
          const to = path.join(target, name)
          await rename(from, to)
          moved.push(to)
          await drop(id)
        }
        return moved
      } catch (error) {
        throw fromDiskError(error)
      }
    },
    drop,
    async clear() {
      clearTimeout(idle)
      await rm(folder, { recursive: true, force: true })
    },
  }
}
