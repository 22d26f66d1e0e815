/** Values by key; of those that together have too many bytes, the least recently used leave first, never the newest. */
export class LeastRecent<K, V> {
  readonly #mostBytes: number
  readonly #left: (value: V) => void
  readonly #kept = new Map<K, { readonly value: V; readonly bytes: number }>()
  #bytes = 0

  /** `left`: a value is not kept any more. */
  constructor(mostBytes: number, left: (value: V) => void) {
    this.#mostBytes = mostBytes
    this.#left = left
  }

  get(key: K): V | undefined {
    const found = this.#kept.get(key)
    if (found) {
      this.#kept.delete(key)
      this.#kept.set(key, found)
    }
    return found?.value
  }

  /** The value, which is kept no more. */
  take(key: K): V | undefined {
    const found = this.#kept.get(key)
    if (found && this.#kept.delete(key)) this.#bytes -= found.bytes
    return found?.value
  }

  set(key: K, value: V, bytes: number): void {
    this.#bytes += bytes - (this.#kept.get(key)?.bytes ?? 0)
    this.#kept.delete(key)
    this.#kept.set(key, { value, bytes })
    for (const [oldest, { value: old, bytes: size }] of this.#kept) {
      if (this.#bytes <= this.#mostBytes || oldest === key) return
      this.#kept.delete(oldest)
      this.#bytes -= size
      this.#left(old)
    }
  }
}
