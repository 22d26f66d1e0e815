import { errorFromWire, errorToWire, wireErrorSchema } from '../../shared/errors.ts'
import type { BatchMemory } from './produce.ts'

// Int32 words of the control block.
const STOP = 0
const NEXT_ITEM = 1
const RELEASED = 2
const PER_SLOT = 3
const READY = 0
const REMAINING = 1
const FAILED = 2
const HEAD = 3
const ERROR_BYTES = 16_384

export interface RingShape {
  slots: number
  batchSize: number
  imageFloats: number
  labelInts: number
}

/** The memory of a ring: it is sent to the workers once and then only read and written. */
export interface RingMemory {
  shape: RingShape
  control: SharedArrayBuffer
  images: SharedArrayBuffer
  labels: SharedArrayBuffer
  errors: SharedArrayBuffer
}

export function allocateRing(shape: RingShape): RingMemory {
  const control = new SharedArrayBuffer(4 * (HEAD + PER_SLOT * shape.slots))
  const words = new Int32Array(control)
  for (let slot = 0; slot < shape.slots; slot++) words[HEAD + slot * PER_SLOT + REMAINING] = shape.batchSize
  return {
    shape,
    control,
    images: new SharedArrayBuffer(4 * shape.imageFloats * shape.slots),
    labels: new SharedArrayBuffer(4 * shape.labelInts * shape.slots),
    errors: new SharedArrayBuffer(ERROR_BYTES * shape.slots),
  }
}

/**
 * A ring of batch slots in shared memory. Workers claim items in order (`claim`) and wait until the slot of their batch was released; the one
 * that finishes the last item of a batch publishes it. All waiting is on memory, so a consumer whose event loop is blocked by a running step
 * loses nothing. Batches are counted from 0 at the start of the ring.
 */
export class Ring {
  readonly #words: Int32Array
  readonly #memory: RingMemory

  constructor(memory: RingMemory) {
    this.#memory = memory
    this.#words = new Int32Array(memory.control)
  }

  #at(batch: number, word: number): number {
    return HEAD + (batch % this.#memory.shape.slots) * PER_SLOT + word
  }

  memoryOf(batch: number): BatchMemory {
    const { shape, images, labels } = this.#memory
    const slot = batch % shape.slots
    return {
      images: new Float32Array(images, 4 * slot * shape.imageFloats, shape.imageFloats),
      labels: new Int32Array(labels, 4 * slot * shape.labelInts, shape.labelInts),
    }
  }

  get stopped(): boolean {
    return Atomics.load(this.#words, STOP) !== 0
  }

  stop(): void {
    Atomics.store(this.#words, STOP, 1)
    // The word changes, so that a worker about to wait on its old value does not fall asleep.
    Atomics.add(this.#words, RELEASED, 1)
    Atomics.notify(this.#words, RELEASED)
  }

  /** Worker: the next item to make; blocks until its slot is free; null when the ring was stopped or all `batches` are claimed. */
  claim(batches: number): { batch: number; entry: number } | null {
    const item = Atomics.add(this.#words, NEXT_ITEM, 1)
    const { batchSize, slots } = this.#memory.shape
    const batch = Math.floor(item / batchSize)
    if (batch >= batches) return null
    for (;;) {
      const released = Atomics.load(this.#words, RELEASED)
      if (this.stopped) return null
      if (released >= batch - slots + 1) return { batch, entry: item % batchSize }
      Atomics.wait(this.#words, RELEASED, released)
    }
  }

  /** Worker: one item of the batch is done. */
  finish(batch: number): void {
    const remaining = this.#at(batch, REMAINING)
    if (Atomics.sub(this.#words, remaining, 1) !== 1) return
    Atomics.store(this.#words, remaining, this.#memory.shape.batchSize)
    Atomics.store(this.#words, this.#at(batch, READY), batch + 1)
    Atomics.notify(this.#words, this.#at(batch, READY))
  }

  /** Worker: an item of the batch failed; the first failure of a batch is kept. */
  fail(batch: number, error: unknown): void {
    if (Atomics.compareExchange(this.#words, this.#at(batch, FAILED), 0, -1) !== 0) return
    const wire = errorToWire(error)
    const text = JSON.stringify({ ...wire, message: wire.message.slice(0, 2000) })
    const bytes = new TextEncoder().encode(text)
    const fits =
      bytes.length <= ERROR_BYTES
        ? bytes
        : new TextEncoder().encode(JSON.stringify({ ...wire, message: wire.message.slice(0, 2000), data: {} }))
    this.#errorBytes(batch).set(fits)
    Atomics.store(this.#words, this.#at(batch, FAILED), fits.length)
  }

  #errorBytes(batch: number): Uint8Array {
    return new Uint8Array(this.#memory.errors, (batch % this.#memory.shape.slots) * ERROR_BYTES, ERROR_BYTES)
  }

  isReady(batch: number): boolean {
    return Atomics.load(this.#words, this.#at(batch, READY)) === batch + 1
  }

  /** Consumer: resolves when the batch is there, or when `wake` was called. */
  async waitReady(batch: number): Promise<void> {
    const at = this.#at(batch, READY)
    const seen = Atomics.load(this.#words, at)
    if (seen === batch + 1) return
    const wait = Atomics.waitAsync(this.#words, at, seen)
    if (wait.async) await wait.value
  }

  /** Consumer side: ends a wait early because a worker is gone. */
  wake(): void {
    for (let slot = 0; slot < this.#memory.shape.slots; slot++) Atomics.notify(this.#words, HEAD + slot * PER_SLOT + READY)
  }

  /** Consumer: the failure of a ready batch, if it has one. */
  errorOf(batch: number): Error | null {
    const length = Atomics.load(this.#words, this.#at(batch, FAILED))
    if (length <= 0) return null
    const text = new TextDecoder().decode(this.#errorBytes(batch).slice(0, length))
    return errorFromWire(wireErrorSchema.parse(JSON.parse(text)))
  }

  /** Consumer: gives the slot of the batch back to the workers. */
  release(batch: number): void {
    Atomics.store(this.#words, this.#at(batch, FAILED), 0)
    Atomics.store(this.#words, RELEASED, batch + 1)
    Atomics.notify(this.#words, RELEASED)
  }
}
