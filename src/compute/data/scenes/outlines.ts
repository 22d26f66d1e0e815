import type { SceneRandom } from './fastRandom.ts'

export type ScenePoint = readonly [x: number, y: number]
/** Closed rings; what the non-zero rule encloses is inside, so a ring that runs the other way is a hole. */
export type Outline = readonly (readonly ScenePoint[])[]

const tau = Math.PI * 2

/** Every point through a function. */
export const mapOutline = (outline: Outline, f: (x: number, y: number) => ScenePoint): Outline =>
  outline.map((ring) => ring.map(([x, y]) => f(x, y)))

/** An outline around the origin, turned, stretched and moved to its place. */
export function placed(outline: Outline, x: number, y: number, width: number, height: number, angle = 0): Outline {
  const cos = Math.cos(angle)
  const sin = Math.sin(angle)
  return mapOutline(outline, (px, py) => {
    const [u, v] = [px * width, py * height]
    return [x + u * cos - v * sin, y + u * sin + v * cos]
  })
}

function around(count: number, radius: (angle: number, i: number) => number, phase = 0): ScenePoint[] {
  return Array.from({ length: count }, (_, i) => {
    const angle = phase + (i / count) * tau
    const r = radius(angle, i)
    return [Math.cos(angle) * r, Math.sin(angle) * r]
  })
}

/** Half a unit in every direction from the origin. */
export const ellipse = (count = 40): Outline => [around(count, () => 0.5)]

export const rectangle: Outline = [
  [
    [-0.5, -0.5],
    [0.5, -0.5],
    [0.5, 0.5],
    [-0.5, 0.5],
  ],
]

/** A rectangle with round corners; `round` is the share of half a side. */
export function roundedBox(round: number, exponent = 2): Outline {
  const power = exponent / Math.max(0.15, round) ** 0.9
  return [
    around(56, (angle) => {
      const c = Math.abs(Math.cos(angle))
      const s = Math.abs(Math.sin(angle))
      return 0.5 / (c ** power + s ** power) ** (1 / power)
    }),
  ]
}

/** A closed smooth curve: a circle whose radius is disturbed by a few waves. */
export function blob(random: SceneRandom, roughness = 0.35): Outline {
  const waves = Array.from({ length: 2 + random.int(5) }, (_, i) => ({
    times: i + 1 + random.int(2),
    size: (roughness * random.uniform()) / (i + 1) ** 0.7,
    phase: random.range(0, tau),
  }))
  return [around(72, (angle) => 0.4 * Math.max(0.15, 1 + waves.reduce((sum, w) => sum + w.size * Math.sin(angle * w.times + w.phase), 0)))]
}

/** A curve with fine irregular bumps, as a tree's crown or a torn edge. */
export function ragged(random: SceneRandom): Outline {
  const count = 60 + random.int(60)
  const fine = random.range(0.05, 0.3)
  const base = blob(random, 0.4)[0]!
  return [
    Array.from({ length: count }, (_, i) => {
      const [x, y] = base[Math.floor((i / count) * base.length)]!
      const r = 1 + fine * (random.uniform() - 0.5)
      return [x * r, y * r] as const
    }),
  ]
}

export function polygon(random: SceneRandom, corners = 3 + random.int(6)): Outline {
  const uneven = random.range(0, 0.6)
  return [around(corners, () => 0.5 * (1 - uneven * random.uniform()), random.range(0, tau))]
}

export function star(random: SceneRandom): Outline {
  const points = 3 + random.int(8)
  const inner = random.range(0.2, 0.75)
  return [around(points * 2, (_, i) => (i % 2 === 0 ? 0.5 : 0.5 * inner), random.range(0, tau))]
}

export function gear(random: SceneRandom): Outline {
  const teeth = 6 + random.int(10)
  const inner = random.range(0.7, 0.9)
  const outer = around(teeth * 4, (_, i) => (i % 4 < 2 ? 0.5 : 0.5 * inner))
  return random.chance(0.6) ? [outer, reversed(around(30, () => random.range(0.1, 0.25)))] : [outer]
}

const reversed = (ring: readonly ScenePoint[]): ScenePoint[] => [...ring].reverse()

/** A disc, or an outline, with a hole of the same form. */
export function ring(random: SceneRandom, form: Outline = ellipse()): Outline {
  const inner = random.range(0.3, 0.85)
  return [form[0]!, reversed(form[0]!).map(([x, y]) => [x * inner, y * inner] as const)]
}

/** The outline of a curve of some width that may change along it. */
export function strip(points: readonly ScenePoint[], width: (t: number) => number): Outline {
  const left: ScenePoint[] = []
  const right: ScenePoint[] = []
  points.forEach(([x, y], i) => {
    const [ax, ay] = points[Math.max(0, i - 1)]!
    const [bx, by] = points[Math.min(points.length - 1, i + 1)]!
    const length = Math.hypot(bx - ax, by - ay) || 1
    const half = width(i / Math.max(1, points.length - 1)) / 2
    const [nx, ny] = [(-(by - ay) / length) * half, ((bx - ax) / length) * half]
    left.push([x + nx, y + ny])
    right.push([x - nx, y - ny])
  })
  return [[...left, ...right.reverse()]]
}

/** A wandering curve from one place, in steps that turn a little. */
export function wander(random: SceneRandom, from: ScenePoint, length: number, bend: number): ScenePoint[] {
  const steps = 24
  let [x, y] = from
  let angle = random.range(0, tau)
  let turn = random.normal() * bend
  return Array.from({ length: steps }, () => {
    const here: ScenePoint = [x, y]
    turn = turn * 0.85 + random.normal() * bend * 0.4
    angle += turn
    x += (Math.cos(angle) * length) / steps
    y += (Math.sin(angle) * length) / steps
    return here
  })
}

/** A sign of a made-up alphabet: two to four strokes in a box. */
export function glyph(random: SceneRandom): Outline {
  const weight = random.range(0.1, 0.24)
  const at = (): number => random.pick([-0.4, 0, 0.4])
  const strokes = 2 + random.int(3)
  return Array.from({ length: strokes }, () => {
    const [a, b]: ScenePoint[] = random.chance(0.7)
      ? random.chance(0.5)
        ? [
            [at(), -0.45],
            [at(), 0.45],
          ]
        : [
            [-0.4, at()],
            [0.4, at()],
          ]
      : [
          [at(), at()],
          [at(), at()],
        ]
    const bow = random.chance(0.3) ? random.range(-0.3, 0.3) : 0
    const points = Array.from({ length: 9 }, (_, i): ScenePoint => {
      const t = i / 8
      const swell = Math.sin(t * Math.PI) * bow
      return [a![0] + (b![0] - a![0]) * t + swell, a![1] + (b![1] - a![1]) * t + swell]
    })
    return strip(points, () => weight)[0]!
  })
}

/** A body of revolution seen from the side: a symmetric profile from top to bottom. */
export function lathe(random: SceneRandom): Outline {
  const knots = 3 + random.int(5)
  const widths = Array.from({ length: knots }, () => random.range(0.12, 0.5))
  if (random.chance(0.5)) widths[0] = random.range(0.06, 0.2)
  const count = 30
  const half = Array.from({ length: count }, (_, i): ScenePoint => {
    const t = (i / (count - 1)) * (knots - 1)
    const k = Math.min(knots - 2, Math.floor(t))
    const f = t - k
    const s = f * f * (3 - 2 * f)
    return [widths[k]! * (1 - s) + widths[k + 1]! * s, i / (count - 1) - 0.5]
  })
  return [[...half, ...half.map(([x, y]): ScenePoint => [-x, y]).reverse()]]
}

/** Any of the forms that stand alone. */
export function anyOutline(random: SceneRandom): Outline {
  switch (random.int(12)) {
    case 0:
    case 1:
      return blob(random, random.range(0.1, 0.9))
    case 2:
      return ragged(random)
    case 3:
      return polygon(random)
    case 4:
      return star(random)
    case 5:
      return ellipse()
    case 6:
      return rectangle
    case 7:
      return roundedBox(random.range(0.2, 1))
    case 8:
      return ring(random, random.chance(0.7) ? ellipse() : rectangle)
    case 9:
      return lathe(random)
    case 10:
      return random.chance(0.5) ? gear(random) : glyph(random)
    default:
      return placed(strip(wander(random, [0, 0], random.range(1, 2.5), random.range(0.02, 0.25)), tapering(random)), 0, 0, 0.7, 0.7)
  }
}

function tapering(random: SceneRandom): (t: number) => number {
  const width = random.scale(0.02, 0.3)
  const end = random.range(0.1, 1)
  return (t) => width * (1 + (end - 1) * t)
}
