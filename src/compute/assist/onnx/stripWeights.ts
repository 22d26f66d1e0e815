import { append } from '../../../shared/append.ts'
import { lengthDelimited, totalLength } from '../../graph/wire.ts'
import { badWeights, type ByteSource } from '../../weights/byteSource.ts'

/** What happens to the fields of a protobuf message, by number; those not named are kept. */
interface Plan {
  readonly [field: number]: 'drop' | (() => Plan)
}

// onnx.proto: the numbers of the fields that hold data, and the way to them.
const tensor: Plan = { 4: 'drop', 5: 'drop', 6: 'drop', 7: 'drop', 9: 'drop', 10: 'drop', 11: 'drop', 12: 'drop' }
const attribute: Plan = {
  5: () => tensor,
  6: () => graph,
  7: 'drop',
  8: 'drop',
  9: 'drop',
  10: () => tensor,
  11: () => graph,
  13: 'drop',
  22: 'drop',
  23: 'drop',
}
const node: Plan = { 5: () => attribute, 6: 'drop' }
const graph: Plan = { 1: () => node, 5: () => tensor, 10: 'drop', 13: 'drop', 14: 'drop', 15: 'drop' }
// Of functions only what they are called.
const localFunction: Plan = { 4: 'drop', 5: 'drop', 6: 'drop', 7: 'drop', 8: 'drop', 9: 'drop', 11: 'drop', 12: 'drop', 14: 'drop' }
const model: Plan = { 6: 'drop', 7: () => graph, 20: 'drop', 25: () => localFunction }

const maxDepth = 64
const maxKept = 64 * 2 ** 20
const fileLimit = 2 ** 31

/** An ONNX file without the numbers of its tensors, as bytes that decode: reads only what it keeps. Errors: weights/bad-file. */
export function stripWeights(source: ByteSource): Uint8Array {
  if (source.size >= fileLimit) throw badWeights(`it has ${source.size} bytes, more than an ONNX file can have`)
  const walker = new Walker(source)
  const chunks = walker.message(source.size, model, 0)
  const bytes = new Uint8Array(totalLength(chunks))
  let at = 0
  for (const chunk of chunks) {
    bytes.set(chunk, at)
    at += chunk.length
  }
  return bytes
}

const pageBytes = 1 << 16

class Walker {
  readonly #source: ByteSource
  #at = 0
  #kept = 0
  #page: Uint8Array = new Uint8Array(0)
  #pageStart = 0

  constructor(source: ByteSource) {
    this.#source = source
  }

  /** The fields from here to `end` that the plan keeps. */
  message(end: number, plan: Plan, depth: number): Uint8Array[] {
    if (depth > maxDepth) throw badWeights('its graphs are nested too deeply')
    const chunks: Uint8Array[] = []
    while (this.#at < end) {
      const start = this.#at
      const tag = this.#varint(end)
      const [field, wire] = [Math.floor(tag / 8), tag % 8]
      const length = wire === 2 ? this.#varint(end) : 0
      const next = wire === 0 ? this.#afterVarint(end) : this.#at + (wire === 1 ? 8 : wire === 5 ? 4 : length)
      if ((wire > 2 && wire !== 5) || field === 0 || next > end) throw badWeights('it is cut off, or no ONNX model')
      const what = plan[field]
      if (typeof what === 'function' && wire === 2) append(chunks, lengthDelimited(field, this.message(next, what(), depth + 1)))
      else if (what !== 'drop') chunks.push(this.#keep(start, next))
      this.#at = next
    }
    return chunks
  }

  #keep(start: number, end: number): Uint8Array {
    this.#kept += end - start
    if (this.#kept > maxKept) throw badWeights('its graph without weights is too large')
    const from = start - this.#pageStart
    const inPage = from >= 0 && end - this.#pageStart <= this.#page.length
    return inPage ? this.#page.subarray(from, from + end - start) : this.#source.bytes(start, end - start)
  }

  #afterVarint(end: number): number {
    this.#varint(end)
    return this.#at
  }

  /** Numbers beyond 2^53 lose bits; only lengths and tags are looked at. */
  #varint(end: number): number {
    let value = 0
    for (let i = 0; i < 10; i++) {
      if (this.#at >= end) throw badWeights('it is cut off, or no ONNX model')
      const byte = this.#byte()
      value += (byte & 127) * 2 ** (7 * i)
      if (byte < 128) return value
    }
    throw badWeights('it is no ONNX model')
  }

  #byte(): number {
    const offset = this.#at - this.#pageStart
    if (offset >= 0 && offset < this.#page.length) {
      this.#at++
      return this.#page[offset]!
    }
    this.#page = this.#source.bytes(this.#at, Math.min(pageBytes, this.#source.size - this.#at))
    this.#pageStart = this.#at++
    return this.#page[0]!
  }
}
