import { badWeights } from '../byteSource.ts'

/** Reads little-endian pieces of a byte array from front to back. Errors: weights/bad-file past the end. */
export class ByteCursor {
  at = 0
  readonly #bytes: Uint8Array
  readonly #view: DataView

  constructor(bytes: Uint8Array, at = 0) {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.at = at
  }

  take(length: number): Uint8Array {
    if (length > this.#bytes.byteLength - this.at) throw badWeights(`the pickle ends in the middle of a value: it is cut off or damaged`)
    this.at += length
    return this.#bytes.subarray(this.at - length, this.at)
  }

  uint8(): number {
    return this.#view.getUint8(this.#skip(1))
  }
  uint16(): number {
    return this.#view.getUint16(this.#skip(2), true)
  }
  int32(): number {
    return this.#view.getInt32(this.#skip(4), true)
  }
  uint32(): number {
    return this.#view.getUint32(this.#skip(4), true)
  }
  uint64(): number {
    const value = this.#view.getBigUint64(this.#skip(8), true)
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw badWeights(`a length of ${value} bytes is over any limit`)
    return Number(value)
  }
  /** Big-endian, as pickles write it. */
  float64(): number {
    return this.#view.getFloat64(this.#skip(8), false)
  }

  /** Two's complement of any width; a bigint where a number would round. */
  long(length: number): number | bigint {
    if (length > 1024) throw badWeights(`an integer of ${length} bytes is over the limit`)
    let value = 0n
    this.take(length).forEach((byte, i) => (value |= BigInt(byte) << BigInt(8 * i)))
    const signed = BigInt.asIntN(8 * length, value)
    return Number.isSafeInteger(Number(signed)) ? Number(signed) : signed
  }

  text(length: number): string {
    try {
      return new TextDecoder('utf-8', { fatal: true }).decode(this.take(length))
    } catch (cause) {
      if (cause instanceof TypeError) throw badWeights('the pickle holds text that is not UTF-8')
      throw cause
    }
  }

  /** Up to the next line feed, which is eaten. */
  line(): string {
    const end = this.#bytes.indexOf(0x0a, this.at)
    if (end < 0) throw badWeights('the pickle ends in the middle of a name: it is cut off or damaged')
    const text = this.text(end - this.at)
    this.at = end + 1
    return text
  }

  #skip(length: number): number {
    this.take(length)
    return this.at - length
  }
}
