import { createWriteStream } from 'node:fs'
import { mkdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import { crc32 } from 'node:zlib'
import { openPromise, type Entry, type ZipFile } from 'yauzl'
import { AppError, type ErrorData } from '../../../../shared/errors.ts'
import { packable, packedRunSchema, packLimits, recordName, type PackedRun } from './packFormat.ts'
import type { PackProgress } from './writePack.ts'

/** Unpacks a packed run into a new folder and answers with its record. Nothing is trusted: names, sizes and record are checked. Errors: run/bad-pack, file/unreadable, cancelled. */
export async function readPack(file: string, folder: string, { signal, onProgress }: PackProgress): Promise<PackedRun> {
  const bad = (reason: string, data: ErrorData, cause?: unknown) =>
    new AppError(
      'run/bad-pack',
      `${path.basename(file)} is not a packed run: ${reason}`,
      { file: path.basename(file), reason, ...data },
      { cause },
    )
  const zip = await openPromise(file, { lazyEntries: true, validateEntrySizes: true, strictFileNames: true }).catch((cause: unknown) => {
    throw bad(cause instanceof Error ? cause.message : String(cause), { why: 'damaged' }, cause)
  })
  try {
    if (zip.entryCount > packLimits.entries) throw bad(`${zip.entryCount} entries`, { why: 'tooLarge' })
    const seen = new Set<string>()
    let total = 0
    for await (const entry of zip.eachEntry()) {
      signal.throwIfAborted()
      total += entry.uncompressedSize
      const trouble = troubleWith(entry, seen, total)
      if (trouble) throw bad(trouble, { why: 'entryRefused', entry: entry.fileName.slice(0, 100) })
      seen.add(entry.fileName.toLowerCase())
      if (!(await unpack(zip, entry, path.join(folder, entry.fileName))))
        throw bad(`${entry.fileName} is damaged`, { why: 'entryDamaged', entry: entry.fileName })
      onProgress(seen.size, zip.entryCount)
    }
    if (!seen.has(recordName)) throw bad(`${recordName} is missing`, { why: 'entryMissing', entry: recordName })
  } catch (cause) {
    if (cause instanceof AppError || signal.aborted) throw cause
    throw bad(cause instanceof Error ? cause.message : String(cause), { why: 'damaged' }, cause)
  } finally {
    zip.close()
  }
  const record = packedRunSchema.safeParse(parse(await readFile(path.join(folder, recordName), 'utf8')))
  if (!record.success)
    throw bad(`${recordName}: ${record.error.issues[0]?.path.join('.') ?? ''} ${record.error.issues[0]?.message ?? ''}`, {
      why: 'entryDamaged',
      entry: recordName,
    })
  return record.data
}

function troubleWith(entry: Entry, seen: ReadonlySet<string>, total: number): string | null {
  const { fileName: name, uncompressedSize: size, compressedSize } = entry
  if (!packable(name)) return `an entry is called ${JSON.stringify(name.slice(0, 100))}`
  // Case folds on some file systems: two such names would be one file.
  if (seen.has(name.toLowerCase())) return `${name} is there twice`
  if (name === recordName && size > packLimits.recordBytes) return `${name} is too large`
  if (size > packLimits.entryBytes || total > packLimits.totalBytes) return `${name} is too large`
  if (size > 2 ** 20 && size > packLimits.ratio * compressedSize) return `${name} would grow ${Math.round(size / compressedSize)} times`
  return null
}

/** Whether the bytes are those of the entry's checksum, which yauzl leaves to its caller. */
async function unpack(zip: ZipFile, entry: Entry, target: string): Promise<boolean> {
  await mkdir(path.dirname(target), { recursive: true })
  let sum = 0
  const summed = async function* (chunks: AsyncIterable<Buffer>) {
    for await (const chunk of chunks) {
      sum = crc32(chunk, sum)
      yield chunk
    }
  }
  await pipeline(await zip.openReadStreamPromise(entry), summed, createWriteStream(target, { flags: 'wx' }))
  return sum === entry.crc32
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return null
  }
}
