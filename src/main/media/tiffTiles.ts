import { open, type FileHandle } from 'node:fs/promises'

/** TIFF 6.0, section 15. */
const tileWidthTag = 322
/** More entries than any writer makes; a damaged count must not make us read on. */
const mostEntries = 4_096

async function bytesAt(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, position)
  return buffer.subarray(0, bytesRead)
}

/** Whether the first picture of a TIFF (or BigTIFF) lies in tiles, so that any part of it can be read without the rest; false for what is damaged. */
export async function liesInTiles(file: string): Promise<boolean> {
  const handle = await open(file, 'r')
  try {
    const head = await bytesAt(handle, 0, 16)
    if (head.length < 16) return false
    const little = head[0] === 0x49
    const short = (bytes: Buffer, at: number) => (little ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at))
    const long = (bytes: Buffer, at: number) => (little ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at))
    const wide = (bytes: Buffer, at: number) => Number(little ? bytes.readBigUInt64LE(at) : bytes.readBigUInt64BE(at))
    const big = short(head, 2) === 43
    const directory = big ? wide(head, 8) : long(head, 4)
    const [countBytes, entryBytes] = big ? [8, 20] : [2, 12]
    const counted = await bytesAt(handle, directory, countBytes)
    if (counted.length < countBytes) return false
    const count = Math.min(mostEntries, big ? wide(counted, 0) : short(counted, 0))
    const entries = await bytesAt(handle, directory + countBytes, count * entryBytes)
    for (let at = 0; at + entryBytes <= entries.length; at += entryBytes) if (short(entries, at) === tileWidthTag) return true
    return false
  } finally {
    await handle.close()
  }
}
