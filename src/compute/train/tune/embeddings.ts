import { mkdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { CancelledError } from '../../../shared/errors.ts'
import { decodeEmbedding, encodeEmbedding } from '../../assist/embeddingFile.ts'
import type { SamEmbedding, SamSession } from '../../assist/samSession.ts'
import { checkSize } from '../../data/checkSize.ts'
import { decodeRgb } from '../../data/decode.ts'
import type { TunePicture } from '../../data/objects/pictureObjects.ts'
import { diskError, replaceDurable } from '../../files/durableFile.ts'

/** Embeddings of whole pictures on the disk, float16; what is missing or not whole is made again, of the same numbers. */
export interface Embeddings {
  /** Errors: file/*, voc/size-mismatch, assist/*, device/*, disk/*. */
  of(picture: TunePicture): Promise<SamEmbedding>
  /** Makes those that are missing. Errors: as `of`, cancelled. */
  prepare(
    pictures: readonly TunePicture[],
    signal: AbortSignal,
    onProgress: (done: number, total: number) => void,
  ): Promise<{ made: number }>
}

export function createEmbeddings(folder: string, session: Pick<SamSession, 'encode'>): Embeddings {
  const fileOf = ({ item }: TunePicture): string => join(folder, `${item.imageSha256 ?? item.id}.embedding`)
  async function make(picture: TunePicture): Promise<SamEmbedding> {
    const { imagePath } = picture.item
    const { width, height, data } = await decodeRgb(imagePath)
    checkSize(imagePath, { width, height }, picture.item)
    const bytes = encodeEmbedding(await session.encode({ width, height, rgb: data }))
    await mkdir(folder, { recursive: true }).catch((cause: unknown) => {
      throw diskError(cause, folder)
    })
    await replaceDurable(fileOf(picture), [bytes])
    // As it is read back, so that it is the same whether it was there or not.
    return decodeEmbedding(bytes)!
  }
  async function known(picture: TunePicture): Promise<SamEmbedding | null> {
    const found = decodeEmbedding(await readFile(fileOf(picture)).catch(() => new Uint8Array()))
    const { width, height } = picture.item
    // One of another size was made of a picture that had been replaced.
    return found?.window.width === width && found.window.height === height ? found : null
  }
  return {
    of: async (picture) => (await known(picture)) ?? (await make(picture)),
    async prepare(pictures, signal, onProgress) {
      const missing: TunePicture[] = []
      for (const picture of pictures) if (!(await stat(fileOf(picture)).catch(() => null))) missing.push(picture)
      for (const [i, picture] of missing.entries()) {
        if (signal.aborted) throw new CancelledError()
        await make(picture)
        onProgress(i + 1, missing.length)
      }
      return { made: missing.length }
    },
  }
}
