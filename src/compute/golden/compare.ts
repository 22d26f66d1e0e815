/** One row of the table: what was compared, how far off it is and what was allowed. */
export interface Row {
  readonly name: string
  /** relative: ||a-b|| / max(||b||, floor); floor: the reference is zero by symmetry, ||a|| against the floor; absolute: max |a-b|. */
  readonly rule: 'relative' | 'floor' | 'absolute'
  readonly error: number
  readonly bound: number
  readonly passed: boolean
}

export function norm(values: Float32Array): number {
  let sum = 0
  for (const v of values) sum += v * v
  return Math.sqrt(sum)
}

function distance(a: Float32Array, b: Float32Array): number {
  let sum = 0
  for (let i = 0; i < b.length; i++) sum += (a[i]! - b[i]!) ** 2
  return Math.sqrt(sum)
}

// A NaN must fail, so passing is `<=` and never the negation of `>`.
const row = (name: string, rule: Row['rule'], error: number, bound: number): Row => ({ name, rule, error, bound, passed: error <= bound })

/** ||a - b|| / max(||b||, floor) against a bound. */
export function relativeRow(name: string, a: Float32Array, b: Float32Array, bound: number, floor = 0): Row {
  const scale = Math.max(norm(b), floor)
  const off = a.length === b.length ? distance(a, b) : Infinity
  return row(name, 'relative', scale === 0 ? off : off / scale, bound)
}

/** For a gradient that is zero by symmetry: it must stay under the floor. */
export function floorRow(name: string, a: Float32Array, floor: number): Row {
  return row(name, 'floor', norm(a), floor)
}

/** max |a - b| against a bound. */
export function absoluteRow(name: string, a: Float32Array, b: Float32Array, bound: number): Row {
  let worst = a.length === b.length ? 0 : Infinity
  for (let i = 0; i < b.length; i++) {
    const off = Math.abs(a[i]! - b[i]!)
    if (!(off <= worst)) worst = off
  }
  return row(name, 'absolute', worst, bound)
}

/** The rows as text, widest name first column. */
export function tableText(rows: readonly Row[]): string {
  const width = Math.max(...rows.map((r) => r.name.length))
  return rows
    .map(
      (r) =>
        `${r.name.padEnd(width)}  ${r.rule.padEnd(8)}  ${r.error.toExponential(2).padStart(9)}  <= ${r.bound.toExponential(1)}  ${r.passed ? 'ok' : 'FAILED'}`,
    )
    .join('\n')
}
