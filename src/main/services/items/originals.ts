import { stat } from 'node:fs/promises'
import path from 'node:path'
import { AppError } from '../../../shared/errors.ts'
import type { PictureHeader } from '../../../shared/model/picture.ts'
import type { OriginalFile } from '../../db/records.ts'
import type { PictureFacts } from '../../media/picture.ts'
import type { Media } from '../../media/pools.ts'
import type { GuardedCall } from './pictureGuard.ts'

/** Pictures as they were imported: a file with other content, or of another size, is not what its annotations were drawn on. */
export interface Originals {
  /** Errors: file/*. */
  header(files: OriginalFile, urgent: boolean): Promise<PictureHeader>
  /** A picture that is not the one that was imported has no place in what is kept of that one, nor in what is learned from it. Errors: file/*. */
  refuseReplaced(files: OriginalFile): Promise<void>
  /** The file that lies there by now, sound and of the size that the annotations need. Errors: file/*. */
  inspect(files: OriginalFile): Promise<PictureFacts>
}

/** Which file it is by now, and whether it can be another than was imported; one that is gone says so itself when it is read. */
async function lookAt({ rootPath, relPath, imageSha256, importedAt, sources }: OriginalFile): Promise<{ key: string; suspect: boolean }> {
  const file = path.join(rootPath, relPath)
  // The time of modification comes along with a file that is put in its place; that of its entry does not.
  const { ctimeMs, size } = await stat(file).catch(() => ({ ctimeMs: 0, size: 0 }))
  const bytes = sources.find(({ kind }) => kind === 'image')?.bytes
  const suspect = imageSha256 !== '' && (ctimeMs >= importedAt || size !== bytes)
  return { key: `${imageSha256} ${file} ${ctimeMs} ${size}`, suspect }
}

/** A picture of the same size that is another one. `sha256`: the hash it has now. */
export const otherContent = ({ relPath: file, imageSha256 }: Pick<OriginalFile, 'relPath' | 'imageSha256'>, sha256: string): AppError =>
  new AppError('file/changed', `${file} has other content than when it was imported`, {
    file,
    hash: sha256.slice(0, 8),
    wasHash: imageSha256.slice(0, 8),
  })

/** Why a picture is not the one that was imported; null: it is. `other`: the hash it has now. */
function replacement(files: OriginalFile, header: PictureHeader, other: string | null): AppError | null {
  const { relPath: file, width: wasWidth, height: wasHeight } = files
  const [width, height] = header.orientation >= 5 ? [header.height, header.width] : [header.width, header.height]
  if (width !== wasWidth || height !== wasHeight) {
    const message = `${file} has ${width} x ${height} pixels; when it was imported it had ${wasWidth} x ${wasHeight}`
    return new AppError('file/changed', message, { file, width, height, wasWidth, wasHeight })
  }
  return other === null ? null : otherContent(files, other)
}

/** The largest file that is read, at the speed of a slow disk. */
const hashTimeoutMs = 180_000
const keepHeaders = 500
/** A folder that was moved to another machine is all new there; it is read once, not for each training. */
const keepSound = 50_000

export function createOriginals({ pictures }: Pick<Media, 'pictures'>, guard: GuardedCall): Originals {
  const headers = new Map<string, PictureHeader | AppError>()
  const sound = new Set<string>()

  async function headerOf(files: OriginalFile, urgent: boolean): Promise<PictureHeader> {
    const { rootPath: root, relPath, imageSha256 } = files
    const { key, suspect } = await lookAt(files)
    const known = headers.get(key)
    if (known instanceof AppError) throw known
    if (known) return known
    const at = { root, relPath, sha256: suspect ? imageSha256 : null }
    const options = { urgent, ...(suspect ? { timeoutMs: hashTimeoutMs } : {}) }
    const { header, other } = await guard(files, () => pictures.call('header', at, options))
    const answer = replacement(files, header, other) ?? header
    headers.set(key, answer)
    if (headers.size > keepHeaders) headers.delete(headers.keys().next().value!)
    if (answer instanceof AppError) throw answer
    return answer
  }

  return {
    header: headerOf,
    async inspect(files) {
      const { rootPath: root, relPath } = files
      const found = await guard(files, () => pictures.call('inspect', { root, relPath }, { urgent: true, timeoutMs: hashTimeoutMs }))
      const otherSize = replacement(files, found.header, null)
      if (otherSize) throw otherSize
      return found
    },
    async refuseReplaced(files) {
      const { key, suspect } = await lookAt(files)
      if (!suspect || sound.has(key)) return
      await headerOf(files, false)
      sound.add(key)
      if (sound.size > keepSound) sound.delete(sound.values().next().value!)
    },
  }
}
