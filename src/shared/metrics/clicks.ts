/** A click of the simulation, in pixels, pixel centres at +.5. */
export interface SimulatedClick {
  readonly x: number
  readonly y: number
  readonly positive: boolean
}

/** Bytes `[H,W]`, 1 inside. */
export interface BinaryMask {
  readonly width: number
  readonly height: number
  readonly data: Uint8Array
}

/** A truth that does not say everything: bytes `[H,W]`, 1 where nobody knows (void); there nothing is clicked and nothing counts. */
export interface ClickTruth extends BinaryMask {
  readonly voids?: Uint8Array | null
}

/** What the transform of one line works in. */
interface Scratch {
  readonly line: Float64Array
  readonly out: Float64Array
  readonly bounds: Float64Array
  readonly vertices: Int32Array
}

/** Squared distance to the nearest 0 along a line, from squared distances across it (Felzenszwalb and Huttenlocher 2012: lower envelope of parabolas). */
function parabolas({ line, out, bounds, vertices }: Scratch, n: number): void {
  let k = 0
  vertices[0] = 0
  bounds[0] = -Infinity
  bounds[1] = Infinity
  for (let q = 1; q < n; q++) {
    const meets = (): number => {
      const p = vertices[k]!
      return (line[q]! + q * q - (line[p]! + p * p)) / (2 * (q - p))
    }
    let s = meets()
    while (s <= bounds[k]!) {
      k--
      s = meets()
    }
    vertices[++k] = q
    bounds[k] = s
    bounds[k + 1] = Infinity
  }
  for (let q = 0, i = 0; q < n; q++) {
    while (bounds[i + 1]! < q) i++
    out[q] = (q - vertices[i]!) ** 2 + line[vertices[i]!]!
  }
}

/** Squared distance of every pixel that is 1 to the nearest one that is not; beyond the picture nothing is 1. */
export function squaredDepth({ width, height, data }: BinaryMask): Float64Array {
  const [w, h] = [width + 2, height + 2]
  const far = 1e12
  const grid = new Float64Array(w * h)
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) if (data[y * width + x]) grid[(y + 1) * w + x + 1] = far
  const most = Math.max(w, h)
  const scratch: Scratch = {
    line: new Float64Array(most),
    out: new Float64Array(most),
    bounds: new Float64Array(most + 1),
    vertices: new Int32Array(most),
  }
  for (let x = 0; x < w; x++) {
    for (let y = 0; y < h; y++) scratch.line[y] = grid[y * w + x]!
    parabolas(scratch, h)
    for (let y = 0; y < h; y++) grid[y * w + x] = scratch.out[y]!
  }
  const depth = new Float64Array(width * height)
  for (let y = 0; y < height; y++) {
    scratch.line.set(grid.subarray((y + 1) * w, (y + 2) * w))
    parabolas(scratch, w)
    depth.set(scratch.out.subarray(1, width + 1), y * width)
  }
  return depth
}

/**
 * The next click of the standard simulation (Xu et al. 2016, in the form of Sofiiuk et al. 2022, RITM): the deepest pixel of all that is missing or of
 * all that is too much, whichever is deeper; nothing is clicked twice. Null where nothing is wrong.
 */
export function nextClick(truth: ClickTruth, answer: Uint8Array, earlier: readonly SimulatedClick[]): SimulatedClick | null {
  const { width, height, voids } = truth
  const clicked = new Set(earlier.map(({ x, y }) => Math.floor(y) * width + Math.floor(x)))
  const deepest = (isError: (i: number) => boolean): { at: number; depth: number } => {
    const depths = squaredDepth({ width, height, data: truth.data.map((_, i) => Number(!voids?.[i] && isError(i))) })
    let at = -1
    for (let i = 0; i < depths.length; i++) if (depths[i]! > (at < 0 ? 0 : depths[at]!) && !clicked.has(i)) at = i
    return { at, depth: at < 0 ? 0 : depths[at]! }
  }
  const missing = deepest((i) => truth.data[i] === 1 && answer[i] !== 1)
  const extra = deepest((i) => truth.data[i] !== 1 && answer[i] === 1)
  const positive = missing.depth >= extra.depth
  const { at, depth } = positive ? missing : extra
  return depth === 0 ? null : { x: (at % width) + 0.5, y: Math.floor(at / width) + 0.5, positive }
}

/** Intersection over union of two masks where `voids` is not 1; 1 where both are empty there. */
export function maskIou(a: Uint8Array, b: Uint8Array, voids?: Uint8Array | null): number {
  let [both, either] = [0, 0]
  for (let i = 0; i < a.length; i++) {
    if (voids?.[i]) continue
    both += a[i]! & b[i]!
    either += a[i]! | b[i]!
  }
  return either === 0 ? 1 : both / either
}

/** Clicks until an IoU is reached, `most` where it never is (NoC, number of clicks). */
export function clicksUntil(ious: readonly number[], wanted: number, most: number): number {
  const at = ious.findIndex((iou) => iou >= wanted)
  return at < 0 ? most : at + 1
}
