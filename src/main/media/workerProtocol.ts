import type { WireError } from '../../shared/errors.ts'

/** Work a child process does, one call at a time: plain data in, plain data out; AppErrors come back with their code. */
export type WorkerOperations = Readonly<Record<string, (input: never) => Promise<unknown>>>

export interface WorkerRequest {
  id: number
  operation: string
  input: unknown
}

export type WorkerReply = { id: number; ok: true; value: unknown } | { id: number; ok: false; error: WireError }
