import { anyColour, mix, near, shade, type Rgb } from './colour.ts'
import type { SceneRandom } from './fastRandom.ts'
import { anyTile, sampleTile } from './noiseBank.ts'

/** Writes the colour at a place of the picture into `out`. */
export type Surface = (x: number, y: number, out: Float32Array) => void

export interface SurfaceOptions {
  readonly colour?: Rgb
  /** Bounds of what is painted: shading runs over them. */
  readonly box: readonly [x: number, y: number, width: number, height: number]
  /** Contrast of the texture, 0 for none; drawn when absent. */
  readonly contrast?: number
  readonly texture?: Texture
  /** Strength of light and shade over the body, 0 for none; drawn when absent. */
  readonly relief?: number
}

const textures = ['flat', 'noise', 'noise', 'stripes', 'checks', 'dots', 'marble', 'grid', 'spots', 'weave'] as const
export type Texture = (typeof textures)[number]

/** How far the texture is from the first colour towards the second, 0 to 1. */
type Pattern = (x: number, y: number) => number

const soft = (t: number): number => (t < 0 ? 0 : t > 1 ? 1 : t)

function noisePattern(random: SceneRandom, hardness = random.chance(0.3) ? random.range(2, 8) : 1): Pattern {
  const tile = anyTile(random)
  const zoom = random.scale(0.25, 4)
  const angle = random.range(0, Math.PI * 2)
  const stretch = random.chance(0.3) ? random.scale(0.15, 1) : 1
  const [c, s] = [Math.cos(angle) * zoom, Math.sin(angle) * zoom]
  const [du, dv] = [random.range(0, 256), random.range(0, 256)]
  const level = random.range(0.3, 0.7)
  return (x, y) => {
    const t = sampleTile(tile, du + x * c - y * s, dv + (x * s + y * c) * stretch)
    return hardness === 1 ? t : soft((t - level) * hardness + 0.5)
  }
}

function wavePattern(random: SceneRandom, square: boolean): Pattern {
  const angle = random.chance(0.4) ? random.pick([0, Math.PI / 2]) : random.range(0, Math.PI)
  const wavelength = random.scale(3, 50)
  const [c, s] = [(Math.cos(angle) * 2 * Math.PI) / wavelength, (Math.sin(angle) * 2 * Math.PI) / wavelength]
  const warp = random.chance(0.4) ? noisePattern(random, 1) : null
  const bend = random.range(1, 6)
  const duty = random.range(-0.6, 0.6)
  return (x, y) => {
    const wave = Math.sin(x * c + y * s + (warp ? warp(x, y) * bend : 0))
    return square ? soft((wave - duty) * 4 + 0.5) : wave * 0.5 + 0.5
  }
}

function gridPattern(random: SceneRandom): Pattern {
  const [w, h] = [random.scale(5, 40), random.scale(5, 40)]
  const gap = random.range(0.1, 0.6)
  const shift = random.chance(0.5) ? 0.5 : 0
  const angle = random.chance(0.6) ? 0 : random.range(-0.6, 0.6)
  const [c, s] = [Math.cos(angle), Math.sin(angle)]
  const [du, dv] = [random.range(0, 99), random.range(0, 99)]
  return (x, y) => {
    const v = (dv + y * c - x * s) / h
    const row = Math.floor(v)
    const u = (du + x * c + y * s) / w + (row & 1) * shift
    const fu = u - Math.floor(u)
    const fv = v - row
    return Math.min(soft((Math.min(fu, 1 - fu) - gap / 2) * w + 0.5), soft((Math.min(fv, 1 - fv) - gap / 2) * h + 0.5))
  }
}

function dotPattern(random: SceneRandom): Pattern {
  const size = random.scale(4, 30)
  const radius = random.range(0.15, 0.48)
  const angle = random.range(0, 1.5)
  const [c, s] = [Math.cos(angle) / size, Math.sin(angle) / size]
  return (x, y) => {
    const u = x * c - y * s
    const v = x * s + y * c
    return soft((radius - Math.hypot(u - Math.round(u), v - Math.round(v))) * size + 0.5)
  }
}

function checkPattern(random: SceneRandom): Pattern {
  const [a, b] = [wavePattern(random, true), wavePattern(random, true)]
  return (x, y) => {
    const [p, q] = [a(x, y), b(x, y)]
    return p + q - 2 * p * q
  }
}

function marblePattern(random: SceneRandom): Pattern {
  const tile = noisePattern(random, 1)
  const folds = random.range(4, 25)
  return (x, y) => Math.sin(tile(x, y) * folds) * 0.5 + 0.5
}

function weavePattern(random: SceneRandom): Pattern {
  const [a, b] = [wavePattern(random, false), wavePattern(random, false)]
  return (x, y) => (a(x, y) + b(x, y)) / 2
}

function patternOf(random: SceneRandom, texture: Texture): Pattern | null {
  switch (texture) {
    case 'flat':
      return null
    case 'noise':
      return noisePattern(random)
    case 'stripes':
      return wavePattern(random, random.chance(0.6))
    case 'checks':
      return checkPattern(random)
    case 'dots':
      return dotPattern(random)
    case 'marble':
      return marblePattern(random)
    case 'grid':
      return gridPattern(random)
    case 'spots':
      return noisePattern(random, random.range(6, 20))
    case 'weave':
      return weavePattern(random)
  }
}

/** Light and shade over a body: a slope, a dome or a cylinder, and sometimes a highlight. */
function reliefOf(random: SceneRandom, [x0, y0, width, height]: SurfaceOptions['box'], strength: number): Pattern {
  const angle = random.range(0, Math.PI * 2)
  const [c, s] = [Math.cos(angle), Math.sin(angle)]
  const kind = random.int(4)
  const shiny = random.chance(0.2) ? random.range(0.2, 0.8) : 0
  const [hx, hy] = [random.range(-0.5, 0.5), random.range(-0.5, 0.5)]
  const size = random.range(0.1, 0.4)
  return (x, y) => {
    const u = ((x - x0) / (width || 1)) * 2 - 1
    const v = ((y - y0) / (height || 1)) * 2 - 1
    const along = u * c + v * s
    const body =
      kind === 0 ? along : kind === 1 ? 0.6 - (u * u + v * v) + along * 0.4 : kind === 2 ? 0.5 - u * u + along * 0.3 : along * 0.5
    const shine = shiny > 0 ? shiny * Math.exp(-((u - hx) ** 2 + (v - hy) ** 2) / (size * size)) : 0
    return 1 + strength * body + shine
  }
}

/** A surface of one or two colours with a texture, a second finer one, and light over it. */
export function makeSurface(random: SceneRandom, options: SurfaceOptions): Surface {
  const colour = options.colour ?? anyColour(random)
  const contrast = options.contrast ?? (random.chance(0.25) ? random.range(0.5, 1) : random.uniform() ** 2 * 0.6)
  const other = random.chance(0.7) ? near(random, shade(colour, random.range(0.3, 1.7)), 20) : anyColour(random)
  const second = mix(colour, other, contrast)
  const pattern = patternOf(random, options.texture ?? random.pick(textures))
  const fine = random.chance(0.75) ? noisePattern(random, 1) : null
  const grain = random.uniform() ** 2 * 70
  const relief = reliefOf(random, options.box, options.relief ?? random.uniform() ** 1.5 * 0.7)
  return (x, y, out) => {
    const t = pattern ? pattern(x, y) : 0
    const light = relief(x, y)
    const rough = fine ? (fine(x, y) - 0.5) * grain : 0
    out[0] = (colour[0] + (second[0] - colour[0]) * t + rough) * light
    out[1] = (colour[1] + (second[1] - colour[1]) * t + rough) * light
    out[2] = (colour[2] + (second[2] - colour[2]) * t + rough) * light
  }
}
