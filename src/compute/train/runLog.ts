import { closeSync, fstatSync, fsyncSync, openSync, readSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import type { TrainEvent } from '../../shared/api/compute/contract.ts'
import { AppError } from '../../shared/errors.ts'
import { diskError } from '../files/durableFile.ts'

/**
 * runs/<id>/log.jsonl, the truth of a run: every event as one JSON line with `wall` (ms since 1970) and `attempt` added; log.txt is for people.
 * Lines are appended as they happen and synced with each checkpoint. A line torn by a kill is closed, and ignored by readers.
 */
export class RunLog {
  readonly #folder: string
  readonly #attempt: number
  readonly #events: number
  readonly #text: number

  constructor(folder: string, attempt: number) {
    this.#folder = folder
    this.#attempt = attempt
    this.#events = openAppend(join(folder, 'log.jsonl'))
    this.#text = openAppend(join(folder, 'log.txt'))
  }

  write(event: TrainEvent): void {
    const wall = Date.now()
    this.#append(this.#events, JSON.stringify({ ...event, attempt: this.#attempt, wall }))
    if (event.type === 'log') this.#append(this.#text, `${new Date(wall).toISOString()}  ${event.line}`)
  }

  sync(): void {
    try {
      fsyncSync(this.#events)
    } catch (cause) {
      throw diskError(cause, join(this.#folder, 'log.jsonl'))
    }
  }

  close(): void {
    closeSync(this.#events)
    closeSync(this.#text)
  }

  #append(file: number, line: string): void {
    try {
      writeSync(file, `${line}\n`)
    } catch (cause) {
      throw diskError(cause, join(this.#folder, 'log.jsonl'))
    }
  }
}

/** Errors: file/not-found where there is no such run folder, disk/*. */
function openAppend(path: string): number {
  let file: number
  try {
    file = openSync(path, 'a+')
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT')
      throw new AppError('file/not-found', `${path}: no such folder`, { file: path }, { cause })
    throw diskError(cause, path)
  }
  const { size } = fstatSync(file)
  const last = Buffer.alloc(1)
  if (size > 0 && readSync(file, last, 0, 1, size - 1) === 1 && last[0] !== 0x0a) writeSync(file, '\n')
  return file
}
