import { AppError, errorCodes, type ErrorCode } from '../../../shared/errors.ts'
import type { Id } from '../../../shared/model/ids.ts'
import type { PictureInfo } from '../../../shared/model/picture.ts'
import { PictureDecoder } from '../../canvas/picture/pictureDecoder.ts'
import type { PictureSource } from '../../canvas/picture/pictureSource.ts'
import { StandingPicture } from '../../canvas/picture/standingPicture.ts'
import { TileBudget } from '../../canvas/picture/tileBudget.ts'
import { TiledPicture } from '../../canvas/picture/tiledPicture.ts'
import { assetUrl } from '../../rpc/hostBridge.ts'

/** A picture that can be drawn, with what its file is. */
export interface Picture {
  readonly source: PictureSource
  readonly info: PictureInfo
  /** In memory when it is whole; tiles have a budget of their own, one for all pictures. */
  readonly bytes: number
}

/** Decoded pictures kept in memory: the open one, its neighbours and a few before. */
const mostBytes = 250_000_000
const mostPictures = 8
const mostTileBytes = 160_000_000

/** Pictures in memory, those that are used last longest. Which way a picture is shown, whole or by tiles, its header decides. */
export class Pictures {
  readonly #info: (itemId: Id) => Promise<PictureInfo>
  readonly #failed: (itemId: Id, error: unknown) => void
  readonly #known = new Map<Id, Promise<Picture>>()
  readonly #bytes = new Map<Id, number>()
  readonly #tiles = new TileBudget(mostTileBytes)
  /** On show: never thrown out. */
  #open: Id | null = null

  /** `failed` is told of a tile that cannot be read. */
  constructor(info: (itemId: Id) => Promise<PictureInfo>, failed: (itemId: Id, error: unknown) => void) {
    this.#info = info
    this.#failed = failed
  }

  /** The picture to show next. Errors: file/*. */
  open(itemId: Id): Promise<Picture> {
    this.#open = itemId
    return this.#get(itemId)
  }

  #get(itemId: Id): Promise<Picture> {
    const known = this.#known.get(itemId)
    if (known) {
      // Most recently used last.
      this.#known.delete(itemId)
      this.#known.set(itemId, known)
      return known
    }
    const loading = this.#load(itemId).then(
      (picture) => {
        this.#bytes.set(itemId, picture.bytes)
        this.#trim()
        return picture
      },
      (error: unknown) => {
        this.#known.delete(itemId)
        throw error
      },
    )
    this.#known.set(itemId, loading)
    return loading
  }

  /** Begins to load what will probably be opened next; failing is not worth a word. */
  prefetch(itemId: Id | null): void {
    if (itemId !== null && !this.#known.has(itemId)) this.#get(itemId).catch(() => undefined)
  }

  #forget(itemId: Id): void {
    const loading = this.#known.get(itemId)
    this.#known.delete(itemId)
    this.#bytes.delete(itemId)
    void loading?.then(({ source }) => source.close()).catch(() => undefined)
  }

  /** Another file is this picture now. What is on show stays on the canvas until the other one is there, so it is left to the garbage collector. */
  replaced(itemId: Id): void {
    if (itemId !== this.#open) return this.#forget(itemId)
    this.#known.delete(itemId)
    this.#bytes.delete(itemId)
  }

  #trim(): void {
    let bytes = [...this.#bytes.values()].reduce((sum, n) => sum + n, 0)
    for (const id of this.#known.keys()) {
      if (this.#known.size <= mostPictures && bytes <= mostBytes) return
      if (id === this.#open) continue
      bytes -= this.#bytes.get(id) ?? 0
      this.#forget(id)
    }
  }

  async #load(itemId: Id): Promise<Picture> {
    const info = await this.#info(itemId)
    const { header, version, relPath } = info
    if (!info.tiled) return loadWhole(info)
    const source = new TiledPicture({
      header,
      load: async ({ level, x, y }, signal) => {
        const response = await fetch(assetUrl('tile', itemId, { level, x, y, v: version }), { signal })
        if (!response.ok) throw assetError(response, relPath)
        return response.blob()
      },
      failed: (error) => this.#failed(itemId, error),
      budget: this.#tiles,
    })
    return { source, info, bytes: 0 }
  }
}

const decoder = new PictureDecoder()

/** As bitmaps, which a thread of their own decodes with the EXIF orientation applied. */
async function loadWhole(info: PictureInfo): Promise<Picture> {
  const { itemId, version, relPath } = info
  const response = await fetch(assetUrl('image', itemId, { v: version }))
  if (!response.ok) throw assetError(response, relPath)
  const levels = await decoder.decode(await response.blob(), info.header.orientation !== 1).catch((cause: unknown) => {
    throw new AppError('file/unreadable', 'the picture cannot be shown', { file: relPath }, { cause })
  })
  const { header } = info
  const [width, height] = header.orientation >= 5 ? [header.height, header.width] : [header.width, header.height]
  const { width: wide, height: high } = levels[0]
  // Objects lie in pixels of the picture as it was imported: on any other they would lie wrongly.
  if (wide !== width || high !== height) {
    for (const level of levels) level.close()
    const data = { file: relPath, width: wide, height: high, wasWidth: width, wasHeight: height }
    throw new AppError('file/changed', `${relPath}: ${wide} x ${high} pixels`, data)
  }
  const bytes = levels.reduce((sum, { width, height }) => sum + width * height * 4, 0)
  return { source: new StandingPicture(levels), info, bytes }
}

const isCode = (text: string | null): text is ErrorCode => (errorCodes as readonly (string | null)[]).includes(text)

function assetError(response: Response, file: string): AppError {
  const code = response.headers.get('x-error')
  return new AppError(isCode(code) ? code : 'file/unreadable', `the host answered ${response.status}`, { file })
}
