/** Steps between corners of pixels: sideways, then the diagonals; the opposite of step i is i ^ 1. */
export const steps = [
  [1, 0],
  [-1, 0],
  [0, 1],
  [0, -1],
  [1, 1],
  [-1, -1],
  [1, -1],
  [-1, 1],
] as const

/** Dearest step of all, in the whole numbers that costs are told in. */
export const mostCost = 255

/** Weights of the terms (Mortensen and Barrett 1995, section 3.1): ridge of the gradient, its direction, its strength. */
const weights = { ridge: 0.43, direction: 0.43, strength: 0.14 } as const

/** What is known of the corners of a window of pixels; there is one corner more than pixels each way. */
export interface EdgeField {
  readonly columns: number
  readonly rows: number
  /** Of every corner: 0 on the ridge of the strongest edge, 1 where nothing is; ridge and strength weighed. */
  readonly own: Float32Array
  /** Unit direction along the edge at every corner. */
  readonly alongX: Float32Array
  readonly alongY: Float32Array
}

/** One channel, smoothed by the binomial 1 2 1 both ways, the ends repeated. */
function smoothChannel(rgba: ArrayLike<number>, width: number, height: number, channel: number): Float32Array {
  const across = new Float32Array(width * height)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const left = rgba[4 * (y * width + Math.max(0, x - 1)) + channel]!
      const right = rgba[4 * (y * width + Math.min(width - 1, x + 1)) + channel]!
      across[y * width + x] = (left + 2 * rgba[4 * (y * width + x) + channel]! + right) / 4
    }
  }
  const smooth = new Float32Array(width * height)
  for (let y = 0; y < height; y++) {
    const up = Math.max(0, y - 1) * width
    const down = Math.min(height - 1, y + 1) * width
    for (let x = 0; x < width; x++) smooth[y * width + x] = (across[up + x]! + 2 * across[y * width + x]! + across[down + x]!) / 4
  }
  return smooth
}

/** The gradient at every corner of the window: of the colour channel in which it is strongest there. Border corners have none. */
function gradients(rgba: ArrayLike<number>, width: number, height: number): { readonly gx: Float32Array; readonly gy: Float32Array } {
  const columns = width + 1
  const gx = new Float32Array(columns * (height + 1))
  const gy = new Float32Array(columns * (height + 1))
  for (let channel = 0; channel < 3; channel++) {
    const values = smoothChannel(rgba, width, height, channel)
    for (let y = 1; y < height; y++) {
      for (let x = 1; x < width; x++) {
        const at = y * width + x
        const [nw, ne, sw, se] = [values[at - width - 1]!, values[at - width]!, values[at - 1]!, values[at]!]
        const dx = ne + se - nw - sw
        const dy = sw + se - nw - ne
        const corner = y * columns + x
        if (dx * dx + dy * dy <= gx[corner]! ** 2 + gy[corner]! ** 2) continue
        gx[corner] = dx
        gy[corner] = dy
      }
    }
  }
  return { gx, gy }
}

/**
 * The edges of a window of RGBA pixels, told at the corners of pixels, where borders between regions run: an edge between two columns of pixels is
 * strongest at the corners between them. After Mortensen and Barrett, Intelligent Scissors for Image Composition, SIGGRAPH 1995, section 3.1; whether a
 * corner lies on an edge is told by the gradient being greatest there across the edge (Canny 1986) instead of by a zero of the Laplacian.
 */
export function edgeField(rgba: ArrayLike<number>, width: number, height: number): EdgeField {
  const columns = width + 1
  const rows = height + 1
  const { gx, gy } = gradients(rgba, width, height)
  const strength = new Float32Array(columns * rows)
  let most = 0
  for (let i = 0; i < strength.length; i++) {
    strength[i] = Math.hypot(gx[i]!, gy[i]!)
    if (strength[i]! > most) most = strength[i]!
  }
  const own = new Float32Array(columns * rows)
  const alongX = new Float32Array(columns * rows)
  const alongY = new Float32Array(columns * rows)
  for (let y = 0, i = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++, i++) {
      const here = strength[i]!
      if (here === 0) {
        own[i] = weights.ridge + weights.strength
        continue
      }
      const [nx, ny] = [gx[i]! / here, gy[i]! / here]
      alongX[i] = -ny
      alongY[i] = nx
      // The neighbours across the edge, to the nearest corner.
      const ahead = inside(x + Math.round(nx), y + Math.round(ny), columns, rows)
      const behind = inside(x - Math.round(nx), y - Math.round(ny), columns, rows)
      const ridge = here >= (ahead < 0 ? 0 : strength[ahead]!) && here >= (behind < 0 ? 0 : strength[behind]!)
      own[i] = (ridge ? 0 : weights.ridge) + weights.strength * (1 - here / most)
    }
  }
  return { columns, rows, own, alongX, alongY }
}

const inside = (x: number, y: number, columns: number, rows: number): number =>
  x < 0 || y < 0 || x >= columns || y >= rows ? -1 : y * columns + x

/** Cost of a step between neighbouring corners, 1 to `mostCost`: cheap along an edge, dear across one and where there is none; a diagonal counts by its length. */
export function stepCost({ own, alongX, alongY }: EdgeField, from: number, to: number, dx: number, dy: number): number {
  const length = dx !== 0 && dy !== 0 ? Math.SQRT2 : 1
  // How far the edge at both ends runs along the step, 0 to 1 each.
  const along = (Math.abs(dx * alongX[from]! + dy * alongY[from]!) + Math.abs(dx * alongX[to]! + dy * alongY[to]!)) / length
  const cost = own[to]! + weights.direction * (1 - along / 2)
  return 1 + Math.round(((mostCost - 1) * cost * length) / Math.SQRT2)
}
