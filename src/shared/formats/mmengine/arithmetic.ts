import type { Origin } from '../../model/config/origin.ts'
import { pythonLimits } from './limits.ts'
import { pythonKind, scalar, type PythonSequence, type PythonValue, type Work } from './pythonValue.ts'
import type { Operator } from './syntax.ts'

/** Python that cannot be worked out: a name nobody has defined, a call, a value of the wrong kind. */
export class Unknown extends Error {
  readonly at: Origin

  constructor(at: Origin, what: string) {
    super(what)
    this.at = at
  }
}

const onNumbers: Readonly<Record<Operator, (a: number, b: number) => number>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '//': floorDivide,
  '%': modulo,
  '**': (a, b) => a ** b,
}

/** The remainder has the sign of the divisor. */
function modulo(a: number, b: number): number {
  const rest = a % b
  return rest !== 0 && rest < 0 !== b < 0 ? rest + b : rest
}

/** By way of the remainder, as CPython does: 1 // 0.001 is 999, since 0.001 is a little more than a thousandth. */
function floorDivide(a: number, b: number): number {
  const quotient = (a - modulo(a, b)) / b
  const down = Math.floor(quotient)
  return quotient - down > 0.5 ? down + 1 : down
}

/** One operator on two values, as Python has it. Throws Unknown. */
export function operate(operator: Operator, left: PythonValue, right: PythonValue, at: Origin, work: Work): PythonValue {
  const [a, b] = [valueOf(left), valueOf(right)]
  if (typeof a === 'number' && typeof b === 'number') return numbers(operator, a, b, at)
  if (operator === '+' && typeof a === 'string' && typeof b === 'string') return text(a + b, at)
  if (operator === '+' && isSequence(left) && left.kind === right.kind) return sequence(left, [...left.items, ...right.items], at, work)
  if (operator === '*') {
    const [what, times] = typeof b === 'number' ? [left, b] : [right, a]
    if (typeof times === 'number' && Number.isInteger(times)) return repeated(what, Math.max(0, times), at, work)
  }
  throw new Unknown(at, `${pythonKind(left)} ${operator} ${pythonKind(right)} has no value`)
}

const valueOf = (value: PythonValue) => (value.kind === 'scalar' ? value.value : undefined)
const isSequence = (value: PythonValue): value is PythonSequence => value.kind === 'list' || value.kind === 'tuple'

function numbers(operator: Operator, a: number, b: number, at: Origin): PythonValue {
  const value = onNumbers[operator](a, b)
  if (Number.isFinite(value)) return scalar(value, at)
  throw new Unknown(at, `${a} ${operator} ${b} is no number`)
}

function repeated(what: PythonValue, times: number, at: Origin, work: Work): PythonValue {
  if (what.kind === 'scalar' && typeof what.value === 'string') {
    requireText(what.value.length * times, at)
    return text(what.value.repeat(times), at)
  }
  if (!isSequence(what)) throw new Unknown(at, `${pythonKind(what)} cannot be repeated`)
  work.spend(what.items.length * times, at)
  return sequence(what, Array.from({ length: times }, () => what.items).flat(), at, work)
}

function sequence({ kind }: PythonSequence, items: PythonValue[], at: Origin, work: Work): PythonSequence {
  work.spend(items.length, at)
  return { kind, items, at }
}

function text(value: string, at: Origin): PythonValue {
  requireText(value.length, at)
  return scalar(value, at)
}

function requireText(length: number, at: Origin): void {
  if (length > pythonLimits.text) throw new Unknown(at, `a text of more than ${pythonLimits.text} characters`)
}
