import { counterRng, type CounterRng } from '../../../shared/counterRng.ts'
import { classRadius, classTexture, demoClasses, demoColors, shapeDistance, type DemoClass, type Rgb } from './shapes.ts'

export const DEMO_SIZE = 256
const VOID = 255
const objectClasses = demoClasses.slice(1) as DemoClass[]

export interface DemoObject {
  name: DemoClass
  /** Visible extent, VOC convention: first pixel is 1, ends included. */
  box: { xmin: number; ymin: number; xmax: number; ymax: number }
  truncated: boolean
  occluded: boolean
}

export interface DemoPicture {
  /** RGB bytes `[256,256,3]`. */
  image: Uint8Array
  /** Class index per pixel and object number per pixel, both with 255 along outlines. */
  classes: Uint8Array
  objects: Uint8Array
  list: DemoObject[]
}

interface Placed {
  name: DemoClass
  centreX: number
  centreY: number
  angleRad: number
  radius: number
  colors: readonly [Rgb, Rgb]
  period: number
  salt: number
  area: number
}

/** Two colours that can be told apart. */
function twoColors(rng: CounterRng): [Rgb, Rgb] {
  for (;;) {
    const a = demoColors[rng.int(demoColors.length)]!
    const b = demoColors[rng.int(demoColors.length)]!
    if (Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]) > 110) return [a, b]
  }
}

/** Smooth noise on a lattice of `cell` pixels, 0..1. */
function smoothNoise(rng: CounterRng, cell: number): Float32Array {
  const side = Math.ceil(DEMO_SIZE / cell) + 2
  const lattice = Float32Array.from({ length: side * side }, () => rng.uniform())
  const out = new Float32Array(DEMO_SIZE * DEMO_SIZE)
  const ease = (t: number): number => t * t * (3 - 2 * t)
  for (let y = 0, o = 0; y < DEMO_SIZE; y++) {
    const row = Math.floor(y / cell)
    const fy = ease(y / cell - row)
    for (let x = 0; x < DEMO_SIZE; x++, o++) {
      const column = Math.floor(x / cell)
      const fx = ease(x / cell - column)
      const at = row * side + column
      const top = lattice[at]! + (lattice[at + 1]! - lattice[at]!) * fx
      const bottom = lattice[at + side]! + (lattice[at + side + 1]! - lattice[at + side]!) * fx
      out[o] = top + (bottom - top) * fy
    }
  }
  return out
}

/** Clouds of two colours with a third shimmering through. */
function paintBackground(image: Uint8Array, rng: CounterRng): void {
  const [a, b] = twoColors(rng)
  const c = demoColors[rng.int(demoColors.length)]!
  const coarse = smoothNoise(rng, 40 + rng.int(40))
  const fine = smoothNoise(rng, 14 + rng.int(10))
  for (let i = 0; i < coarse.length; i++) {
    const t = coarse[i]!
    const s = fine[i]! * 0.6
    for (let k = 0; k < 3; k++) {
      const base = a[k]! + (b[k]! - a[k]!) * t
      image[i * 3 + k] = base + (c[k]! - base) * s
    }
  }
}

/** Calls `paint` with pixel index, coverage 0..1 and the point in the object's frame, for every pixel it touches. */
function scan(object: Placed, paint: (index: number, coverage: number, u: number, v: number) => void): void {
  const { centreX, centreY, radius, angleRad } = object
  const distance = shapeDistance(object.name, radius)
  const [cos, sin] = [Math.cos(angleRad), Math.sin(angleRad)]
  const from = (centre: number): number => Math.max(0, Math.floor(centre - radius - 1))
  const to = (centre: number): number => Math.min(DEMO_SIZE - 1, Math.ceil(centre + radius + 1))
  for (let y = from(centreY); y <= to(centreY); y++) {
    for (let x = from(centreX); x <= to(centreX); x++) {
      const dx = x + 0.5 - centreX
      const dy = y + 0.5 - centreY
      const u = dx * cos + dy * sin
      const v = dy * cos - dx * sin
      const coverage = Math.min(1, Math.max(0, 0.5 - distance(u, v)))
      if (coverage > 0) paint(y * DEMO_SIZE + x, coverage, u, v)
    }
  }
}

function drawObject(rng: CounterRng, name: DemoClass): Placed {
  const radius = classRadius(name, rng.range(34, 54))
  const centre = (): number => rng.range(radius * 0.6, DEMO_SIZE - radius * 0.6)
  const [centreX, centreY] = [centre(), centre()]
  return {
    name,
    centreX,
    centreY,
    radius,
    angleRad: rng.range(0, 2 * Math.PI),
    colors: twoColors(rng),
    period: rng.range(12, 17),
    salt: rng.uint32(),
    area: 0,
  }
}

/** Puts the object on top of the numbered ones unless that would hide more than half of one of them. */
function place(numbers: Uint8Array, placed: Placed[], object: Placed): boolean {
  const covered: number[] = []
  scan(object, (index, coverage) => {
    if (coverage > 0.5) covered.push(index)
  })
  const visible = placed.map(() => 0)
  for (const number of numbers) if (number > 0) visible[number - 1]!++
  for (const index of covered) if (numbers[index]! > 0) visible[numbers[index]! - 1]!--
  if (placed.some((other, i) => visible[i]! < other.area / 2)) return false
  object.area = covered.length
  placed.push(object)
  for (const index of covered) numbers[index] = placed.length
  return true
}

function paintObject(image: Uint8Array, object: Placed, rng: CounterRng): void {
  const texture = classTexture(object.name, object.radius, object.period, object.salt)
  const [a, b] = object.colors
  // A slow change of light over the object keeps its colours from being two exact values.
  const light = rng.range(0.82, 1.12)
  const slope = rng.range(-0.16, 0.16) / object.radius
  scan(object, (index, coverage, u, v) => {
    const t = texture(u, v)
    const gain = light + slope * v
    for (let k = 0; k < 3; k++) {
      const color = Math.min(255, (a[k]! + (b[k]! - a[k]!) * t) * gain)
      const under = image[index * 3 + k]!
      image[index * 3 + k] = under + (color - under) * coverage
    }
  })
}

/** Copy of `values` with 255 wherever a neighbour belongs to another object: the void outline of VOC. */
function withOutline(numbers: Uint8Array, values: Uint8Array): Uint8Array {
  const out = values.slice()
  for (let y = 0, i = 0; y < DEMO_SIZE; y++) {
    for (let x = 0; x < DEMO_SIZE; x++, i++) {
      const n = numbers[i]!
      const differs =
        (x > 0 && numbers[i - 1] !== n) ||
        (x < DEMO_SIZE - 1 && numbers[i + 1] !== n) ||
        (y > 0 && numbers[i - DEMO_SIZE] !== n) ||
        (y < DEMO_SIZE - 1 && numbers[i + DEMO_SIZE] !== n)
      if (differs) out[i] = VOID
    }
  }
  return out
}

function describe(numbers: Uint8Array, placed: readonly Placed[]): DemoObject[] {
  const boxes = placed.map(() => ({ xmin: DEMO_SIZE, ymin: DEMO_SIZE, xmax: 1, ymax: 1 }))
  const visible = placed.map(() => 0)
  for (let i = 0; i < numbers.length; i++) {
    const number = numbers[i]!
    if (number === 0) continue
    const box = boxes[number - 1]!
    const x = (i % DEMO_SIZE) + 1
    const y = Math.floor(i / DEMO_SIZE) + 1
    visible[number - 1]!++
    if (x < box.xmin) box.xmin = x
    if (x > box.xmax) box.xmax = x
    if (y < box.ymin) box.ymin = y
    if (y > box.ymax) box.ymax = y
  }
  return placed.map(({ name, centreX, centreY, radius, area }, n) => {
    const truncated = Math.min(centreX, centreY) < radius || Math.max(centreX, centreY) > DEMO_SIZE - radius
    return { name, box: boxes[n]!, truncated, occluded: visible[n]! < area }
  })
}

/** Grain of +-7.5 grey levels, four random bits per value. */
function addGrain(image: Uint8Array, rng: CounterRng): void {
  for (let i = 0; i < image.length; i += 8) {
    const bits = rng.uint32()
    for (let k = 0; k < 8; k++) image[i + k] = Math.min(255, Math.max(0, image[i + k]! + ((bits >>> (4 * k)) & 15) - 7.5))
  }
}

/** Picture `index` of the demo; seed and index decide every pixel. Three or four objects, later ones over earlier ones. */
export function renderDemoPicture(seed: number, index: number): DemoPicture {
  const rng = counterRng(seed, 'demo', index)
  const image = new Uint8Array(DEMO_SIZE * DEMO_SIZE * 3)
  paintBackground(image, rng)
  const numbers = new Uint8Array(DEMO_SIZE * DEMO_SIZE)
  const placed: Placed[] = []
  const wanted = 3 + rng.int(2)
  for (let tries = 0; placed.length < wanted && tries < 40; tries++) {
    // Every class is equally frequent over the pictures.
    place(numbers, placed, drawObject(rng, objectClasses[(index + placed.length) % objectClasses.length]!))
  }
  for (const object of placed) paintObject(image, object, rng)
  addGrain(image, rng)
  const classOf = [0, ...placed.map((object) => demoClasses.indexOf(object.name))]
  const classes = withOutline(
    numbers,
    numbers.map((n) => classOf[n]!),
  )
  return { image, classes, objects: withOutline(numbers, numbers), list: describe(numbers, placed) }
}
