import { closeSync, openSync, writeSync } from 'node:fs'
import { maskedCrc32c } from './crc32c.ts'
import { diskError } from './durableFile.ts'

// TensorBoard event files: TFRecord framing (tensorflow/core/lib/io/record_writer.h) around Event messages (tensorflow/core/util/event.proto,
// tensorflow/core/framework/summary.proto). Only the fields that are written are spelled out here.

const wire = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const
const text = new TextEncoder()

const varint = (value: number): number[] => {
  const out: number[] = []
  let rest = BigInt(value)
  for (; rest > 0x7fn; rest >>= 7n) out.push(Number(rest & 0x7fn) | 0x80)
  return [...out, Number(rest)]
}
const key = (field: number, type: number): number[] => varint((field << 3) | type)
const integer = (field: number, value: number): Uint8Array => Uint8Array.from([...key(field, wire.varint), ...varint(value)])
const bytes = (field: number, value: Uint8Array): Uint8Array =>
  join([Uint8Array.from([...key(field, wire.bytes), ...varint(value.length)]), value])
const string = (field: number, value: string): Uint8Array => bytes(field, text.encode(value))
const double = (field: number, value: number): Uint8Array => {
  const out = Buffer.alloc(8)
  out.writeDoubleLE(value)
  return join([Uint8Array.from(key(field, wire.fixed64)), out])
}
const float = (field: number, value: number): Uint8Array => {
  const out = Buffer.alloc(4)
  out.writeFloatLE(value)
  return join([Uint8Array.from(key(field, wire.fixed32)), out])
}
const join = (parts: readonly Uint8Array[]): Uint8Array => Buffer.concat(parts)

export interface EventImage {
  readonly width: number
  readonly height: number
  readonly png: Uint8Array
}

/** One record: length, its CRC, the message, its CRC. */
function record(message: Uint8Array): Uint8Array {
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(message.length))
  const crc = (of: Uint8Array) => {
    const out = Buffer.alloc(4)
    out.writeUInt32LE(maskedCrc32c(of))
    return out
  }
  return join([length, crc(length), message, crc(message)])
}

/** Appends to one event file; every call is on its way to the disk when it returns. Errors: disk/*. */
export class EventFile {
  readonly #path: string
  readonly #file: number

  /** `fromStep`: readers forget what earlier files of the folder said about this step and later ones. */
  constructor(path: string, fromStep: number) {
    this.#path = path
    try {
      this.#file = openSync(path, 'w')
    } catch (cause) {
      throw diskError(cause, path)
    }
    this.#write(0, Date.now(), string(3, 'brain.Event:2'))
    const started = integer(1, 1)
    if (fromStep > 0) this.#write(fromStep, Date.now(), bytes(7, started))
  }

  /** One value of the curve `tag`; `wallMs` since 1970. */
  scalar(tag: string, step: number, value: number, wallMs: number): void {
    this.#summary(step, wallMs, join([string(1, tag), float(2, value)]))
  }

  image(tag: string, step: number, { width, height, png }: EventImage, wallMs: number): void {
    const rgb = 3
    const image = join([integer(1, height), integer(2, width), integer(3, rgb), bytes(4, png)])
    this.#summary(step, wallMs, join([string(1, tag), bytes(4, image)]))
  }

  close(): void {
    closeSync(this.#file)
  }

  #summary(step: number, wallMs: number, value: Uint8Array): void {
    this.#write(step, wallMs, bytes(5, bytes(1, value)))
  }

  #write(step: number, wallMs: number, content: Uint8Array): void {
    try {
      writeSync(this.#file, record(join([double(1, wallMs / 1000), integer(2, step), content])))
    } catch (cause) {
      throw diskError(cause, this.#path)
    }
  }
}
