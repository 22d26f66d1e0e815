import { open, type FileHandle } from 'node:fs/promises'

/** TIFF 6.0, section 15. */
const tileWidthTag = 322
/** TIFF 6.0, section 8: what kind of picture a directory is of, as bits. */
const newSubfileTag = 254
/** A smaller copy of another picture of the file, and a mask of one. */
const [reducedCopy, maskOfAnother] = [1, 4]
/** Its forerunner: 2 is a smaller copy. */
const subfileTag = 255
/** More entries than any writer makes; a damaged count must not make us read on. */
const mostEntries = 4_096
/** Pages are counted no further; damaged directories may lead in a circle. */
const mostDirectories = 1_000

async function bytesAt(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, position)
  return buffer.subarray(0, bytesRead)
}

interface TiffFacts {
  /** The first picture lies in tiles, so that any part of it can be read without the rest. */
  readonly inTiles: boolean
  /** Pictures of their own: smaller copies and masks of others are none. */
  readonly pages: number
}

/** What the directories of a TIFF (or BigTIFF) say, as far as they are not damaged. */
export async function readTiffFacts(file: string): Promise<TiffFacts> {
  const handle = await open(file, 'r')
  try {
    const head = await bytesAt(handle, 0, 16)
    if (head.length < 16) return { inTiles: false, pages: 1 }
    const little = head[0] === 0x49
    const short = (bytes: Buffer, at: number) => (little ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at))
    const long = (bytes: Buffer, at: number) => (little ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at))
    const wide = (bytes: Buffer, at: number) => Number(little ? bytes.readBigUInt64LE(at) : bytes.readBigUInt64BE(at))
    const big = short(head, 2) === 43
    const [countBytes, entryBytes, linkBytes] = big ? [8, 20, 8] : [2, 12, 4]
    const valueAt = big ? 12 : 8
    let [inTiles, pages] = [false, 0]
    const seen = new Set<number>()
    for (let directory = big ? wide(head, 8) : long(head, 4); directory > 0 && seen.size < mostDirectories;) {
      if (seen.has(directory)) break
      seen.add(directory)
      const counted = await bytesAt(handle, directory, countBytes)
      if (counted.length < countBytes) break
      const count = big ? wide(counted, 0) : short(counted, 0)
      const listBytes = Math.min(mostEntries, count) * entryBytes
      const entries = await bytesAt(handle, directory + countBytes, listBytes + linkBytes)
      let isPage = true
      for (let at = 0; at + entryBytes <= Math.min(listBytes, entries.length); at += entryBytes) {
        const tag = short(entries, at)
        if (tag === tileWidthTag && seen.size === 1) inTiles = true
        if (tag === newSubfileTag && (long(entries, at + valueAt) & (reducedCopy | maskOfAnother)) !== 0) isPage = false
        if (tag === subfileTag && short(entries, at + valueAt) === 2) isPage = false
      }
      if (isPage) pages++
      if (count > mostEntries || entries.length < listBytes + linkBytes) break
      directory = big ? wide(entries, listBytes) : long(entries, listBytes)
    }
    return { inTiles, pages: Math.max(1, pages) }
  } finally {
    await handle.close()
  }
}
