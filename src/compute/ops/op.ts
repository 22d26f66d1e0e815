import type { OpDefinition } from '../graph/builder.ts'
import type { DType } from '../tensor/dtype.ts'

/** Providers an op record was really run on, forward and gradient. */
export type OpProvider = 'cpu' | 'webgpu'

type AttributeKind = 'int' | 'ints' | 'float' | 'flag' | 'string' | 'dims' | 'dtype'

/** A sample input for the numeric checks. A string is a symbol that `bind` gives a size. */
export interface ProbeInput {
  readonly shape: readonly (number | string)[]
  readonly dtype?: DType
  /** normal: N(0,1); positive: 0.5..2; apart: magnitudes 0.3..1.5, away from 0; spread: distinct values, no near ties; below n: integers 0..n-1. */
  readonly values?: 'normal' | 'positive' | 'apart' | 'spread' | { readonly below: number } | { readonly list: readonly number[] }
  /** Becomes a constant of the graph instead of an input. */
  readonly constant?: boolean
}

/** One case of the numeric gradient check and of the shape check. */
export interface Probe<A> {
  readonly inputs: readonly (ProbeInput | undefined)[]
  readonly attrs: A
  readonly bind?: Readonly<Record<string, number>>
  /** Step of the central difference; 1e-2 unless told. */
  readonly step?: number
  /** Narrower than the op's where a provider lacks a kernel for these types. */
  readonly providers?: readonly OpProvider[]
}

/** An op: the single place that knows its shape, its nodes and its gradient. */
export interface OpRecord<A> extends OpDefinition<A> {
  /** Opset whose operators `emit` needs. */
  readonly since: number
  readonly attributes: { readonly [K in keyof Required<A>]: AttributeKind }
  readonly providers: readonly OpProvider[]
  readonly probes: readonly Probe<A>[]
}

export type AnyOp = OpRecord<unknown>

/** Declares an op. */
export function defineOp<A>(record: OpRecord<A>): OpRecord<A> {
  return record
}

/** The explicit absence of a gradient. */
export function noGrad(reason: string): { readonly noGrad: string } {
  return { noGrad: reason }
}

/** Attributes of ops that have none. */
export type NoAttributes = Record<never, never>
export const noAttributes: NoAttributes = {}

export const everywhere: readonly OpProvider[] = ['cpu', 'webgpu']
