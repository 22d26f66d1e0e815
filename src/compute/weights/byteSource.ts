import { createHash } from 'node:crypto'
import { closeSync, openSync, readSync, statSync } from 'node:fs'
import { AppError, type ErrorData } from '../../shared/errors.ts'

/** Bytes that are read where they are needed: a header never costs the memory of the whole file. */
export interface ByteSource {
  readonly size: number
  /** Exactly these bytes, in memory of their own or a view. Errors: weights/bad-file when they lie outside of the file. */
  bytes(offset: number, length: number): Uint8Array
}

export interface FileSource extends ByteSource {
  readonly file: string
  sha256(): string
  close(): void
}

/** What is wrong with a weights file: damage, if nothing else is said; `readWeightFile` adds its name. */
export function badWeights(reason: string, data: ErrorData = {}): AppError {
  return new AppError('weights/bad-file', reason, { why: 'damaged', reason, ...data })
}

const hashChunk = 1 << 22

/** A file of this machine; anything but a regular file is refused. Errors: file/not-found, file/unreadable. */
export function openSource(file: string): FileSource {
  const { descriptor, size } = open(file)
  const bytes = (offset: number, length: number): Uint8Array => {
    checkRange(offset, length, size)
    const out = new Uint8Array(length)
    let done = 0
    while (done < length) {
      const got = readSync(descriptor, out, done, length - done, offset + done)
      if (got === 0) throw badWeights('the file became shorter while it was read', { why: 'cutOff' })
      done += got
    }
    return out
  }
  return {
    file,
    size,
    bytes,
    sha256() {
      const hash = createHash('sha256')
      for (let at = 0; at < size; at += hashChunk) hash.update(bytes(at, Math.min(hashChunk, size - at)))
      return hash.digest('hex')
    },
    close: () => closeSync(descriptor),
  }
}

function open(file: string): { descriptor: number; size: number } {
  try {
    const info = statSync(file)
    if (!info.isFile()) throw new AppError('file/unreadable', `${file} is not a file`, { file, why: 'noFile' })
    return { descriptor: openSync(file, 'r'), size: info.size }
  } catch (cause) {
    if (cause instanceof AppError) throw cause
    const missing = (cause as NodeJS.ErrnoException).code === 'ENOENT'
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new AppError(
      missing ? 'file/not-found' : 'file/unreadable',
      `${file}: ${reason}`,
      { file, reason, errno: (cause as NodeJS.ErrnoException).code ?? null },
      { cause },
    )
  }
}

export function memorySource(data: Uint8Array): ByteSource {
  return {
    size: data.byteLength,
    bytes(offset, length) {
      checkRange(offset, length, data.byteLength)
      return data.subarray(offset, offset + length)
    },
  }
}

function checkRange(offset: number, length: number, size: number): void {
  if (!(Number.isSafeInteger(offset) && Number.isSafeInteger(length) && offset >= 0 && length >= 0 && offset + length <= size))
    throw badWeights(`it ends after ${size} bytes, but ${length} bytes at ${offset} are needed: the file is cut off or damaged`, {
      why: 'cutOff',
    })
}
