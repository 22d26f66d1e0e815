import type { Socket } from 'node:net'

/** Reads and writes whole blocks of bytes over a socket. */
export class Wire {
  readonly #socket: Socket
  readonly #onLost: () => Error
  readonly #waiting: Buffer[] = []
  #target: { bytes: Uint8Array; filled: number; done: () => void; failed: (error: Error) => void } | null = null
  #failure: Error | null = null

  /** `onLost` is called once, when the other side is gone; its error ends every call. */
  constructor(socket: Socket, onLost: () => Error) {
    this.#socket = socket
    this.#onLost = onLost
    socket.on('data', (chunk: Buffer) => {
      this.#waiting.push(chunk)
      this.#fill()
      if (!this.#target) socket.pause()
    })
    // A broken pipe is followed by 'close'.
    socket.on('error', () => undefined)
    socket.once('close', () => this.#fail())
  }

  #fail(): Error {
    this.#failure ??= this.#onLost()
    this.#target?.failed(this.#failure)
    this.#target = null
    return this.#failure
  }

  /** Fills `bytes`; one read at a time. */
  read(bytes: Uint8Array): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#target = { bytes, filled: 0, done: resolve, failed: reject }
      this.#fill()
      if (!this.#target) return
      if (this.#failure) this.#fail()
      else this.#socket.resume()
    })
  }

  #fill(): void {
    const { bytes } = this.#target ?? {}
    if (!bytes || !this.#target) return
    while (this.#target.filled < bytes.length && this.#waiting.length > 0) {
      const chunk = this.#waiting.shift()!
      const taken = Math.min(chunk.length, bytes.length - this.#target.filled)
      bytes.set(taken === chunk.length ? chunk : chunk.subarray(0, taken), this.#target.filled)
      this.#target.filled += taken
      if (taken < chunk.length) this.#waiting.unshift(chunk.subarray(taken))
    }
    if (this.#target.filled < bytes.length) return
    const { done } = this.#target
    this.#target = null
    done()
  }

  /** Resolves when the bytes have left this process: until then their memory must not change. */
  write(bytes: Uint8Array): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#failure) reject(this.#failure)
      else this.#socket.write(bytes, (error) => (error ? reject(this.#fail()) : resolve()))
    })
  }

  close(): void {
    this.#socket.destroy()
  }
}
