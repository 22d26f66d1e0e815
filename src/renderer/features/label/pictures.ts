import type { Id } from '../../../shared/model/ids.ts'
import { AppError } from '../../../shared/errors.ts'

export interface Picture {
  readonly source: CanvasImageSource
  readonly bytes: number
}

/** Decoded pictures kept in memory: the open one, its neighbours and a few before. */
const mostBytes = 400_000_000
const mostPictures = 8

/** Loads pictures as bitmaps, which the browser decodes off the main thread with the EXIF orientation applied. */
export class Pictures {
  readonly #url: (itemId: Id) => string
  readonly #known = new Map<Id, Promise<Picture>>()
  readonly #bytes = new Map<Id, number>()
  /** On show: never thrown out. */
  #open: Id | null = null

  constructor(url: (itemId: Id) => string) {
    this.#url = url
  }

  /** The picture to show next. Errors: file/unreadable. */
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
    const loading = load(this.#url(itemId)).then(
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

  #trim(): void {
    let bytes = [...this.#bytes.values()].reduce((sum, n) => sum + n, 0)
    for (const [id, loading] of this.#known) {
      if (this.#known.size <= mostPictures && bytes <= mostBytes) return
      if (id === this.#open) continue
      this.#known.delete(id)
      bytes -= this.#bytes.get(id) ?? 0
      this.#bytes.delete(id)
      void loading.then(({ source }) => source instanceof ImageBitmap && source.close()).catch(() => undefined)
    }
  }
}

async function load(url: string): Promise<Picture> {
  try {
    const response = await fetch(url)
    if (!response.ok) throw new Error(`the host answered ${response.status}`)
    const source = await createImageBitmap(await response.blob())
    return { source, bytes: source.width * source.height * 4 }
  } catch (cause) {
    throw new AppError('file/unreadable', 'the picture cannot be shown', {}, { cause })
  }
}
