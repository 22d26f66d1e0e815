import type { PictureLevels } from './pictureLevels.ts'

export interface ToDecoder {
  readonly id: number
  readonly blob: Blob
  /** Its EXIF orientation is not the stored one. */
  readonly turned: boolean
}
export type FromDecoder =
  { readonly id: number; readonly levels: PictureLevels } | { readonly id: number; readonly levels: null; readonly reason: string }

interface Waiting {
  readonly resolve: (levels: PictureLevels) => void
  readonly reject: (error: Error) => void
}

/** Bytes of pictures to bitmaps, upright, with their smaller copies (see `levelSizes`). */
export class PictureDecoder {
  readonly #waiting = new Map<number, Waiting>()
  #worker: Worker | null = null
  #lastId = 0

  /** Rejects when the bytes are no picture. */
  decode(blob: Blob, turned: boolean): Promise<PictureLevels> {
    const worker = (this.#worker ??= this.#start())
    const id = ++this.#lastId
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject })
      worker.postMessage({ id, blob, turned } satisfies ToDecoder)
    })
  }

  #start(): Worker {
    const worker = new Worker(new URL('./decode.worker.ts', import.meta.url), { type: 'module' })
    worker.onmessage = ({ data }: MessageEvent<FromDecoder>) => {
      const waiting = this.#waiting.get(data.id)
      this.#waiting.delete(data.id)
      if (data.levels === null) waiting?.reject(new Error(data.reason))
      else waiting?.resolve(data.levels)
    }
    // The next picture gets a new thread; those under way are lost.
    worker.onerror = ({ message }) => {
      worker.terminate()
      this.#worker = null
      for (const { reject } of this.#waiting.values()) reject(new Error(message))
      this.#waiting.clear()
    }
    return worker
  }
}
