import type { BoxShape } from '../model/shape.ts'
import type { VocBox } from './vocXml.ts'

/** What the numbers of a dataset's boxes say about where they count from. */
export interface OriginFacts {
  boxes: number
  /** Some coordinate is below 1: nothing 1-based has one. */
  belowOne: boolean
  /** Some coordinate has a fraction: VOC's own are whole pixels. */
  fractional: boolean
}

export const noOriginFacts: OriginFacts = { boxes: 0, belowOne: false, fractional: false }

export function mergeOriginFacts(a: OriginFacts, b: OriginFacts): OriginFacts {
  return { boxes: a.boxes + b.boxes, belowOne: a.belowOne || b.belowOne, fractional: a.fractional || b.fractional }
}

/** No number needs more; with an open end a file of blanks would take for ever. */
const coordinate = /<(?:xmin|ymin|xmax|ymax)>([^<]{1,64})</g

/** Facts of one file's text, without building its tree. */
export function originFactsOf(text: string): OriginFacts {
  let numbers = 0
  const facts = { boxes: 0, belowOne: false, fractional: false }
  for (const match of text.matchAll(coordinate)) {
    const text = match[1]!.trim()
    const value = Number(text)
    if (text === '' || !Number.isFinite(value)) continue
    numbers++
    if (value < 1) facts.belowOne = true
    if (!Number.isInteger(value)) facts.fractional = true
  }
  facts.boxes = Math.floor(numbers / 4)
  return facts
}

/** 0: written as they are, 0-based; 1: VOC's own, 1-based and inclusive, also when nothing speaks against it. No file says which it is. */
export function decideOrigin(facts: OriginFacts): 0 | 1 {
  return facts.belowOne || facts.fractional ? 0 : 1
}

/** bndbox -> box in image pixels; origin 1: pixels xmin..xmax, both included, counted from 1. Reversed corners are put in order. Null: no area. */
export function shapeFromVocBox(box: VocBox, origin: 0 | 1): BoxShape | null {
  const left = Math.min(box.xmin, box.xmax) - origin
  const top = Math.min(box.ymin, box.ymax) - origin
  const right = Math.max(box.xmin, box.xmax)
  const bottom = Math.max(box.ymin, box.ymax)
  if (!(right > left && bottom > top)) return null
  return { kind: 'box', x: left, y: top, w: right - left, h: bottom - top }
}

/** Box in image pixels -> bndbox. Origin 1 is whole pixels, so the box is rounded outward to the pixels it touches by half or more. */
export function vocBoxFromShape(shape: BoxShape, origin: 0 | 1): VocBox {
  if (origin === 0)
    return { xmin: decimals(shape.x), ymin: decimals(shape.y), xmax: decimals(shape.x + shape.w), ymax: decimals(shape.y + shape.h) }
  const xmin = Math.round(shape.x) + 1
  const ymin = Math.round(shape.y) + 1
  return { xmin, ymin, xmax: Math.max(xmin, Math.round(shape.x + shape.w)), ymax: Math.max(ymin, Math.round(shape.y + shape.h)) }
}

/** Thousandths of a pixel are enough for anybody's pointer. */
const decimals = (value: number) => Math.round(value * 1000) / 1000

/** Does the box reach outside the picture, or does it have its corners the wrong way round? */
export function boxFault(box: VocBox, origin: 0 | 1, width: number, height: number): 'reversed' | 'outside' | null {
  if (box.xmin > box.xmax || box.ymin > box.ymax) return 'reversed'
  if (box.xmin < origin || box.ymin < origin || box.xmax > width || box.ymax > height) return 'outside'
  return null
}
