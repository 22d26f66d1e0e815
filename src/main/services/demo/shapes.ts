/** Object classes of the demo in mask index order (0 is background); each has its own shape and its own texture, none its own colour. */
export const demoClasses = ['background', 'disc', 'square', 'triangle', 'star', 'ring'] as const
export type DemoClass = Exclude<(typeof demoClasses)[number], 'background'>

export type Rgb = readonly [number, number, number]

/** Colours of all classes and of the background alike. */
export const demoColors: readonly Rgb[] = [
  [196, 78, 82],
  [85, 130, 189],
  [110, 168, 92],
  [218, 165, 72],
  [129, 102, 170],
  [84, 168, 176],
  [206, 206, 198],
  [62, 66, 78],
]

/** Signed distance in pixels (negative inside) from a point given in the object's own turned frame, origin at its centre. */
export type Distance = (x: number, y: number) => number

function polygonDistance(points: readonly (readonly [number, number])[]): Distance {
  const n = points.length
  const px = Float64Array.from(points, (p) => p[0])
  const py = Float64Array.from(points, (p) => p[1])
  return (x, y) => {
    let nearest = Number.POSITIVE_INFINITY
    let inside = false
    for (let i = 0, j = n - 1; i < n; j = i++) {
      const ax = px[j]!
      const ay = py[j]!
      const ex = px[i]! - ax
      const ey = py[i]! - ay
      const t = Math.min(1, Math.max(0, ((x - ax) * ex + (y - ay) * ey) / (ex * ex + ey * ey)))
      const dx = x - ax - ex * t
      const dy = y - ay - ey * t
      nearest = Math.min(nearest, dx * dx + dy * dy)
      if (ay > y !== py[i]! > y && x < ax + ((y - ay) / ey) * ex) inside = !inside
    }
    return inside ? -Math.sqrt(nearest) : Math.sqrt(nearest)
  }
}

const corners = (count: number, radius: (i: number) => number): [number, number][] =>
  Array.from({ length: count }, (_, i) => [
    radius(i) * Math.sin((2 * Math.PI * i) / count),
    -radius(i) * Math.cos((2 * Math.PI * i) / count),
  ])

const RING_MIDDLE = 0.7
const RING_HALF = 0.3
const STATIC = 3
/** Radii that give all classes about the same area. */
const reach: Record<DemoClass, number> = { disc: 0.9, square: 1.05, triangle: 1.3, star: 1.25, ring: 1.05 }

/** Radius of a class for a common size in pixels. */
export const classRadius = (name: DemoClass, size: number): number => size * reach[name]

/** The outline of a class whose farthest point lies `radius` pixels from the centre. */
export function shapeDistance(name: DemoClass, radius: number): Distance {
  switch (name) {
    case 'disc':
      return (x, y) => Math.hypot(x, y) - radius
    case 'square':
      return (x, y) => Math.max(Math.abs(x), Math.abs(y)) - radius * Math.SQRT1_2
    case 'triangle':
      return polygonDistance(corners(3, () => radius))
    case 'star':
      return polygonDistance(corners(10, (i) => (i % 2 === 0 ? radius : radius * 0.5)))
    case 'ring':
      return (x, y) => Math.abs(Math.hypot(x, y) - radius * RING_MIDDLE) - radius * RING_HALF
  }
}

/** How much of the second colour (0..1) a texture shows at a point of the object's own frame. */
export type Texture = (x: number, y: number) => number

const wrap = (value: number, period: number): number => value - Math.floor(value / period) * period
const soft = (distance: number): number => Math.min(1, Math.max(0, 0.5 - distance))

function cellNoise(x: number, y: number, salt: number): number {
  let h = Math.imul(x, 0x27d4eb2d) ^ Math.imul(y, 0x165667b1) ^ salt
  h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d)
  h = Math.imul(h ^ (h >>> 12), 0x297a2d39)
  return ((h ^ (h >>> 15)) >>> 0) / 0x100000000
}

/** The texture of a class on an object of this radius; `period` is the size of its pattern in pixels. */
export function classTexture(name: DemoClass, radius: number, period: number, salt: number): Texture {
  const half = period / 2
  switch (name) {
    case 'disc':
      // dots on a square lattice
      return (x, y) => soft(Math.hypot(wrap(x, period) - half, wrap(y, period) - half) - period * 0.3)
    case 'square':
      // stripes
      return (x) => soft(Math.abs(wrap(x, period) - half) - period * 0.25)
    case 'triangle':
      // a chessboard
      return (x, y) => ((Math.floor(x / half) + Math.floor(y / half)) % 2 === 0 ? 0 : 1)
    case 'star':
      // fine blocks of chance
      return (x, y) => cellNoise(Math.floor(x / STATIC), Math.floor(y / STATIC), salt)
    case 'ring':
      // smooth, from the middle of the band to its edges
      return (x, y) => Math.min(1, Math.abs(Math.hypot(x, y) - radius * RING_MIDDLE) / (radius * RING_HALF))
  }
}
