import { checkPicture } from '../checkSize.ts'
import { decodeRgb } from '../decode.ts'
import type { DecodedPicture, Decode } from './tuneBatch.ts'

/** Decoded pictures that are kept, in bytes. */
const keepBytes = 192 * 2 ** 20

/** Decodes pictures and keeps those that were used last. Errors (of its answers): file/*. */
export function keepDecoded(limit = keepBytes): Decode {
  const kept = new Map<string, DecodedPicture>()
  let bytes = 0
  return async ({ item }) => {
    const known = kept.get(item.imagePath)
    if (known) {
      kept.delete(item.imagePath)
      kept.set(item.imagePath, known)
      return known
    }
    const picture = await decodeRgb(item.imagePath)
    checkPicture(item.imagePath, picture, item)
    kept.set(item.imagePath, picture)
    bytes += picture.data.byteLength
    for (const [file, { data }] of kept) {
      if (bytes <= limit || file === item.imagePath) break
      kept.delete(file)
      bytes -= data.byteLength
    }
    return picture
  }
}
