/** Values used last, up to so many bytes together; at least the newest stays, however large. */
export class Lru<V> {
  readonly #budgetBytes: number
  readonly #drop: (value: V) => void
  // The map's order is the order of use.
  readonly #entries = new Map<string, { value: V; bytes: number }>()
  #bytes = 0

  constructor(budgetBytes: number, drop: (value: V) => void = () => undefined) {
    this.#budgetBytes = budgetBytes
    this.#drop = drop
  }

  get(key: string): V | undefined {
    const entry = this.#entries.get(key)
    if (!entry) return undefined
    this.#entries.delete(key)
    this.#entries.set(key, entry)
    return entry.value
  }

  set(key: string, value: V, bytes: number): void {
    this.delete(key)
    this.#entries.set(key, { value, bytes })
    this.#bytes += bytes
    for (const old of [...this.#entries.keys()].slice(0, -1)) {
      if (this.#bytes <= this.#budgetBytes) break
      this.delete(old)
    }
  }

  delete(key: string): void {
    const entry = this.#entries.get(key)
    if (!entry) return
    this.#entries.delete(key)
    this.#bytes -= entry.bytes
    this.#drop(entry.value)
  }

  clear(): void {
    for (const key of [...this.#entries.keys()]) this.delete(key)
  }
}
