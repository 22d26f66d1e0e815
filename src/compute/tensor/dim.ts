import { invariant } from '../../shared/errors.ts'

/** A dimension: a number, or an integer expression over symbols such as N, H, W. */
export type Dim = number | SymbolicDim

/** A symbol, or the quotient floor(numerator / divisor). */
export type Atom = { readonly symbol: string } | { readonly numerator: SymbolicDim; readonly divisor: number }

/** coefficient * product of atoms; atoms are sorted by key. */
export interface Term {
  readonly coefficient: number
  readonly atoms: readonly Atom[]
}

/**
 * A polynomial with integer coefficients over symbols and floor quotients, kept in canonical form:
 * two expressions are equal exactly when their keys are equal. Never constant (a constant is a number).
 */
export class SymbolicDim {
  readonly terms: readonly Term[]
  readonly key: string

  constructor(terms: readonly Term[]) {
    this.terms = terms
    this.key = terms.map(termText).join(' + ')
  }

  toString(): string {
    return this.key
  }
}

/** The dimension called `name`, e.g. N, H, W. */
export function symbolDim(name: string): SymbolicDim {
  return new SymbolicDim([{ coefficient: 1, atoms: [{ symbol: name }] }])
}

function atomKey(atom: Atom): string {
  return 'symbol' in atom ? atom.symbol : `floor((${atom.numerator.key}) / ${atom.divisor})`
}

const monomialKey = (term: Term): string => term.atoms.map(atomKey).join(' * ')

function termText(term: Term): string {
  if (term.atoms.length === 0) return String(term.coefficient)
  return term.coefficient === 1 ? monomialKey(term) : `${term.coefficient} * ${monomialKey(term)}`
}

/** Graded order: more factors first, then by name; constants last. */
function compareTerms(a: Term, b: Term): number {
  if (a.atoms.length !== b.atoms.length) return b.atoms.length - a.atoms.length
  const ka = monomialKey(a)
  const kb = monomialKey(b)
  return ka < kb ? -1 : ka > kb ? 1 : 0
}

function termsOf(dim: Dim): readonly Term[] {
  if (typeof dim !== 'number') return dim.terms
  return dim === 0 ? [] : [{ coefficient: dim, atoms: [] }]
}

function normalise(terms: readonly Term[]): Dim {
  const byKey = new Map<string, Term>()
  for (const term of terms) {
    const key = monomialKey(term)
    const coefficient = (byKey.get(key)?.coefficient ?? 0) + term.coefficient
    byKey.set(key, { coefficient, atoms: term.atoms })
  }
  const kept = [...byKey.values()].filter((t) => t.coefficient !== 0).sort(compareTerms)
  if (kept.length === 0) return 0
  if (kept.length === 1 && kept[0]!.atoms.length === 0) return kept[0]!.coefficient
  return foldConstant(kept)
}

/** floor(a / k) + c = floor((a + c k) / k): keeps sizes such as ceil(H / 4) a single factor, so that products divide. */
function foldConstant(terms: readonly Term[]): Dim {
  const [first, second] = terms
  if (terms.length === 2 && first!.coefficient === 1 && first!.atoms.length === 1 && second!.atoms.length === 0) {
    const atom = first!.atoms[0]!
    if ('numerator' in atom) return floorDiv(addDims(atom.numerator, second!.coefficient * atom.divisor), atom.divisor)
  }
  return new SymbolicDim(terms)
}

export function addDims(...dims: readonly Dim[]): Dim {
  if (dims.every((d) => typeof d === 'number')) return dims.reduce((a, b) => a + b, 0)
  return normalise(dims.flatMap(termsOf))
}

export function subDims(a: Dim, b: Dim): Dim {
  return addDims(a, mulDims(b, -1))
}

export function mulDims(...dims: readonly Dim[]): Dim {
  let product: Dim = 1
  for (const dim of dims) {
    if (typeof dim === 'number' && typeof product === 'number') product *= dim
    else product = normalise(termsOf(product).flatMap((a) => termsOf(dim).map((b) => multiplyTerms(a, b))))
  }
  return product
}

function multiplyTerms(a: Term, b: Term): Term {
  const atoms = [...a.atoms, ...b.atoms].sort((x, y) => (atomKey(x) < atomKey(y) ? -1 : 1))
  return { coefficient: a.coefficient * b.coefficient, atoms }
}

/** floor(dim / divisor) for a positive integer divisor. */
export function floorDiv(dim: Dim, divisor: number): Dim {
  invariant(Number.isInteger(divisor) && divisor > 0, `a dimension is divided by a positive integer, not by ${divisor}`)
  if (divisor === 1) return dim
  if (typeof dim === 'number') return Math.floor(dim / divisor)
  const [first] = dim.terms
  const atom = first!.atoms[0]!
  if (dim.terms.length === 1 && first!.coefficient === 1 && first!.atoms.length === 1 && 'numerator' in atom)
    return floorDiv(atom.numerator, atom.divisor * divisor)
  const constant = dim.terms.find((t) => t.atoms.length === 0)?.coefficient ?? 0
  const rest = dim.terms.filter((t) => t.atoms.length > 0)
  if (rest.every((t) => t.coefficient % divisor === 0))
    return normalise([...rest.map((t) => ({ ...t, coefficient: t.coefficient / divisor })), ...termsOf(Math.floor(constant / divisor))])
  return new SymbolicDim([{ coefficient: 1, atoms: [{ numerator: dim, divisor }] }])
}

export function ceilDiv(dim: Dim, divisor: number): Dim {
  return floorDiv(addDims(dim, divisor - 1), divisor)
}

/** dividend / divisor when it is exact for every value of the symbols, otherwise undefined (polynomial long division). */
export function divideExactly(dividend: Dim, divisor: Dim): Dim | undefined {
  if (typeof divisor === 'number' && typeof dividend === 'number') return dividend % divisor === 0 ? dividend / divisor : undefined
  const lead = termsOf(divisor)[0]
  if (!lead) return undefined
  let remainder = dividend
  const quotient: Term[] = []
  for (let step = 0; step < 64; step++) {
    const top = termsOf(remainder)[0]
    if (!top) return normalise(quotient)
    const term = divideTerms(top, lead)
    if (!term) return undefined
    quotient.push(term)
    remainder = subDims(remainder, mulDims(normalise([term]), divisor))
  }
  return undefined
}

function divideTerms(a: Term, b: Term): Term | undefined {
  if (a.coefficient % b.coefficient !== 0) return undefined
  const atoms = [...a.atoms]
  for (const atom of b.atoms) {
    const at = atoms.findIndex((x) => atomKey(x) === atomKey(atom))
    if (at < 0) return undefined
    atoms.splice(at, 1)
  }
  return { coefficient: a.coefficient / b.coefficient, atoms }
}

export function equalDims(a: Dim, b: Dim): boolean {
  return typeof a === 'number' || typeof b === 'number' ? a === b : a.key === b.key
}

/** The value of a dimension once every symbol is bound. */
export function evaluateDim(dim: Dim, bindings: Readonly<Record<string, number>>): number {
  if (typeof dim === 'number') return dim
  return dim.terms.reduce((sum, t) => sum + t.atoms.reduce((p, a) => p * evaluateAtom(a, bindings), t.coefficient), 0)
}

function evaluateAtom(atom: Atom, bindings: Readonly<Record<string, number>>): number {
  if ('numerator' in atom) return Math.floor(evaluateDim(atom.numerator, bindings) / atom.divisor)
  const value = bindings[atom.symbol]
  invariant(value !== undefined, `dimension ${atom.symbol} is not bound`)
  return value
}
