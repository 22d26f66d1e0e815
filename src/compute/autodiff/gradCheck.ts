import { backward } from './backward.ts'
import { GraphBuilder } from '../graph/builder.ts'
import type { Graph, Value } from '../graph/graph.ts'
import { symbolDim } from '../tensor/dim.ts'
import { fromNumbers, type DType, type TensorData } from '../tensor/dtype.ts'
import { counterRng, type CounterRng } from '../../shared/counterRng.ts'
import { bindShape, sizeOf, staticShape, type Shape } from '../tensor/shape.ts'
import { everywhere, type AnyOp, type OpProvider, type Probe, type ProbeInput } from '../ops/op.ts'

export interface HostArray {
  readonly dtype: DType
  readonly dims: readonly number[]
  readonly data: TensorData
}

export type Feeds = Readonly<Record<string, HostArray>>

/** Loads a graph and returns its run function; the harness itself knows no runtime. */
export type Runner = (graph: Graph) => Promise<(feeds: Feeds) => Promise<Feeds>>

export interface CheckCase {
  readonly label: string
  readonly op: AnyOp
  readonly probe: Probe<unknown>
}

export interface CheckResult {
  readonly label: string
  /** Differences between the shape rule and the shapes the runtime returned. */
  readonly shapeErrors: readonly string[]
  /** Relative error of the directional derivative per differentiable input; NaN where the rule gave no gradient. */
  readonly gradientErrors: readonly { readonly input: number; readonly error: number }[]
}

/** One direction can be almost orthogonal to the gradient, two hardly. */
const directions = 2
const defaultStep = 1e-2
const seed = 20261121

/** Every probe that runs on a provider, of every op that does, as a case. */
export function casesOf(ops: readonly AnyOp[], provider: OpProvider = 'cpu'): CheckCase[] {
  return ops
    .filter((op) => op.providers.includes(provider))
    .flatMap((op) => op.probes.map((probe, i) => ({ label: `${op.name}#${i}`, op, probe })))
    .filter(({ probe }) => (probe.providers ?? everywhere).includes(provider))
}

/**
 * The numeric check of shapes and gradients: random cotangent c, random direction v, (<c, f(x + t v)> - <c, f(x - t v)>) / 2t against
 * <vjp(c), v>, float32, for every differentiable input of every case. All cases share one bound and one symbolic session.
 */
export async function checkCases(cases: readonly CheckCase[], runner: Runner): Promise<CheckResult[]> {
  const prepared = cases.map((c, index) => prepare(c, index))
  const bound = buildBound(prepared)
  const run = await runner(bound)
  const base = Object.assign({}, ...prepared.map((p) => p.feeds)) as Feeds
  const atBase = await run(base)
  const shapeErrors = await checkShapes(prepared, atBase, runner)
  const sums = prepared.map((p) => p.inputs.map(() => ({ difference: 0, size: 0 })))
  const most = Math.max(...prepared.map((p) => p.inputs.length))
  for (let input = 0; input < most; input++)
    for (let d = 0; d < directions; d++) {
      const moved = prepared.map((p) => direction(p, input, d))
      const plus = await run(shifted(base, prepared, moved, input, 1))
      const minus = await run(shifted(base, prepared, moved, input, -1))
      prepared.forEach((p, i) => {
        const v = moved[i]
        const gradient = atBase[`${p.key}.dx${input}`]
        if (!v || !gradient) return
        const slope = (dot(plus[`${p.key}.y0`]!, p.cotangent) - dot(minus[`${p.key}.y0`]!, p.cotangent)) / (2 * p.step)
        const predicted = dot(gradient, v)
        sums[i]![input]!.difference += (slope - predicted) ** 2
        sums[i]![input]!.size += slope ** 2
      })
    }
  return prepared.map((p, i) => ({
    label: p.case.label,
    shapeErrors: shapeErrors[i]!,
    gradientErrors: p.inputs.flatMap((x, input) => {
      if (!isDifferentiable(p, input)) return []
      const { difference, size } = sums[i]![input]!
      return [{ input, error: atBase[`${p.key}.dx${input}`] && x ? Math.sqrt(difference / Math.max(size, 1e-12)) : NaN }]
    }),
  }))
}

/** The shapes alone: what a runtime returns for bound and symbolic graphs against the shape rules, and that both graphs agree; one list per case. */
export async function checkShapeRules(cases: readonly CheckCase[], runner: Runner): Promise<string[][]> {
  const prepared = cases.map((c, index) => prepare(c, index))
  const run = await runner(buildBound(prepared))
  return checkShapes(prepared, await run(Object.assign({}, ...prepared.map((p) => p.feeds)) as Feeds), runner)
}

/**
 * The same cases, forward and gradient, on two runtimes: per case the largest ||a - b|| / ||b|| over its tensors (absolute where b is zero),
 * infinite where shapes or types differ.
 */
export async function compareRunners(
  cases: readonly CheckCase[],
  runner: Runner,
  reference: Runner,
): Promise<{ label: string; error: number }[]> {
  const prepared = cases.map((c, index) => prepare(c, index))
  const graph = buildBound(prepared)
  const feeds = Object.assign({}, ...prepared.map((p) => p.feeds)) as Feeds
  const got = await (await runner(graph))(feeds)
  const expected = await (await reference(graph))(feeds)
  return prepared.map((p) => {
    const names = Object.keys(expected).filter((name) => name.startsWith(`${p.key}.`))
    return { label: p.case.label, error: Math.max(...names.map((name) => relativeError(got[name]!, expected[name]!))) }
  })
}

/** ||a - b|| / ||b||, absolute where b is zero, infinite where shapes or types differ; equal infinities and equal NaN are no difference. */
export function relativeError(a: HostArray, b: HostArray): number {
  if (String(a.dims) !== String(b.dims) || a.dtype !== b.dtype) return Infinity
  const [left, right] = [Array.from(a.data, Number), Array.from(b.data, Number)]
  const difference = Math.hypot(...left.map((value, i) => (Object.is(value, right[i]) ? 0 : value - right[i]!)))
  return difference / (Math.hypot(...right.filter(Number.isFinite)) || 1)
}

interface Prepared {
  readonly case: CheckCase
  readonly key: string
  readonly inputs: readonly (HostArray | undefined)[]
  readonly feeds: Feeds
  readonly cotangent: Float32Array
  readonly outputs: readonly { readonly dtype: DType; readonly shape: readonly number[] }[]
  readonly step: number
}

function prepare(c: CheckCase, index: number): Prepared {
  const { op, probe } = c
  const key = `c${index}`
  const rng = counterRng(seed, 'probe', c.label)
  const inputs = probe.inputs.map((input, i) => input && sample(input, bindProbe(input, probe), rng, i))
  const types = op.shapeRule(
    inputs.map((x) => x && { dtype: x.dtype, shape: x.dims }),
    probe.attrs,
  )
  const outputs = types.map((t) => ({ dtype: t.dtype, shape: staticShape(t.shape) }))
  const cotangent = Float32Array.from({ length: sizeOf(outputs[0]!.shape) as number }, () => rng.normal())
  const feeds: Record<string, HostArray> = {}
  inputs.forEach((x, i) => {
    if (x && !probe.inputs[i]!.constant) feeds[`${key}.x${i}`] = x
  })
  if (!('noGrad' in op.vjp)) feeds[`${key}.dy`] = { dtype: 'float32', dims: outputs[0]!.shape, data: cotangent }
  return { case: c, key, inputs, feeds, cotangent, outputs, step: probe.step ?? defaultStep }
}

function bindProbe(input: ProbeInput, probe: Probe<unknown>): number[] {
  return bindShape(
    input.shape.map((d) => (typeof d === 'number' ? d : symbolDim(d))),
    probe.bind ?? {},
  )
}

function sample(input: ProbeInput, dims: readonly number[], rng: CounterRng, position: number): HostArray {
  const length = dims.reduce((a, b) => a * b, 1)
  const values = input.values ?? 'normal'
  const dtype = input.dtype ?? 'float32'
  let numbers: number[]
  if (typeof values === 'object') numbers = 'list' in values ? [...values.list] : Array.from({ length }, () => rng.int(values.below))
  else if (values === 'normal') numbers = Array.from({ length }, () => rng.normal())
  else if (values === 'positive') numbers = Array.from({ length }, () => rng.range(0.5, 2))
  else if (values === 'apart') numbers = Array.from({ length }, () => (rng.chance(0.5) ? 1 : -1) * rng.range(0.3, 1.5))
  // Neighbours 0.1 apart, and inputs of one op 0.033 apart from each other: no step of the check swaps their order.
  else numbers = rng.shuffle(Array.from({ length }, (_, i) => (i - length / 2) * 0.1 + position * 0.033))
  return { dtype, dims, data: fromNumbers(dtype, numbers) }
}

function isDifferentiable(p: Prepared, input: number): boolean {
  const declared = p.case.probe.inputs[input]
  return (
    !('noGrad' in p.case.op.vjp) &&
    declared !== undefined &&
    (declared.dtype ?? 'float32') === 'float32' &&
    !declared.constant &&
    p.outputs[0]!.dtype === 'float32'
  )
}

/** Forward and backward of every case with bound sizes, as in training. */
function buildBound(prepared: readonly Prepared[]): Graph {
  const b = new GraphBuilder('checks')
  for (const p of prepared) {
    const xs = declare(b, p, (x) => x.dims)
    const outputs = b.opAll(p.case.op, xs, p.case.probe.attrs)
    outputs.forEach((y, i) => b.output(`${p.key}.y${i}`, y))
    const wanted = xs.flatMap((x, i) => (x && isDifferentiable(p, i) ? [{ x, i }] : []))
    if (wanted.length === 0) continue
    // An input, not a constant: the runtime would fold what depends on constants only, and its kernels would go unchecked.
    const cotangents = [b.input(`${p.key}.dy`, 'float32', p.outputs[0]!.shape)]
    const gradients = backward(
      b,
      { outputs: [outputs[0]!], cotangents },
      wanted.map(({ x }) => x),
    )
    gradients.forEach((g, i) => g && b.output(`${p.key}.dx${wanted[i]!.i}`, g))
  }
  return b.graph()
}

function declare(b: GraphBuilder, p: Prepared, shapeOf: (x: HostArray, input: ProbeInput) => Shape): (Value | undefined)[] {
  return p.inputs.map((x, i) => {
    const input = p.case.probe.inputs[i]
    if (!x || !input) return undefined
    return input.constant ? b.constant(x.data, x.dims, x.dtype) : b.input(`${p.key}.x${i}`, x.dtype, shapeOf(x, input))
  })
}

/** Forward with symbols where the probe has them; each case has symbols of its own. */
function buildSymbolic(prepared: readonly Prepared[]): { graph: Graph; shapes: Map<string, Shape> } {
  const b = new GraphBuilder('symbolic')
  const shapes = new Map<string, Shape>()
  for (const p of prepared) {
    const xs = declare(b, p, (_, input) => input.shape.map((d) => (typeof d === 'number' ? d : symbolDim(`${p.key}${d}`))))
    b.opAll(p.case.op, xs, p.case.probe.attrs).forEach((y, i) => {
      b.output(`${p.key}.y${i}`, y)
      shapes.set(`${p.key}.y${i}`, y.shape)
    })
  }
  return { graph: b.graph(), shapes }
}

async function checkShapes(prepared: readonly Prepared[], bound: Feeds, runner: Runner): Promise<string[][]> {
  const symbolic = prepared.filter((p) => p.case.probe.bind)
  const { graph, shapes } = buildSymbolic(symbolic)
  const dynamic = symbolic.length === 0 ? {} : await (await runner(graph))(Object.assign({}, ...symbolic.map((p) => p.feeds)) as Feeds)
  return prepared.map((p) => {
    const bindings = Object.fromEntries(Object.entries(p.case.probe.bind ?? {}).map(([name, size]) => [p.key + name, size]))
    return p.outputs.flatMap((type, i) => {
      const name = `${p.key}.y${i}`
      const errors: string[] = []
      const compare = (what: string, got: HostArray, dims: readonly number[]): void => {
        if (String(got.dims) !== String(dims) || got.dtype !== type.dtype)
          errors.push(`${what} output ${i}: rule says ${type.dtype}[${dims.join()}], the runtime returned ${got.dtype}[${got.dims.join()}]`)
      }
      compare('bound', bound[name]!, type.shape)
      const free = dynamic[name]
      if (free) {
        compare('symbolic', free, bindShape(shapes.get(name)!, bindings))
        const error = largestDifference(free, bound[name]!)
        if (!(error <= 1e-5)) errors.push(`output ${i}: symbolic and bound graphs differ by ${error}`)
      }
      return errors
    })
  })
}

function largestDifference(a: HostArray, b: HostArray): number {
  const other = Array.from(b.data, Number)
  return Array.from(a.data, Number).reduce((most, value, i) => Math.max(most, Math.abs(value - other[i]!)), 0)
}

function direction(p: Prepared, input: number, index: number): Float32Array | undefined {
  if (!isDifferentiable(p, input)) return undefined
  const rng = counterRng(seed, 'direction', p.case.label, String(input), String(index))
  return Float32Array.from({ length: p.inputs[input]!.data.length }, () => (rng.chance(0.5) ? 1 : -1) * rng.range(0.5, 1))
}

function shifted(
  base: Feeds,
  prepared: readonly Prepared[],
  moved: readonly (Float32Array | undefined)[],
  input: number,
  sign: 1 | -1,
): Feeds {
  const feeds: Record<string, HostArray> = { ...base }
  prepared.forEach((p, i) => {
    const v = moved[i]
    if (!v) return
    const x = p.inputs[input]!
    feeds[`${p.key}.x${input}`] = { ...x, data: (x.data as Float32Array).map((value, k) => value + sign * p.step * v[k]!) }
  })
  return feeds
}

function dot(a: HostArray, b: Float32Array): number {
  return (a.data as Float32Array).reduce((sum, value, i) => sum + value * b[i]!, 0)
}
