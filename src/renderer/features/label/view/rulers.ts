import type { ImagePx, ScreenPx } from '../../../../shared/geometry/spaces.ts'

export interface Tick {
  /** On the screen, from the start of the ruler. */
  readonly at: ScreenPx
  /** Picture pixels, on those that have a number. */
  readonly value: ImagePx | null
}

const numberedPx: ScreenPx = 64
const smallestPx: ScreenPx = 6

/** Picture pixels between two numbers: 1, 2 or 5 times a power of ten, so that they have room, never less than a pixel. */
export function rulerStep(scale: number): ImagePx {
  const least = Math.max(1, numberedPx / scale)
  const power = 10 ** Math.floor(Math.log10(least))
  return [1, 2, 5, 10].map((n) => n * power).find((step) => step >= least * 0.999)!
}

/** The lines of a ruler of `length` along an axis of the picture that begins at `offset`. */
export function rulerTicks(scale: number, offset: ScreenPx, length: ScreenPx): Tick[] {
  const step = rulerStep(scale)
  const parts = [10, 5, 2].find((n) => (step / n) * scale >= smallestPx && Number.isInteger(step / n)) ?? 1
  const fine = step / parts
  const ticks: Tick[] = []
  for (let i = Math.ceil((0 - offset) / scale / fine); i * fine * scale + offset <= length; i++) {
    ticks.push({ at: i * fine * scale + offset, value: i % parts === 0 ? i * fine || 0 : null })
  }
  return ticks
}

export const rulerPx: ScreenPx = 18

interface Ruler {
  readonly context: CanvasRenderingContext2D
  readonly ratio: number
  readonly length: ScreenPx
  readonly upright: boolean
  readonly colors: { readonly ground: string; readonly line: string; readonly text: string; readonly accent: string }
  readonly fontFamily: string
}

/** A ruler on its own canvas, with a mark where the pointer is. */
export function drawRuler(ruler: Ruler, scale: number, offset: ScreenPx, pointer: ScreenPx | null): void {
  const { context, ratio, length, upright, colors } = ruler
  context.setTransform(ratio, 0, 0, ratio, 0, 0)
  // Drawn along x; the upright one is the same, turned.
  if (upright) context.transform(0, 1, 1, 0, 0, 0)
  context.fillStyle = colors.ground
  context.fillRect(0, 0, length, rulerPx)
  context.fillStyle = colors.line
  context.fillRect(0, rulerPx - 1, length, 1)
  context.font = `10px ${ruler.fontFamily}`
  context.textBaseline = 'top'
  for (const { at, value } of rulerTicks(scale, offset, length)) {
    const height = value === null ? 4 : rulerPx
    context.fillStyle = colors.line
    context.fillRect(Math.round(at), rulerPx - height, 1, height)
    if (value === null) continue
    context.fillStyle = colors.text
    if (upright) drawUpright(context, String(value), at)
    else context.fillText(String(value), at + 3, 2)
  }
  if (pointer === null) return
  context.fillStyle = colors.accent
  context.fillRect(Math.round(pointer), 0, 1, rulerPx)
}

/** Text that reads upwards. */
function drawUpright(context: CanvasRenderingContext2D, text: string, at: ScreenPx): void {
  context.save()
  context.translate(at, 0)
  // Undoes the mirroring of the turned axes.
  context.transform(0, 1, 1, 0, 0, 0)
  context.translate(2, 3)
  context.rotate(Math.PI / 2)
  context.fillText(text, 0, -11)
  context.restore()
}
