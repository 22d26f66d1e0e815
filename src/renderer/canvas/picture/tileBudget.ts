/** One of those that have tiles in memory. */
export interface TileHolder {
  readonly bytes: number
  /** Gives back so many bytes, if it can; `shown`: without what it is drawing now. */
  shrink(bytes: number, shown: boolean): void
  /** Another is on show: what is on its way is given up. */
  rest(): void
}

/** Bytes of tiles that all pictures together may hold: those that are not on show give theirs back first, the one seen longest ago before the others. */
export class TileBudget {
  readonly #mostBytes: number
  /** Seen longest ago first. */
  readonly #holders = new Set<TileHolder>()
  #shown: TileHolder | null = null

  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes
  }

  show(holder: TileHolder): void {
    if (this.#shown === holder) return
    this.#shown?.rest()
    this.#shown = holder
    this.#holders.delete(holder)
    this.#holders.add(holder)
  }

  trim(): void {
    let over = -this.#mostBytes
    for (const { bytes } of this.#holders) over += bytes
    for (const holder of this.#holders) {
      if (over <= 0) return
      const before = holder.bytes
      holder.shrink(over, holder === this.#shown)
      over -= before - holder.bytes
    }
  }

  forget(holder: TileHolder): void {
    this.#holders.delete(holder)
    if (this.#shown === holder) this.#shown = null
  }
}
