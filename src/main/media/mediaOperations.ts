import sharp from 'sharp'
import { AppError } from '../../shared/errors.ts'
import { encodeLabelMap, type LabelMapOptions } from './labelMap.ts'
import { renderOverlay, type OverlayOptions } from './overlay.ts'
import { pictureReader, sniffPicture, type PictureType } from './picture.ts'
import { insideRoot } from './safeFiles.ts'
import { writeWhole } from './wholeFile.ts'

sharp.concurrency(1)

interface PictureAt {
  root: string
  relPath: string
}

const unreadable = (relPath: string) => (error: unknown) => {
  const reason = error instanceof Error ? error.message.split('\n')[0]! : String(error)
  throw new AppError('file/unreadable', `${relPath} cannot be decoded: ${reason}`, { file: relPath }, { cause: error })
}

async function soundPicture({ root, relPath }: PictureAt): Promise<{ file: string; type: PictureType }> {
  const file = await insideRoot(root, relPath)
  const type = await sniffPicture(file)
  if (type === null) throw new AppError('file/unsupported', `${relPath} is no JPEG, PNG, WebP or TIFF picture`, { file: relPath })
  return { file, type }
}

/** What the studio makes out of pictures and annotations; all of it lands in a cache and can be made again. */
export const mediaOperations = {
  /** WebP of at most `size` pixels a side, upright. Errors: file/*. */
  async thumb({ size, out, ...at }: PictureAt & { size: number; out: string }): Promise<null> {
    const { file } = await soundPicture(at)
    const bytes = await pictureReader(file)
      .autoOrient()
      .resize(size, size, { fit: 'inside', withoutEnlargement: true })
      .webp({ quality: 80 })
      .toBuffer()
      .catch(unreadable(at.relPath))
    await writeWhole(out, bytes)
    return null
  },

  /** The picture as a browser can show it: the file itself, or a PNG at `out` when no browser reads it. */
  async viewable({ out, ...at }: PictureAt & { out: string }): Promise<{ file: string; type: string }> {
    const { file, type } = await soundPicture(at)
    if (type !== 'tiff') return { file, type: `image/${type}` }
    const bytes = await pictureReader(file)
      .autoOrient()
      .toColourspace('srgb')
      .png({ compressionLevel: 3 })
      .toBuffer()
      .catch(unreadable(at.relPath))
    await writeWhole(out, bytes)
    return { file: out, type: 'image/png' }
  },

  /** RGBA PNG; small enough to travel. */
  overlay: (options: OverlayOptions): Promise<Uint8Array> => Promise.resolve(renderOverlay(options)),

  /** Label maps of a snapshot, several at a time. */
  async labelMaps({ maps }: { maps: (LabelMapOptions & { out: string })[] }): Promise<null> {
    for (const { out, ...options } of maps) await writeWhole(out, encodeLabelMap(options))
    return null
  },
}

export type MediaOperations = typeof mediaOperations
