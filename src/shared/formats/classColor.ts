import { vocColor } from './vocPalette.ts'
import { isBackgroundName, vocClassNames } from './vocNames.ts'

export const hexColor = (rgb: readonly number[]): string => `#${rgb.map((v) => v.toString(16).padStart(2, '0')).join('')}`

/** Twelve hues that stay apart for colour-blind eyes, on dark and on light ground (after P. Tol's bright and vibrant schemes). */
const categorical = [
  '#4477aa', '#ee7733', '#228833', '#cc3311', '#66ccee', '#aa3377',
  '#ccbb44', '#009988', '#ee6677', '#0077bb', '#bbbbbb', '#ddaa77',
] as const // prettier-ignore

/** From the thirteenth on the hues come again, each round a shade lighter or darker. */
const shades = [0, 0.45, -0.35, 0.7, -0.55] as const

/** The categorical colour of a place; `place` counts from 0. */
export function categoricalColor(place: number): string {
  const base = categorical[place % categorical.length]!
  const shade = shades[Math.floor(place / categorical.length) % shades.length]!
  const mix = (v: number) => Math.round(shade < 0 ? v * (1 + shade) : v + (255 - v) * shade)
  return hexColor([1, 3, 5].map((at) => mix(Number.parseInt(base.slice(at, at + 2), 16))))
}

const plain = (name: string) => name.toLowerCase().replace(/[^a-z]/g, '')

/** The colour of a class nobody gave one: black for background, the VOC colour of a VOC name, else the categorical colour of its place. */
export function classColor(name: string, place: number): string {
  if (isBackgroundName(name)) return '#000000'
  const voc = vocClassNames.findIndex((known) => known === plain(name))
  return voc > 0 ? hexColor(vocColor(voc)) : categoricalColor(place)
}
