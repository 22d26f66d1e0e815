import { fastUniform } from './fastRandom.ts'

/** Side of a noise tile in cells; tiles repeat without a seam. */
export const tileSide = 256
const mask = tileSide - 1

/** A seamless tile of values in [0, 1]. */
export type NoiseTile = Float32Array

/** Lattice noise of one wavelength with smooth interpolation, added to `into` with a weight. */
function addOctave(into: Float32Array, cells: number, weight: number, uniform: () => number): void {
  const lattice = Float32Array.from({ length: cells * cells }, () => uniform() * 2 - 1)
  const step = cells / tileSide
  for (let y = 0; y < tileSide; y++) {
    const v = y * step
    const row = Math.floor(v)
    const fy = v - row
    const sy = fy * fy * (3 - 2 * fy)
    const upper = (row % cells) * cells
    const lower = ((row + 1) % cells) * cells
    for (let x = 0; x < tileSide; x++) {
      const u = x * step
      const column = Math.floor(u)
      const fx = u - column
      const sx = fx * fx * (3 - 2 * fx)
      const next = (column + 1) % cells
      const top = lattice[upper + column]! * (1 - sx) + lattice[upper + next]! * sx
      const bottom = lattice[lower + column]! * (1 - sx) + lattice[lower + next]! * sx
      into[y * tileSide + x]! += weight * (top * (1 - sy) + bottom * sy)
    }
  }
}

/** Noise whose amplitude falls by `persistence` with each doubling of the frequency: 0.5 looks like clouds, 0.9 like gravel. */
function fractalTile(persistence: number, firstCells: number, seed: number): NoiseTile {
  const uniform = fastUniform(seed)
  const tile = new Float32Array(tileSide * tileSide)
  let weight = 1
  for (let cells = firstCells; cells <= tileSide; cells *= 2) {
    addOctave(tile, cells, weight, uniform)
    weight *= persistence
  }
  return stretched(tile)
}

/** Distance to the nearest of scattered points (Worley 1996), or to the border between two of them. */
function cellTile(points: number, border: boolean, seed: number): NoiseTile {
  const uniform = fastUniform(seed)
  const xs = Float32Array.from({ length: points }, () => uniform() * tileSide)
  const ys = Float32Array.from({ length: points }, () => uniform() * tileSide)
  const tile = new Float32Array(tileSide * tileSide)
  for (let y = 0; y < tileSide; y++)
    for (let x = 0; x < tileSide; x++) {
      let first = Infinity
      let second = Infinity
      for (let i = 0; i < points; i++) {
        let dx = Math.abs(x - xs[i]!)
        let dy = Math.abs(y - ys[i]!)
        if (dx > tileSide / 2) dx = tileSide - dx
        if (dy > tileSide / 2) dy = tileSide - dy
        const d = dx * dx + dy * dy
        if (d < first) {
          second = first
          first = d
        } else if (d < second) second = d
      }
      tile[y * tileSide + x] = border ? Math.sqrt(second) - Math.sqrt(first) : Math.sqrt(first)
    }
  return stretched(tile)
}

/** Values stretched so that nearly all lie between 0 and 1: thresholds mean shares on every tile. */
function stretched(values: Float32Array): NoiseTile {
  const sorted = values.filter((_, i) => i % 17 === 0).sort()
  const low = sorted[Math.floor(sorted.length * 0.005)]!
  const high = sorted[Math.floor(sorted.length * 0.995)]!
  return values.map((v) => Math.min(1, Math.max(0, (v - low) / (high - low || 1))))
}

const kinds = [
  (seed: number) => fractalTile(0.5, 2, seed),
  (seed: number) => fractalTile(0.6, 4, seed),
  (seed: number) => fractalTile(0.7, 4, seed),
  (seed: number) => fractalTile(0.8, 8, seed),
  (seed: number) => fractalTile(0.95, 16, seed),
  (seed: number) => fractalTile(0.5, 32, seed),
  (seed: number) => fractalTile(0.7, 2, seed),
  (seed: number) => fractalTile(0.9, 64, seed),
  (seed: number) => cellTile(40, false, seed),
  (seed: number) => cellTile(60, true, seed),
  (seed: number) => cellTile(120, false, seed),
] as const

/** Some ways make two tiles. */
const tileCount = kinds.length + 8

/** Made when first asked for and kept for the process: one takes a hundredth of a second and more. */
const tiles = new Map<number, NoiseTile>()

function tileOf(i: number): NoiseTile {
  const known = tiles.get(i)
  if (known) return known
  const tile = kinds[i % kinds.length]!(7919 * (i + 1))
  tiles.set(i, tile)
  return tile
}

/** One of the tiles all scenes draw from: the same in every process. */
export const anyTile = (random: { int(n: number): number }): NoiseTile => tileOf(random.int(tileCount))

/** Broad soft clouds. */
export const cloudTile = (): NoiseTile => tileOf(0)

/** The value of a tile at a place in cells, between its four neighbours. */
export function sampleTile(tile: NoiseTile, u: number, v: number): number {
  const x = Math.floor(u)
  const y = Math.floor(v)
  const fx = u - x
  const fy = v - y
  const upper = (y & mask) << 8
  const lower = ((y + 1) & mask) << 8
  const left = x & mask
  const right = (x + 1) & mask
  const top = tile[upper | left]! * (1 - fx) + tile[upper | right]! * fx
  return top + (tile[lower | left]! * (1 - fx) + tile[lower | right]! * fx - top) * fy
}
