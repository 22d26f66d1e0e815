import { open } from 'node:fs/promises'
import path from 'node:path'
import { snapshotSchema, type Snapshot } from '../../../../shared/model/snapshot.ts'
import { runFolderOf } from '../runFolder.ts'

/** As much as is before the items, with as many classes as there can be. */
const headBytes = 1 << 18
const itemsKey = '"items":['
const itemsEnd = ']}'

/**
 * What a run froze, without its items: those of a hundred thousand pictures take half a second to read, and fifty runs are compared. Null where the
 * file is torn or written otherwise; the whole of it may say more.
 */
export async function readSnapshotHead(projectFolder: string, runId: string): Promise<Snapshot | null> {
  const handle = await open(path.join(runFolderOf(projectFolder, runId), 'snapshot.json')).catch(() => null)
  if (!handle) return null
  try {
    const { size } = await handle.stat()
    const read = async (length: number, from: number): Promise<string> => {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, from)
      return buffer.toString('utf8', 0, bytesRead)
    }
    if ((await read(itemsEnd.length, Math.max(0, size - itemsEnd.length))) !== itemsEnd) return null
    const text = await read(Math.min(size, headBytes), 0)
    // Quotes inside a name are escaped, so that this is the list itself.
    const at = text.indexOf(itemsKey)
    return at < 0 ? null : snapshotSchema.parse(JSON.parse(text.slice(0, at) + itemsKey + itemsEnd))
  } catch {
    return null
  } finally {
    await handle.close()
  }
}
