import type { SceneRandom } from './fastRandom.ts'

/** Red, green and blue, 0 to 255. */
export type Rgb = readonly [number, number, number]

export function hsv(h: number, s: number, v: number): Rgb {
  const f = (n: number): number => {
    const k = (n + h * 6) % 6
    return 255 * (v - v * s * Math.max(0, Math.min(k, 4 - k, 1)))
  }
  return [f(5), f(3), f(1)]
}

/** Colours of the world: mostly muted, seldom pure. */
export function anyColour(random: SceneRandom): Rgb {
  const saturation = random.chance(0.25) ? random.range(0.4, 1) : random.uniform() ** 2 * 0.6
  return hsv(random.uniform(), saturation, random.range(0.06, 1) ** 0.8)
}

export const mix = (a: Rgb, b: Rgb, t: number): Rgb => [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t, a[2] + (b[2] - a[2]) * t]

export const shade = (colour: Rgb, factor: number): Rgb => [colour[0] * factor, colour[1] * factor, colour[2] * factor]

/** A colour near another one; `spread` in grey levels. */
export const near = (random: SceneRandom, colour: Rgb, spread: number): Rgb => {
  const light = random.normal() * spread
  const channel = (value: number): number => Math.min(255, Math.max(0, value + light + random.normal() * spread * 0.4))
  return [channel(colour[0]), channel(colour[1]), channel(colour[2])]
}

/** A range of hues, saturations and values that one kind of thing has. */
export interface Palette {
  readonly hue: readonly [number, number]
  readonly saturation: readonly [number, number]
  readonly value: readonly [number, number]
}

export const fromPalette = (random: SceneRandom, { hue, saturation, value }: Palette): Rgb =>
  hsv((random.range(...hue) + 1) % 1, random.range(...saturation), random.range(...value))

export const palettes = {
  sky: { hue: [0.52, 0.66], saturation: [0, 0.6], value: [0.55, 1] },
  asphalt: { hue: [0, 1], saturation: [0, 0.12], value: [0.12, 0.6] },
  leaves: { hue: [0.14, 0.4], saturation: [0.15, 0.8], value: [0.08, 0.6] },
  bricks: { hue: [0, 0.1], saturation: [0.1, 0.7], value: [0.2, 0.8] },
  plaster: { hue: [0.05, 0.17], saturation: [0, 0.35], value: [0.4, 1] },
  wood: { hue: [0.04, 0.11], saturation: [0.2, 0.75], value: [0.15, 0.85] },
  skin: { hue: [0.02, 0.1], saturation: [0.2, 0.6], value: [0.25, 0.95] },
  stain: { hue: [0.7, 1.02], saturation: [0.1, 0.7], value: [0.4, 0.95] },
  soil: { hue: [0.05, 0.2], saturation: [0.1, 0.6], value: [0.1, 0.7] },
  metal: { hue: [0.5, 0.7], saturation: [0, 0.15], value: [0.2, 0.95] },
  fur: { hue: [0.03, 0.12], saturation: [0.05, 0.6], value: [0.05, 0.95] },
} as const satisfies Record<string, Palette>
