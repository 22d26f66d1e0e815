import { invariant } from '../../../shared/errors.ts'
import type { Attributes } from '../../graph/graph.ts'
import type { Tensor, Tf } from './library.ts'

/** What a kernel computes with. */
export interface KernelContext {
  readonly tf: Tf
  readonly attributes: AttributeReader
  /** How many outputs the node has. */
  readonly outputCount: number
  /** The i-th input as a tensor. */
  readonly input: (i: number) => Tensor
  /** Whether the optional i-th input is there. */
  readonly has: (i: number) => boolean
  /** The numbers of a small input: a shape, axes, bounds. Read on the host; a constant is not even uploaded. */
  readonly numbers: (i: number) => readonly number[]
  readonly inputs: () => readonly Tensor[]
  /** A tensor that depends on shapes only: made once, and kept as long as the graph is loaded. */
  readonly kept: (key: string, make: () => Tensor) => Tensor
}

/** One ONNX operator on tensors of TensorFlow.js; intermediate tensors are freed by the caller. */
export interface Kernel {
  /** The attributes it obeys; a graph whose node has another one is refused. */
  readonly attributes: readonly string[]
  readonly run: (context: KernelContext) => Tensor | readonly Tensor[]
}

/** A kernel of tensors alone. */
export const kernel = (run: Kernel['run'], attributes: readonly string[] = []): Kernel => ({ attributes, run })

/** Attributes of a node by type, with the defaults of the ONNX operator. */
export class AttributeReader {
  readonly #attributes: Attributes

  constructor(attributes: Attributes) {
    this.#attributes = attributes
  }

  int(name: string, absent?: number): number {
    const value = this.#attributes[name] ?? absent
    invariant(typeof value === 'number', `the attribute ${name} is an integer`)
    return value
  }

  float(name: string, absent: number): number {
    const value = this.#attributes[name]
    if (value === undefined) return absent
    invariant(typeof value === 'object' && 'float' in value, `the attribute ${name} is a float`)
    return value.float
  }

  flag(name: string, absent: boolean): boolean {
    return this.int(name, absent ? 1 : 0) === 1
  }

  text(name: string, absent: string): string {
    const value = this.#attributes[name] ?? absent
    invariant(typeof value === 'string', `the attribute ${name} is a text`)
    return value
  }

  ints(name: string): readonly number[] | undefined {
    const value = this.#attributes[name]
    invariant(value === undefined || Array.isArray(value), `the attribute ${name} is a list of integers`)
    return value as readonly number[] | undefined
  }
}

/** -1 is the last axis. */
export const axisOf = (axis: number, rank: number): number => (axis < 0 ? axis + rank : axis)

export const sizeOf = (shape: readonly number[]): number => shape.reduce((product, dim) => product * dim, 1)

/** A refusal of what an operator may say and our graphs never do. */
export function refuse(what: string): never {
  throw new Error(`${what} is not supported`)
}
