import type { Annotation } from '../../../shared/model/annotation.ts'
import type { Id } from '../../../shared/model/ids.ts'
import { objectColor } from './objectColor.ts'

/** Colours and names the painter needs; the page reads them from the theme and the class list. */
export interface PaintStyle {
  readonly classes: ReadonlyMap<Id, { readonly color: string; readonly name: string }>
  readonly unknownClass: { readonly color: string; readonly name: string }
  readonly voidName: string
  /** Every object has a colour of its own. */
  readonly byObject: boolean
  readonly accent: string
  readonly fontFamily: string
}

export const defaultStyle: PaintStyle = {
  classes: new Map(),
  unknownClass: { color: '#b8bec4', name: '?' },
  voidName: 'void',
  byObject: false,
  accent: '#2fa8bd',
  fontFamily: 'sans-serif',
}

/** '#rrggbb' -> red, green, blue. */
export function rgbOf(color: string): readonly [number, number, number] {
  const value = Number.parseInt(color.slice(1), 16)
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255]
}

/** Worked out once for every colour: it is asked for every shape whenever one changes. */
const visibleColors = new Map<string, string>()

/**
 * The class colour as it is drawn over pictures: very dark ones (VOC has black and dark blue) are lifted until they can be told from a shadow.
 */
export function visibleColor(color: string): string {
  let shown = visibleColors.get(color)
  if (shown === undefined) visibleColors.set(color, (shown = lifted(color)))
  return shown
}

function lifted(color: string): string {
  const [r, g, b] = rgbOf(color)
  const brightness = luminance(r, g, b)
  if (brightness >= 0.16) return color
  const lift = (channel: number): number => Math.round(channel + (255 - channel) * 0.38)
  return `#${[r, g, b].map((channel) => lift(channel).toString(16).padStart(2, '0')).join('')}`
}

/** Relative luminance (WCAG 2). */
function luminance(r: number, g: number, b: number): number {
  const linear = (channel: number): number => {
    const c = channel / 255
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4
  }
  return 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b)
}

/** Black or white, whichever stands out more on a class colour. */
export function inkOn(color: string): string {
  const [r, g, b] = rgbOf(color)
  const l = luminance(r, g, b)
  return (l + 0.05) / 0.05 >= 1.05 / (l + 0.05) ? '#000000' : '#ffffff'
}

/** Name and colour of a record, or of what is being drawn, which has no id yet. */
export function classOf(
  style: PaintStyle,
  { id, classId, region }: Pick<Annotation, 'classId' | 'region'> & { readonly id?: Annotation['id'] },
): { readonly color: string; readonly name: string } {
  if (region === 'void') return { color: '#e0e0c0', name: style.voidName }
  const known = (classId === null ? undefined : style.classes.get(classId)) ?? style.unknownClass
  return style.byObject && id !== undefined ? { color: objectColor(id), name: known.name } : known
}
