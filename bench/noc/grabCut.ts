import type { SimulatedClick } from '../../src/shared/metrics/clicks.ts'
import { minimumCut } from './minimumCut.ts'

interface Picture {
  readonly rgb: Uint8Array
  readonly width: number
  readonly height: number
}

/** Pixels of the long side that the cut is computed at. */
const workSide = 160
const components = 5
const rounds = 4
const smoothness = 20

/**
 * GrabCut (Rother et al. 2004) from clicks: two mixtures of five Gaussians with diagonal covariance, contrast-sensitive neighbours, a minimum cut,
 * repeated. Fixed are discs around the clicks; before anything is known, the picture's border stands for the background unless it was clicked as object.
 * At 160 pixels, then nearest to the picture.
 */
export function grabCut(picture: Picture, clicks: readonly SimulatedClick[]): Uint8Array {
  const scale = Math.min(1, workSide / Math.max(picture.width, picture.height))
  const [w, h] = [Math.max(1, Math.round(picture.width * scale)), Math.max(1, Math.round(picture.height * scale))]
  const pixels = shrink(picture, w, h)
  const fixed = seeds(clicks, w, h, picture)
  let inside: Uint8Array = Uint8Array.from(fixed, (seed) => Number(seed === 1))
  let background: Uint8Array = Uint8Array.from(fixed, (seed, i) => Number(seed === 2 || (seed === 0 && isBorder(i, w, h))))
  const edges = neighbours(pixels, w, h)
  for (let round = 0; round < rounds; round++) {
    const [object, ground] = [mixture(pixels, inside), mixture(pixels, background)]
    if (!object || !ground) break
    const toObject = new Float64Array(w * h)
    const toGround = new Float64Array(w * h)
    for (let i = 0; i < w * h; i++) {
      const costs = [cost(object, pixels, i), cost(ground, pixels, i)] as const
      const least = Math.min(...costs)
      toObject[i] = fixed[i] === 1 ? 1e6 : fixed[i] === 2 ? 0 : costs[1] - least
      toGround[i] = fixed[i] === 2 ? 1e6 : fixed[i] === 1 ? 0 : costs[0] - least
    }
    inside = minimumCut(w, h, toObject, toGround, edges)
    background = inside.map((value) => 1 - value)
  }
  inside = connected(inside, fixed, w)
  const out = new Uint8Array(picture.width * picture.height)
  for (let y = 0; y < picture.height; y++)
    for (let x = 0; x < picture.width; x++)
      out[y * picture.width + x] =
        inside[Math.min(h - 1, Math.floor((y * h) / picture.height)) * w + Math.min(w - 1, Math.floor((x * w) / picture.width))]!
  return out
}

const isBorder = (i: number, w: number, h: number): boolean => i % w < 2 || i % w >= w - 2 || i < 2 * w || i >= (h - 2) * w

function shrink({ rgb, width, height }: Picture, w: number, h: number): Float64Array {
  const out = new Float64Array(w * h * 3)
  const counts = new Float64Array(w * h)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const at = Math.min(h - 1, Math.floor((y * h) / height)) * w + Math.min(w - 1, Math.floor((x * w) / width))
      counts[at]!++
      for (let c = 0; c < 3; c++) out[at * 3 + c]! += rgb[(y * width + x) * 3 + c]!
    }
  for (let i = 0; i < w * h * 3; i++) out[i]! /= counts[Math.floor(i / 3)]! || 1
  return out
}

/** 1 object, 2 background, 0 not known. */
function seeds(clicks: readonly SimulatedClick[], w: number, h: number, { width, height }: Picture): Uint8Array {
  const fixed = new Uint8Array(w * h)
  for (const { x, y, positive } of clicks) {
    const [cx, cy] = [(x * w) / width, (y * h) / height]
    for (let v = Math.max(0, Math.floor(cy - 2)); v < Math.min(h, cy + 3); v++)
      for (let u = Math.max(0, Math.floor(cx - 2)); u < Math.min(w, cx + 3); u++)
        if (Math.hypot(u + 0.5 - cx, v + 0.5 - cy) <= 2) fixed[v * w + u] = positive ? 1 : 2
  }
  return fixed
}

interface Gaussian {
  readonly weight: number
  readonly mean: readonly [number, number, number]
  readonly variance: readonly [number, number, number]
}

/** Five clusters of the chosen pixels' colours (k-means from evenly spread ones), each a Gaussian. */
function mixture(pixels: Float64Array, chosen: Uint8Array): readonly Gaussian[] | null {
  const own: number[] = []
  chosen.forEach((value, i) => value && own.push(i))
  if (own.length === 0) return null
  const k = Math.min(components, own.length)
  const byLight = [...own].sort((a, b) => pixels[a * 3 + 1]! - pixels[b * 3 + 1]!)
  const colour = (i: number): [number, number, number] => [pixels[i * 3]!, pixels[i * 3 + 1]!, pixels[i * 3 + 2]!]
  let means = Array.from({ length: k }, (_, j) => colour(byLight[Math.floor(((j + 0.5) / k) * own.length)]!))
  let groups: number[][] = []
  for (let round = 0; round < 6; round++) {
    groups = means.map(() => [])
    for (const i of own) {
      const distances = means.map((m) => m.reduce((sum, value, c) => sum + (value - pixels[i * 3 + c]!) ** 2, 0))
      groups[distances.indexOf(Math.min(...distances))]!.push(i)
    }
    means = groups.map((group, j) =>
      group.length === 0 ? means[j]! : ([0, 1, 2].map((c) => average(group, (i) => pixels[i * 3 + c]!)) as [number, number, number]),
    )
  }
  return groups.flatMap((group, j) => {
    if (group.length === 0) return []
    const mean = means[j]!
    const variance = [0, 1, 2].map((c) => average(group, (i) => (pixels[i * 3 + c]! - mean[c]!) ** 2) + 25) as [number, number, number]
    return [{ weight: group.length / own.length, mean, variance }]
  })
}

const average = (of: readonly number[], value: (i: number) => number): number => of.reduce((sum, i) => sum + value(i), 0) / of.length

/** -log of the mixture's density at a pixel, by its likeliest part, as in GrabCut. */
function cost(parts: readonly Gaussian[], pixels: Float64Array, i: number): number {
  let least = Infinity
  for (const { weight, mean, variance } of parts) {
    let sum = -Math.log(weight)
    for (let c = 0; c < 3; c++) sum += 0.5 * Math.log(variance[c]!) + (pixels[i * 3 + c]! - mean[c]!) ** 2 / (2 * variance[c]!)
    least = Math.min(least, sum)
  }
  return least
}

/** Weights between each pixel and its right and lower neighbour: what cutting there costs. */
function neighbours(pixels: Float64Array, w: number, h: number): { right: Float64Array; below: Float64Array } {
  const difference = (i: number, j: number): number => [0, 1, 2].reduce((sum, c) => sum + (pixels[i * 3 + c]! - pixels[j * 3 + c]!) ** 2, 0)
  const right = new Float64Array(w * h)
  const below = new Float64Array(w * h)
  let [sum, count] = [0, 0]
  for (let i = 0; i < w * h; i++) {
    if (i % w < w - 1) {
      right[i] = difference(i, i + 1)
      sum += right[i]!
      count++
    }
    if (i < (h - 1) * w) {
      below[i] = difference(i, i + w)
      sum += below[i]!
      count++
    }
  }
  const beta = 1 / (2 * Math.max(1e-6, sum / Math.max(1, count)))
  for (let i = 0; i < w * h; i++) {
    right[i] = i % w < w - 1 ? smoothness * Math.exp(-beta * right[i]!) : 0
    below[i] = i < (h - 1) * w ? smoothness * Math.exp(-beta * below[i]!) : 0
  }
  return { right, below }
}

/** The parts of a mask that hold a seed of the object. */
function connected(mask: Uint8Array, fixed: Uint8Array, w: number): Uint8Array {
  const kept = new Uint8Array(mask.length)
  const waiting: number[] = []
  fixed.forEach((seed, i) => seed === 1 && waiting.push(i))
  while (waiting.length > 0) {
    const at = waiting.pop()!
    if (kept[at] || !mask[at]) continue
    kept[at] = 1
    const x = at % w
    for (const next of [x > 0 ? at - 1 : -1, x < w - 1 ? at + 1 : -1, at - w, at + w])
      if (next >= 0 && next < mask.length) waiting.push(next)
  }
  return kept
}
