import { BugError, invariant } from '../../shared/errors.ts'
import type { GraphBuilder, Application } from '../graph/builder.ts'
import type { Value } from '../graph/graph.ts'
import { equalShapes, shapeText } from '../tensor/shape.ts'

/** Where the gradient starts: a scalar loss, or outputs with their cotangents. */
export type BackwardFrom = { readonly loss: Value } | { readonly outputs: readonly Value[]; readonly cotangents: readonly Value[] }

/**
 * Appends the backward graph (reverse-mode differentiation over the builder's tape) and returns d(loss)/d(value) for every wanted value,
 * undefined where the loss does not depend on it. Works on the applications recorded so far and knows no op by name.
 */
export function backward(b: GraphBuilder, from: BackwardFrom, wanted: readonly Value[]): (Value | undefined)[] {
  const tape = [...b.tape]
  const gradients = new Gradients(b, valuesWithGradient(tape, wanted))
  seed(b, from, gradients)
  b.scope('grad', () => {
    for (const application of tape.reverse()) applyRule(b, application, gradients)
  })
  return wanted.map((value) => gradients.total(value))
}

/** Every value through which a wanted value influences something: only these need cotangents. */
function valuesWithGradient(tape: readonly Application[], wanted: readonly Value[]): Set<number> {
  const needed = new Set(wanted.map((v) => v.id))
  for (const { op, inputs, outputs } of tape) {
    if (!('noGrad' in op.vjp) && inputs.some((x) => x && needed.has(x.id))) for (const out of outputs) needed.add(out.id)
  }
  return needed
}

function seed(b: GraphBuilder, from: BackwardFrom, gradients: Gradients): void {
  if ('loss' in from) {
    invariant(from.loss.shape.length === 0, `a loss is a scalar, not ${shapeText(from.loss.shape)}`)
    gradients.add(from.loss, b.constant(1, [], from.loss.dtype), 'the loss')
    return
  }
  invariant(from.outputs.length === from.cotangents.length, 'one cotangent per output')
  from.outputs.forEach((output, i) => gradients.add(output, from.cotangents[i]!, 'a cotangent'))
}

function applyRule(b: GraphBuilder, { op, inputs, attrs, outputs }: Application, gradients: Gradients): void {
  const { vjp } = op
  if ('noGrad' in vjp) return
  const needs = inputs.map((x) => x !== undefined && gradients.wants(x))
  if (!needs.includes(true)) return
  const cotangents = outputs.map((out) => gradients.total(out))
  if (cotangents.every((c) => c === undefined)) return
  const results = vjp({ b, inputs, attrs, outputs, cotangents, needs })
  inputs.forEach((x, i) => {
    const result = results[i]
    if (x && needs[i] && result) gradients.add(x, result, op.name)
  })
}

/** Cotangents collected per value; contributions are added up once, when the value's producer is reached. */
class Gradients {
  readonly #b: GraphBuilder
  readonly #needed: ReadonlySet<number>
  readonly #parts = new Map<number, Value[]>()

  constructor(b: GraphBuilder, needed: ReadonlySet<number>) {
    this.#b = b
    this.#needed = needed
  }

  wants(value: Value): boolean {
    return this.#needed.has(value.id)
  }

  add(value: Value, gradient: Value, source: string): void {
    if (!this.wants(value)) return
    if (gradient.dtype !== value.dtype || !equalShapes(gradient.shape, value.shape))
      throw new BugError(
        `${source}: gradient ${gradient.dtype}${shapeText(gradient.shape)} for ${value.name} ${value.dtype}${shapeText(value.shape)}`,
      )
    const parts = this.#parts.get(value.id)
    if (parts) parts.push(gradient)
    else this.#parts.set(value.id, [gradient])
  }

  total(value: Value): Value | undefined {
    const parts = this.#parts.get(value.id)
    if (!parts) return undefined
    if (parts.length > 1) this.#parts.set(value.id, [this.#b.accumulate(parts)])
    return this.#parts.get(value.id)![0]
  }
}
