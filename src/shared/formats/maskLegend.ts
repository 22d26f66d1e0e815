import { hexColor } from './classColor.ts'
import { vocColor, vocPalette } from './vocPalette.ts'
import type { NamedClass } from './vocText.ts'

/** Which index a colour stands for in masks that are saved in colours ('#rrggbb'); the first of two equal colours counts. */
export type MaskLegend = readonly { readonly index: number; readonly color: string }[]

/** Index and colour of the VOC palette, void (255) included. */
export function vocLegend(): MaskLegend {
  return Array.from({ length: 256 }, (_, index) => ({ index, color: hexColor(vocColor(index)) }))
}

/** The colours of a labelmap.txt (CVAT, datumaro); VOC's void, and black where no class has index 0, mean what they mean everywhere. */
export function labelmapLegend(classes: readonly Pick<NamedClass, 'index' | 'color'>[]): MaskLegend {
  const black = classes.some(({ index }) => index === 0) ? [] : [{ index: 0, color: '#000000' }]
  return [...classes.map(({ index, color }) => ({ index, color })), { index: 255, color: hexColor(vocColor(255)) }, ...black]
}

/** Legend -> RGB triples by index; an index it does not name has VOC's colour. */
export function legendPalette(legend: MaskLegend): Uint8Array {
  const table = vocPalette()
  for (const { index, color } of [...legend].reverse()) table.set(rgbOf(color), index * 3)
  return table
}

/** Legend -> 0xrrggbb -> index. */
export function legendIndices(legend: MaskLegend): Map<number, number> {
  return new Map([...legend].reverse().map(({ index, color }) => [parseInt(color.slice(1), 16), index]))
}

const rgbOf = (color: string) => [1, 3, 5].map((at) => parseInt(color.slice(at, at + 2), 16))
