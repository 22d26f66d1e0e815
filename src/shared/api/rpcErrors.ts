import { ORPCError } from '@orpc/client'
import { AppError, CancelledError, errorFromWire, errorToWire, wireErrorSchema, type WireError } from '../errors.ts'

/** The part of an AbortSignal that matters here; this folder has no DOM and no Node. */
interface Aborted {
  readonly aborted: boolean
}

/** The one way an error crosses a process: as the oRPC error 'APP' whose data is the wire form of our codes. */
export function toRpcError(error: unknown, onUnexpected: (error: unknown) => void): ORPCError<string, unknown> {
  const wire = wireOf(error)
  if (wire.code === 'bug/unexpected') onUnexpected(error)
  return new ORPCError('APP', { defined: true, status: 400, message: wire.message, data: wire })
}

function wireOf(error: unknown): WireError {
  if (error instanceof ORPCError) {
    if (error.code === 'APP') return wireErrorSchema.parse(error.data)
    if (error.code === 'BAD_REQUEST') return { code: 'input/invalid', message: invalidInput(error.data), data: {} }
  }
  return errorToWire(error)
}

function invalidInput(data: unknown): string {
  const issues = (data as { issues?: { path?: (string | number)[]; message?: string }[] } | undefined)?.issues ?? []
  const sentences = issues
    .slice(0, 3)
    .map((issue) => `${issue.path?.length ? `${issue.path.join('.')}: ` : ''}${issue.message ?? 'invalid'}`)
  return sentences.length ? sentences.join('; ') : 'the input does not fit the method'
}

/** Back to AppError and CancelledError; a transport that ended is rpc/unavailable unless the caller aborted. */
export function fromRpcError(error: unknown, signal?: Aborted): Error {
  if (signal?.aborted) return new CancelledError()
  if (error instanceof AppError || error instanceof CancelledError) return error
  if (error instanceof ORPCError) {
    const wire = wireErrorSchema.safeParse(error.data)
    if (wire.success) return errorFromWire(wire.data)
    if (error.code === 'NOT_FOUND') return new AppError('bug/unexpected', 'the other side does not know this method', {}, { cause: error })
    return new AppError('bug/unexpected', error.message, {}, { cause: error })
  }
  return new AppError('rpc/unavailable', error instanceof Error ? error.message : String(error), {}, { cause: error })
}

interface Call {
  next(): Promise<unknown>
  signal?: Aborted | undefined
}

/** Server side, around each procedure with its validation: `clientInterceptors: [codedAnswers(log)]`. */
export function codedAnswers(onUnexpected: (error: unknown, path: readonly string[]) => void) {
  return async (call: Call & { path: readonly string[] }): Promise<unknown> =>
    translate(call, (error) => toRpcError(error, (e) => onUnexpected(e, call.path)))
}

/** Client side, around each call of a link: `interceptors: [codedCalls]`. */
export async function codedCalls(call: { next(): Promise<unknown>; signal?: Aborted | undefined }): Promise<unknown> {
  return translate(call, (error) => fromRpcError(error, call.signal))
}

async function translate(call: Call, map: (error: unknown) => Error): Promise<unknown> {
  let output: unknown
  try {
    output = await call.next()
  } catch (error) {
    throw map(error)
  }
  return isIterator(output) ? mapIterator(output, map) : output
}

function isIterator(value: unknown): value is AsyncIterator<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value
}

function mapIterator(source: AsyncIterator<unknown>, map: (error: unknown) => Error): AsyncIterator<unknown> & AsyncIterable<unknown> {
  const guard = async (step: Promise<IteratorResult<unknown>>) => {
    try {
      return await step
    } catch (error) {
      throw map(error)
    }
  }
  return {
    next: () => guard(source.next()),
    // Handed on at once: a generator would wait for the value in progress, which may never come.
    return: (value?: unknown) => guard(source.return ? source.return(value) : Promise.resolve({ done: true, value })),
    [Symbol.asyncIterator]() {
      return this
    },
  }
}
