import { createHash } from 'node:crypto'
import { mkdir, readFile, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { CancelledError } from '../../../shared/errors.ts'
import { decodeEmbedding, encodeEmbedding } from '../../assist/embeddingFile.ts'
import type { SamEmbedding, SamSession } from '../../assist/samSession.ts'
import { checkPicture } from '../../data/checkSize.ts'
import { decodeRgbBytes, readPicture } from '../../data/decode.ts'
import type { TunePicture } from '../../data/objects/pictureObjects.ts'
import { diskError, replaceDurable } from '../../files/durableFile.ts'

type Item = TunePicture['item']

interface Prepared {
  readonly made: number
  /** What making them took. */
  readonly seconds: number
  /** Names of pictures that are others than when they were imported. */
  readonly replaced: readonly string[]
}

/** Embeddings of whole pictures on the disk, by what is in their files, float16; what is missing or not whole is made again, of the same numbers. */
export interface Embeddings {
  /** Errors: file/*, assist/*, device/*, disk/*. */
  of(item: Item): Promise<SamEmbedding>
  /** Makes those that are missing. Errors: as `of`, cancelled. */
  prepare(
    items: readonly Item[],
    signal: AbortSignal,
    onProgress: (done: number, total: number, seconds: number) => void,
  ): Promise<Prepared>
}

const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

/** `onAgain` hears of a picture whose embedding was asked for and had to be made. */
export function createEmbeddings(
  folder: string,
  session: Pick<SamSession, 'encode'>,
  onAgain: (name: string) => void = () => undefined,
): Embeddings {
  /** Contents by item, as they were when they were looked at. */
  const contents = new Map<string, string>()
  const fileOf = (sha256: string): string => join(folder, `${sha256}.embedding`)

  async function make(item: Item): Promise<SamEmbedding> {
    const { imagePath } = item
    const content = await readPicture(imagePath)
    const { width, height, data } = await decodeRgbBytes(content, imagePath)
    checkPicture(imagePath, { width, height }, item)
    const sha256 = sha256Of(content)
    contents.set(item.id, sha256)
    const bytes = encodeEmbedding(await session.encode({ width, height, rgb: data }))
    await mkdir(folder, { recursive: true }).catch((cause: unknown) => {
      throw diskError(cause, folder)
    })
    await replaceDurable(fileOf(sha256), [bytes])
    // As it is read back, so that it is the same whether it was there or not.
    return decodeEmbedding(bytes)!
  }
  async function contentOf(item: Item): Promise<string | undefined> {
    let known = contents.get(item.id)
    if (known !== undefined) return known
    const content = await readPicture(item.imagePath).catch(() => null)
    // Of one that is gone what is kept will do.
    known = content ? sha256Of(content) : item.imageSha256
    if (known !== undefined) contents.set(item.id, known)
    return known
  }
  async function known(item: Item): Promise<SamEmbedding | null> {
    const content = await contentOf(item)
    if (content === undefined) return null
    const found = decodeEmbedding(await readFile(fileOf(content)).catch(() => new Uint8Array()))
    const { width, height } = item
    return found?.window.width === width && found.window.height === height ? found : null
  }
  /** Whether it is there; then it is noted as one that is used. */
  async function touch(item: Item): Promise<boolean> {
    const content = await contentOf(item)
    if (content === undefined) return false
    const now = new Date()
    return utimes(fileOf(content), now, now).then(
      () => true,
      () => false,
    )
  }
  return {
    async of(item) {
      const found = await known(item)
      if (found) return found
      onAgain(item.name)
      return make(item)
    },
    async prepare(items, signal, onProgress) {
      const missing: Item[] = []
      for (const item of items) {
        if (signal.aborted) throw new CancelledError()
        if (!(await touch(item))) missing.push(item)
      }
      const started = performance.now()
      const seconds = (): number => (performance.now() - started) / 1000
      for (const [i, item] of missing.entries()) {
        if (signal.aborted) throw new CancelledError()
        await make(item)
        onProgress(i + 1, missing.length, seconds())
      }
      const isReplaced = ({ id, imageSha256 }: Item) => imageSha256 !== undefined && contents.get(id) !== imageSha256
      return { made: missing.length, seconds: seconds(), replaced: items.filter(isReplaced).map(({ name }) => name) }
    },
  }
}
