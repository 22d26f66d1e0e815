import type { InferContractRouterInputs, InferContractRouterOutputs } from '@orpc/contract'
import type { pageContract } from '../../shared/api/page/contract.ts'

/** One page, window or command line that is connected to this host. */
export interface Connection {
  readonly id: string
  readonly shell: 'web' | 'electron' | 'cli'
  /** Aborted when it leaves. */
  readonly gone: AbortSignal
}

/** What a handler knows besides its parsed input. */
export interface Call {
  readonly connection: Connection
  /** Aborted when the caller gave up or left. */
  readonly signal: AbortSignal
}

type Contract = typeof pageContract
type Inputs = InferContractRouterInputs<Contract>
type Outputs = InferContractRouterOutputs<Contract>

export type Area = keyof Contract

/** The handlers of one area of the page contract: `AreaService<'datasets'>`; input arrives parsed, output is checked on its way out. */
export type AreaService<A extends Area> = {
  readonly [M in keyof Contract[A] & keyof Inputs[A] & keyof Outputs[A]]: (
    // The parsed input: defaults are filled in.
    input: ParsedInput<Contract[A][M]>,
    call: Call,
  ) => Answer<Outputs[A][M]> | Promise<Answer<Outputs[A][M]>>
}

/** Streams are any async iterator; the rest is the record itself. */
type Answer<O> = O extends AsyncIterator<infer T, unknown, unknown> ? AsyncIteratorObject<T, void, void> : O

type ParsedInput<P> = P extends { '~orpc': { inputSchema?: infer S } }
  ? NonNullable<S> extends { '~standard': { types?: infer T } }
    ? NonNullable<T> extends { output: infer O }
      ? O
      : never
    : never
  : never

/** Everything the page contract asks for. */
export type PageServices = { readonly [A in Area]: AreaService<A> }
