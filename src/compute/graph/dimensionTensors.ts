import { invariant } from '../../shared/errors.ts'
import type { Atom, Dim, SymbolicDim } from '../tensor/dim.ts'
import { isStatic, type Shape } from '../tensor/shape.ts'
import type { Attributes, TensorType, Value } from './graph.ts'

/** What computing dimensions needs of the builder. */
interface NodeMaker {
  ints(values: readonly number[]): Value
  node1(type: string, inputs: readonly Value[], output: TensorType, attributes?: Attributes): Value
}

const one: TensorType = { dtype: 'int64', shape: [1] }

/** Computes symbolic dimensions inside the graph, each distinct expression once. All its tensors are int64 vectors of length 1. */
export class DimensionTensors {
  readonly #b: NodeMaker
  readonly #sources = new Map<string, { input: Value; axis: number }>()
  readonly #shapes = new Map<string, Value>()
  readonly #dims = new Map<string, Value>()
  readonly #vectors = new Map<string, Value>()

  constructor(b: NodeMaker) {
    this.#b = b
  }

  /** Remembers which input axis carries each plain symbol. */
  learn(input: Value): void {
    input.shape.forEach((dim, axis) => {
      const atom = typeof dim === 'number' ? undefined : plainSymbol(dim)
      if (atom !== undefined && !this.#sources.has(atom)) this.#sources.set(atom, { input, axis })
    })
  }

  shapeTensor(shape: Shape): Value {
    if (isStatic(shape)) return this.#b.ints(shape)
    if (shape.length === 1) return this.#dim(shape[0]!)
    const key = shape.map(String).join(', ')
    let value = this.#vectors.get(key)
    if (!value) {
      value = this.#b.node1(
        'Concat',
        shape.map((d) => this.#dim(d)),
        { dtype: 'int64', shape: [shape.length] },
        { axis: 0 },
      )
      this.#vectors.set(key, value)
    }
    return value
  }

  #dim(dim: Dim): Value {
    if (typeof dim === 'number') return this.#b.ints([dim])
    let value = this.#dims.get(dim.key)
    if (!value) {
      value = dim.terms
        .map((t) => t.atoms.map((a) => this.#atom(a)).reduce((p, a) => this.#b.node1('Mul', [p, a], one), this.#b.ints([t.coefficient])))
        .reduce((sum, t) => this.#b.node1('Add', [sum, t], one))
      this.#dims.set(dim.key, value)
    }
    return value
  }

  // Integer Div truncates; dimensions are never negative, so that is floor.
  #atom(atom: Atom): Value {
    const b = this.#b
    if ('numerator' in atom) return b.node1('Div', [this.#dim(atom.numerator), b.ints([atom.divisor])], one)
    const source = this.#sources.get(atom.symbol)
    invariant(source, `no input of the graph has a dimension ${atom.symbol}`)
    const { input, axis } = source
    let shape = this.#shapes.get(input.name)
    if (!shape) {
      shape = b.node1('Shape', [input], { dtype: 'int64', shape: [input.shape.length] })
      this.#shapes.set(input.name, shape)
    }
    return b.node1('Gather', [shape, b.ints([axis])], one, { axis: 0 })
  }
}

function plainSymbol(dim: SymbolicDim): string | undefined {
  const [term] = dim.terms
  const [atom] = term!.atoms
  return dim.terms.length === 1 && term!.coefficient === 1 && term!.atoms.length === 1 && 'symbol' in atom! ? atom.symbol : undefined
}
