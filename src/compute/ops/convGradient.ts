/** Gradients of convolutions, chosen per geometry by measurement (docs/adr/0002-convolution-gradients.md). */
import { invariant } from '../../shared/errors.ts'
import type { GraphBuilder } from '../graph/builder.ts'
import type { Value } from '../graph/graph.ts'
import { staticShape } from '../tensor/shape.ts'
import { rawConcat, rawGemm, rawMatMul, rawMul, rawPad, rawReduce, rawReshape, rawSlice, rawSwap, rawTranspose } from './raw.ts'

export interface ConvAttributes {
  readonly stride: readonly [number, number]
  /** top, left, bottom, right */
  readonly pad: readonly [number, number, number, number]
  readonly dilation: readonly [number, number]
  readonly group: number
}

/** Static geometry of one convolution: x [n,ci,h,w] -> dy [n,co,oh,ow], weight [co,ci/group,kh,kw]. */
interface Geometry extends ConvAttributes {
  readonly n: number
  readonly ci: number
  readonly h: number
  readonly w: number
  readonly co: number
  readonly kh: number
  readonly kw: number
  readonly oh: number
  readonly ow: number
}

function geometryOf(x: readonly number[], w: readonly number[], dy: readonly number[], attrs: ConvAttributes): Geometry {
  const [n, ci, h, width] = x as [number, number, number, number]
  const [co, , kh, kw] = w as [number, number, number, number]
  return { ...attrs, n, ci, h, w: width, co, kh, kw, oh: dy[2]!, ow: dy[3]! }
}

const unpadded = (g: ConvAttributes): boolean => g.pad.every((p) => p === 0)
const undilated = (g: ConvAttributes): boolean => g.dilation.every((d) => d === 1)
const isPointwise = (g: Geometry): boolean => g.kh === 1 && g.kw === 1 && g.stride.every((s) => s === 1) && unpadded(g)
const isPatchify = (g: Geometry): boolean => g.kh === g.stride[0] && g.kw === g.stride[1] && g.group === 1 && unpadded(g) && undilated(g)
const isDepthwise = (g: Geometry): boolean => g.group === g.ci && g.group === g.co && g.group > 1

export function convAttributes(
  kernel: readonly number[],
  { stride, pad, dilation, group }: ConvAttributes,
): Record<string, number | readonly number[]> {
  return { kernel_shape: [...kernel], strides: [...stride], pads: [...pad], dilations: [...dilation], group }
}

/** dL/dx of y = conv(x, w). */
export function convInputGradient(b: GraphBuilder, xShape: readonly number[], w: Value, dy: Value, attrs: ConvAttributes): Value {
  const g = geometryOf(xShape, staticShape(w.shape), staticShape(dy.shape), attrs)
  if (isPointwise(g) && g.group === 1) return pointwiseInputGradient(b, w, dy, g)
  if (g.stride.every((s) => s === 1)) return flippedConv(b, w, dy, g)
  const extra = [0, 1].map((i) => {
    const [size, out, k] = i === 0 ? [g.h, g.oh, g.kh] : [g.w, g.ow, g.kw]
    return size - ((out - 1) * g.stride[i]! + g.dilation[i]! * (k - 1) + 1 - g.pad[i]! - g.pad[i + 2]!)
  })
  const attributes = { ...convAttributes([g.kh, g.kw], g), output_padding: extra }
  return b.node1('ConvTranspose', [dy, w], { dtype: dy.dtype, shape: xShape }, attributes)
}

/** W' dy for every image; the runtime reads W transposed in place. */
function pointwiseInputGradient(b: GraphBuilder, w: Value, dy: Value, g: Geometry): Value {
  const product = rawMatMul(b, rawSwap(b, rawReshape(b, w, [g.co, g.ci])), rawReshape(b, dy, [g.n, g.co, g.oh * g.ow]))
  return rawReshape(b, product, [g.n, g.ci, g.h, g.w])
}

/** Stride 1: a convolution of dy with the kernel turned by 180 degrees and input and output channels exchanged. */
function flippedConv(b: GraphBuilder, w: Value, dy: Value, g: Geometry): Value {
  const pad = [0, 1, 2, 3].map((i) => g.dilation[i % 2]! * ((i % 2 === 0 ? g.kh : g.kw) - 1) - g.pad[i]!)
  // Padding wider than the kernel reaches makes the needed padding negative: those rows of dx are cut off instead.
  const cut = pad.map((p) => Math.max(0, -p))
  const outer = pad.map((p) => Math.max(0, p)) as [number, number, number, number]
  const [cig, cog] = [g.ci / g.group, g.co / g.group]
  const swapped = isDepthwise(g)
    ? w
    : rawReshape(b, rawTranspose(b, rawReshape(b, w, [g.group, cog, cig, g.kh * g.kw]), [0, 2, 1, 3]), [g.ci, cog, g.kh, g.kw])
  const shape = [g.n, g.ci, g.h + cut[0]! + cut[2]!, g.w + cut[1]! + cut[3]!]
  const attributes = convAttributes([g.kh, g.kw], { ...g, pad: outer })
  const dx = b.node1('Conv', [dy, turned(b, swapped)], { dtype: dy.dtype, shape }, attributes)
  return rawSlice(b, dx, { axes: [2, 3], starts: [cut[0]!, cut[1]!], ends: [cut[0]! + g.h, cut[1]! + g.w] })
}

/** Kernels turned by 180 degrees. */
function turned(b: GraphBuilder, w: Value): Value {
  const [o, i, kh, kw] = staticShape(w.shape) as [number, number, number, number]
  if (kh * kw === 1) return w
  const backwards = b.ints(Array.from({ length: kh * kw }, (_, t) => kh * kw - 1 - t))
  const flat = rawReshape(b, w, [o, i, kh * kw])
  return rawReshape(b, b.node1('Gather', [flat, backwards], flat, { axis: 2 }), w.shape)
}

/** dL/dw of y = conv(x, w). */
export function convWeightGradient(b: GraphBuilder, x: Value, wShape: readonly number[], dy: Value, attrs: ConvAttributes): Value {
  const g = geometryOf(staticShape(x.shape), wShape, staticShape(dy.shape), attrs)
  if (isDepthwise(g)) return depthwiseWeightGradient(b, x, dy, g)
  if (g.group > 1) return groupedWeightGradient(b, x, dy, g)
  if (isPointwise(g)) return rawReshape(b, channelProduct(b, dy, x, g), wShape)
  if (isPatchify(g)) return patchWeightGradient(b, x, dy, g)
  return tapWeightGradient(b, x, dy, g)
}

/** sum over images and pixels of dy[n,o,p] * columns[n,i,p] -> [o,i] */
function channelProduct(b: GraphBuilder, dy: Value, columns: Value, g: Geometry): Value {
  const i = staticShape(columns.shape)[1]!
  const pixels = g.oh * g.ow
  const perImage = rawMatMul(b, rawReshape(b, dy, [g.n, g.co, pixels]), rawSwap(b, rawReshape(b, columns, [g.n, i, pixels])))
  return sumImages(b, perImage, [g.co, i])
}

/** [n, ..] -> `shape`: the sum over images as a product with a row of ones, six times faster than ReduceSum over a short first axis. */
function sumImages(b: GraphBuilder, x: Value, shape: readonly number[]): Value {
  const [n] = staticShape(x.shape) as [number]
  if (n === 1) return rawReshape(b, x, shape)
  const size = shape.reduce((a, c) => a * c, 1)
  return rawReshape(b, rawGemm(b, b.constant(new Float32Array(n).fill(1), [1, n]), rawReshape(b, x, [n, size]), undefined, {}), shape)
}

/** Kernel = stride: space to depth, then one Gemm over all patches. */
function patchWeightGradient(b: GraphBuilder, x: Value, dy: Value, g: Geometry): Value {
  const whole = rawSlice(b, x, { axes: [2, 3], starts: [0, 0], ends: [g.oh * g.kh, g.ow * g.kw] })
  const split = rawReshape(b, whole, [g.n, g.ci, g.oh, g.kh, g.ow, g.kw])
  const patches = rawReshape(b, rawTranspose(b, split, [0, 2, 4, 1, 3, 5]), [g.n * g.oh * g.ow, g.ci * g.kh * g.kw])
  const rows = rawReshape(b, rawTranspose(b, dy, [0, 2, 3, 1]), [g.n * g.oh * g.ow, g.co])
  return rawReshape(b, rawGemm(b, rows, patches, undefined, { transA: true }), [g.co, g.ci, g.kh, g.kw])
}

/** The input pixels that kernel tap (row, column) sees, [n,ci,oh,ow]. */
function tapView(b: GraphBuilder, padded: Value, row: number, column: number, g: Geometry): Value {
  const top = row * g.dilation[0]
  const left = column * g.dilation[1]
  return rawSlice(b, padded, {
    axes: [2, 3],
    starts: [top, left],
    ends: [top + (g.oh - 1) * g.stride[0] + 1, left + (g.ow - 1) * g.stride[1] + 1],
    steps: g.stride,
  })
}

function tapViews(b: GraphBuilder, x: Value, g: Geometry): Value[] {
  const padded = rawPad(b, x, [0, 0, g.pad[0], g.pad[1]], [0, 0, g.pad[2], g.pad[3]])
  return Array.from({ length: g.kh * g.kw }, (_, t) => tapView(b, padded, Math.floor(t / g.kw), t % g.kw, g))
}

/** Below this many input channels (pictures) the taps are joined into one product; above, a product per tap is up to three times faster. */
const joinTapsBelow = 16

function tapWeightGradient(b: GraphBuilder, x: Value, dy: Value, g: Geometry): Value {
  const views = tapViews(b, x, g)
  if (g.ci < joinTapsBelow) {
    const product = channelProduct(b, dy, rawConcat(b, views, 1), g)
    return rawTranspose(b, rawReshape(b, product, [g.co, g.kh, g.kw, g.ci]), [0, 3, 1, 2])
  }
  const taps = views.map((view) => rawReshape(b, channelProduct(b, dy, view, g), [g.co, g.ci, 1]))
  return rawReshape(b, rawConcat(b, taps, 2), [g.co, g.ci, g.kh, g.kw])
}

/** Beyond this width the products of `diagonalSums` compute too much that is thrown away. */
const widestDiagonal = 128

/** dw[c,i,j] = sum over images and pixels of dy[y,x] * x[y stride + i, x stride + j], channel by channel. */
function depthwiseWeightGradient(b: GraphBuilder, x: Value, dy: Value, g: Geometry): Value {
  const taps = g.stride.every((s) => s === 1) && g.w <= widestDiagonal ? diagonalSums(b, x, dy, g) : rawConcat(b, tapSums(b, x, dy, g), 1)
  return sumImages(b, rawReshape(b, taps, [g.n, g.ci * g.kh * g.kw]), [g.co, 1, g.kh, g.kw])
}

/** One [n ci, 1] column per kernel tap: product with the tap's view of x, summed over pixels. */
function tapSums(b: GraphBuilder, x: Value, dy: Value, g: Geometry): Value[] {
  return tapViews(b, x, g).map((view) => rawReshape(b, rawReduce(b, 'ReduceSum', rawMul(b, dy, view), [2, 3], false), [g.n * g.ci, 1]))
}

/**
 * The same by matrix products, [n ci, kh kw]: P[a, (i, b)] = sum over y of x[y, a] * dy[y + pad - i, b] holds tap (i, j) on the diagonal a - b = j - pad,
 * which a product with a constant of zeros and ones adds up. Most of P is thrown away; it is still two to three times faster than one
 * multiplication per tap, because every part but the gathering of rows runs at the speed of a matrix product, on all threads.
 */
function diagonalSums(b: GraphBuilder, x: Value, dy: Value, g: Geometry): Value {
  const channels = g.n * g.ci
  const rows = rawReshape(b, x, [channels, g.h, g.w])
  const product = rawMatMul(b, rawSwap(b, rows), shiftedRows(b, rawReshape(b, dy, [channels, g.oh, g.ow]), g))
  return rawGemm(b, rawReshape(b, product, [channels, g.w * g.kh * g.ow]), diagonals(b, g), undefined, {})
}

/** [channels, oh, ow] -> [channels, h, kh ow]: beside each other, for every row of x, the rows of dy that each kernel row pairs with it (or zeros). */
function shiftedRows(b: GraphBuilder, dy: Value, g: Geometry): Value {
  const channels = g.n * g.ci
  const zeroRow = g.oh
  const withZeros = rawConcat(b, [dy, b.constant(new Float32Array(channels * g.ow), [channels, 1, g.ow])], 1)
  const indices = Array.from({ length: g.h * g.kh }, (_, at) => {
    const row = Math.floor(at / g.kh) + g.pad[0] - (at % g.kh) * g.dilation[0]
    return row >= 0 && row < g.oh ? row : zeroRow
  })
  const gathered = b.node1('Gather', [withZeros, b.ints(indices)], { dtype: dy.dtype, shape: [channels, g.h * g.kh, g.ow] }, { axis: 1 })
  return rawReshape(b, gathered, [channels, g.h, g.kh * g.ow])
}

/** [w kh ow, kh kw], 1 where entry (a, i, b) of P belongs to tap (i, j). */
function diagonals(b: GraphBuilder, g: Geometry): Value {
  const taps = g.kh * g.kw
  const ones = new Float32Array(g.w * g.kh * g.ow * taps)
  for (let column = 0; column < g.ow; column++) {
    for (let j = 0; j < g.kw; j++) {
      const a = column + j * g.dilation[1] - g.pad[1]
      if (a < 0 || a >= g.w) continue
      for (let i = 0; i < g.kh; i++) ones[((a * g.kh + i) * g.ow + column) * taps + i * g.kw + j] = 1
    }
  }
  return b.constant(ones, [g.w * g.kh * g.ow, taps])
}

function groupedWeightGradient(b: GraphBuilder, x: Value, dy: Value, g: Geometry): Value {
  invariant(g.ci % g.group === 0 && g.co % g.group === 0, 'groups divide the channels')
  const [cig, cog] = [g.ci / g.group, g.co / g.group]
  const parts = Array.from({ length: g.group }, (_, i) => {
    const xPart = rawSlice(b, x, { axes: [1], starts: [i * cig], ends: [(i + 1) * cig] })
    const dyPart = rawSlice(b, dy, { axes: [1], starts: [i * cog], ends: [(i + 1) * cog] })
    return convWeightGradient(b, xPart, [cog, cig, g.kh, g.kw], dyPart, { ...g, group: 1 })
  })
  return rawConcat(b, parts, 0)
}
