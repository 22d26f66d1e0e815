import { z } from 'zod'
import type { Why } from './whys.ts'

/** Every code the studio can answer with: 'area/reason'. The interface has one sentence per code and language; a test compares the lists. */
export const errorCodes = [
  'input/invalid',
  'input/too-large',
  'auth/required',
  'auth/forbidden',
  'project/none-open',
  'project/not-found',
  'project/locked',
  'project/newer-version',
  'project/damaged',
  'project/not-empty',
  'project/busy',
  'project/moved',
  'disk/full',
  'disk/failed',
  'disk/read-only',
  'folder/not-found',
  'folder/outside-roots',
  'dataset/not-found',
  'dataset/not-voc',
  'dataset/empty',
  'dataset/busy',
  'class/not-found',
  'class/duplicate',
  'class/in-use',
  'item/not-found',
  'item/set-aside',
  'item/conflict',
  'item/no-twin',
  'item/other-size',
  'annotation/not-found',
  'annotation/conflict',
  'annotation/invalid',
  'annotation/locked',
  'comment/not-found',
  'journal/nothing-to-undo',
  'journal/nothing-to-redo',
  'journal/changed-since',
  'file/not-found',
  'file/unreadable',
  'file/empty',
  'file/truncated',
  'file/too-large',
  'file/unsupported',
  'file/path-escape',
  'file/poison',
  'file/first-frame',
  'file/changed',
  'voc/doctype',
  'voc/bad-xml',
  'voc/bad-box',
  'voc/bad-mask',
  'voc/size-mismatch',
  'voc/bad-split',
  'job/not-found',
  'job/not-cancellable',
  'job/lost',
  'run/not-found',
  'run/busy',
  'run/not-resumable',
  'run/diverged',
  'run/unhealthy',
  'run/exists',
  'run/bad-pack',
  'run/no-training-items',
  'run/no-classes',
  'config/invalid',
  'config/unknown-key',
  'config/unknown-type',
  'weights/bad-file',
  'weights/unsafe',
  'weights/unsupported',
  'weights/unknown-names',
  'weights/mismatch',
  'weights/not-sam',
  'weights/bad-size',
  'checkpoint/not-found',
  'checkpoint/damaged',
  'model/not-found',
  'model/bad-file',
  'model/parity-failed',
  'model/unsupported',
  'assist/unknown-model',
  'assist/unsupported-model',
  'assist/broken-model',
  'assist/missing-data-file',
  'assist/no-partner',
  'assist/ambiguous-partner',
  'assist/no-model',
  'assist/model-not-found',
  'assist/quarantined',
  'assist/too-many-clicks',
  'assist/fixed-size',
  'assist/no-process',
  'assist/model-changed',
  'assist/partner-gone',
  'assist/partner-changed',
  'device/not-available',
  'device/failed',
  'device/out-of-memory',
  'device/nothing-installed',
  'process/gone',
  'process/out-of-memory',
  'process/timeout',
  'rpc/unavailable',
  'bug/unexpected',
] as const

export type ErrorCode = (typeof errorCodes)[number]

/** Nothing can be written now and later it may be: what was not written stays with whoever wants it written. */
const diskTroubles: readonly string[] = [
  'disk/full',
  'disk/failed',
  'disk/read-only',
  'project/busy',
  'project/moved',
  'project/damaged',
  'process/gone',
  'process/timeout',
] satisfies ErrorCode[]
export const isDiskTrouble = (code: string): boolean => diskTroubles.includes(code)

/** Facts that fill the sentence of a code: file, line, value, nearest…; `why` has words in every language, `reason` is what somebody else said, for reports. */
export type ErrorData = Readonly<Record<string, string | number | boolean | null>> & { readonly why?: Why }

/** An expected failure: a code the interface can turn into a sentence, and the facts for it. */
export class AppError extends Error {
  readonly code: ErrorCode
  readonly data: ErrorData

  constructor(code: ErrorCode, message: string, data: ErrorData = {}, options?: ErrorOptions) {
    super(message, options)
    this.name = 'AppError'
    this.code = code
    this.data = data
  }
}

/** The user asked for it to end; never shown as an error. */
export class CancelledError extends Error {
  constructor(message = 'cancelled') {
    super(message)
    this.name = 'CancelledError'
  }
}

/** A broken invariant: our mistake. */
export class BugError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'BugError'
  }
}

/** A child process ended while it was needed; `killed`: not by itself, nor by us. */
export class ProcessGoneError extends AppError {
  constructor(name: string, reason: string, data: ErrorData = {}) {
    super('process/gone', `the ${name} process ended: ${reason}`, { process: name, reason, ...data })
    this.name = 'ProcessGoneError'
  }
}

export function invariant(condition: unknown, message: string): asserts condition {
  if (!condition) throw new BugError(message)
}

export const errorDataSchema = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]))

export const wireErrorSchema = z.object({
  code: z.enum([...errorCodes, 'cancelled']),
  message: z.string(),
  data: errorDataSchema,
})
export type WireError = z.infer<typeof wireErrorSchema>

/** The one codec for errors between processes: anything unexpected travels as bug/unexpected with its message only. */
export function errorToWire(error: unknown): WireError {
  if (error instanceof AppError) return { code: error.code, message: error.message, data: { ...error.data } }
  if (error instanceof CancelledError || (error instanceof Error && error.name === 'AbortError'))
    return { code: 'cancelled', message: error.message, data: {} }
  return { code: 'bug/unexpected', message: error instanceof Error ? error.message : String(error), data: {} }
}

export function errorFromWire(wire: WireError): Error {
  if (wire.code === 'cancelled') return new CancelledError(wire.message)
  return new AppError(wire.code, wire.message, wire.data)
}
