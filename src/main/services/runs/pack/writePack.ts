import { createReadStream } from 'node:fs'
import { open, readdir, rename, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { Zip, ZipDeflate, ZipPassThrough } from 'fflate'
import { AppError } from '../../../../shared/errors.ts'
import { packable, packLimits, recordName, type PackedRun } from './packFormat.ts'

export interface PackProgress {
  readonly signal: AbortSignal
  readonly onProgress: (done: number, total: number) => void
}

/** Weights and pictures do not get smaller. */
const stored = /\.(safetensors|png)$/

/** Writes a run's folder and its record as one zip file, beside its place and then renamed. Errors: disk/*, cancelled. */
export async function writePack(file: string, folder: string, record: PackedRun, { signal, onProgress }: PackProgress): Promise<number> {
  const names = await filesOf(folder)
  const sizes = await Promise.all(names.map(async (name) => (await stat(path.join(folder, name))).size))
  const total = sizes.reduce((sum, size) => sum + size, 0)
  if (total > packLimits.fileBytes)
    throw new AppError('file/too-large', `the run has ${total} bytes; a pack holds ${packLimits.fileBytes}`, {
      file: path.basename(file),
      limit: packLimits.fileBytes,
    })
  const partial = `${file}.part`
  const out = await open(partial, 'w')
  try {
    let pending: Promise<unknown> = Promise.resolve()
    let failure: unknown = null
    let bytes = 0
    const zip = new Zip((error, chunk) => {
      if (error) failure ??= error
      bytes += chunk.length
      pending = pending.then(() => out.writeFile(chunk)).catch((cause: unknown) => (failure ??= cause))
    })
    const settle = async () => {
      await pending
      if (failure) throw failure as Error
      signal.throwIfAborted()
    }
    const text = new ZipDeflate(recordName, { level: 6 })
    zip.add(text)
    text.push(Buffer.from(JSON.stringify(record, null, 1)), true)
    for (const [i, name] of names.entries()) {
      const entry = stored.test(name) ? new ZipPassThrough(name) : new ZipDeflate(name, { level: 6 })
      zip.add(entry)
      for await (const chunk of createReadStream(path.join(folder, name))) {
        entry.push(new Uint8Array(chunk as Buffer))
        await settle()
      }
      entry.push(new Uint8Array(0), true)
      onProgress(i + 1, names.length)
    }
    zip.end()
    await settle()
    await out.sync()
    await out.close()
    await rename(partial, file)
    return bytes
  } catch (cause) {
    await out.close().catch(() => undefined)
    await rm(partial, { force: true })
    const reason = (cause as NodeJS.ErrnoException).code
    if (cause instanceof AppError || signal.aborted || reason === undefined) throw cause
    throw new AppError(
      reason === 'ENOSPC' ? 'disk/full' : 'disk/failed',
      `${file}: ${reason}`,
      { file: path.basename(file), errno: reason },
      { cause },
    )
  }
}

/** Relative names with '/', sorted; unfinished files (their names begin with a dot or end in .part) stay behind. */
async function filesOf(folder: string): Promise<string[]> {
  const names = (await readdir(folder, { recursive: true })).map((name) => name.split(path.sep).join('/'))
  const wanted = names.filter((name) => packable(name) && !name.endsWith('.part') && name !== recordName)
  const facts = await Promise.all(wanted.map(async (name) => ({ name, isFile: (await stat(path.join(folder, name))).isFile() })))
  return facts.flatMap(({ name, isFile }) => (isFile ? [name] : [])).sort()
}
