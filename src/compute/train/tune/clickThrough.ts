import { maskIou, nextClick, type BinaryMask, type SimulatedClick } from '../../../shared/metrics/clicks.ts'
import { sampleLogits } from '../../assist/onnx/frame.ts'
import type { SamEmbedding, SamLogits, SamSession } from '../../assist/samSession.ts'
import { contentOf, lookingWindow, maskInWindow, mostPixels, wholeWindow, type ObjectWindow } from '../../data/objects/objectWindow.ts'
import type { PictureObject, TunePicture, TunePictures } from '../../data/objects/pictureObjects.ts'
import { fixedPositions } from '../samples.ts'

/** Longer side of the grid in which answers are compared with the truth. */
const comparedSide = 384
/** Of an object that has fewer cells in that grid next to nothing is left to be clicked and compared. */
const leastCells = 9

/** An object that is clicked: where it is looked at, and its truth in the grid of that look. */
export interface ClickedObject {
  readonly item: TunePicture['item']
  readonly object: PictureObject
  readonly window: ObjectWindow
  readonly truth: BinaryMask
}

const lookOf = (item: TunePicture['item'], { mask }: PictureObject, whole: boolean) => {
  const window = whole ? wholeWindow(item) : lookingWindow(mask, item)
  const side = Math.min(comparedSide, Math.max(window.w, window.h))
  return { window, side, content: contentOf(window, side) }
}

/** `whole`: pictures are always looked at whole. */
export function clickedObject({ item, object }: Pick<ClickedObject, 'item' | 'object'>, whole: boolean): ClickedObject {
  const { window, side, content } = lookOf(item, object, whole)
  const [width, height] = content
  const square = maskInWindow(object.mask, window, content, side)
  const data = new Uint8Array(width * height)
  for (let y = 0; y < height; y++) data.set(square.subarray(y * side, y * side + width), y * width)
  return { item, object, window, truth: { width, height, data } }
}

function isLost(item: TunePicture['item'], object: PictureObject, whole: boolean): boolean {
  const { window, content } = lookOf(item, object, whole)
  if (mostPixels(object.mask, window, content) < leastCells) return true
  return clickedObject({ item, object }, whole).truth.data.reduce((sum, cell) => sum + cell, 0) < leastCells
}

/**
 * At most so many objects, spread evenly over the pictures; in place of one that is lost in the grid of its look comes the next. Errors:
 * file/not-found, file/unreadable.
 */
export async function objectsToClick(
  pictures: TunePictures,
  most: number,
  whole: boolean,
): Promise<Pick<ClickedObject, 'item' | 'object'>[]> {
  const starts: number[] = [0]
  for (const count of pictures.counts) starts.push(starts.at(-1)! + count)
  const all = starts.at(-1)!
  /** The object of this number, and its picture. */
  async function find(at: number): Promise<Pick<ClickedObject, 'item' | 'object'>> {
    let [position, end] = [0, starts.length - 1]
    while (end - position > 1) {
      const middle = (position + end) >> 1
      if (starts[middle]! <= at) position = middle
      else end = middle
    }
    const { item, objects } = await pictures.read(position)
    return { item, object: objects[at - starts[position]!]! }
  }
  const seen = new Set<number>()
  const chosen = new Map<number, Pick<ClickedObject, 'item' | 'object'>>()
  for (const position of fixedPositions(most, all))
    for (let k = 0; k < all; k++) {
      const at = (position + k) % all
      if (seen.has(at)) continue
      seen.add(at)
      const { item, object } = await find(at)
      if (isLost(item, object, whole)) continue
      chosen.set(at, { item, object })
      break
    }
  return [...chosen].sort(([a], [b]) => a - b).map(([, clicked]) => clicked)
}

/** What came of the clicks so far. */
export interface Answered {
  readonly clicks: readonly SimulatedClick[]
  /** Logits and what lies above 0, in the grid of the truth. */
  readonly logits: Float32Array
  readonly mask: Uint8Array
  readonly iou: number
}

/** IoU after every click of the standard simulation, at most `most`; fewer where nothing is left to correct. Errors: assist/*, device/*. */
export async function clickThrough(
  session: Pick<SamSession, 'decode'>,
  embedding: SamEmbedding,
  truth: BinaryMask,
  most: number,
  onAnswer: (answered: Answered) => void,
): Promise<number[]> {
  const { width, height } = truth
  const [scaleX, scaleY] = [embedding.window.width / width, embedding.window.height / height]
  const clicks: SimulatedClick[] = []
  const ious: number[] = []
  let mask: Uint8Array = new Uint8Array(width * height)
  let earlier: SamLogits | null = null
  while (clicks.length < most) {
    const click = nextClick(truth, mask, clicks)
    if (!click) break
    clicks.push(click)
    const points = clicks.map(({ x, y, positive }) => ({ x: x * scaleX, y: y * scaleY, positive }))
    const [best] = await session.decode(embedding, { points, box: null, logits: earlier })
    earlier = best?.logits ?? null
    const logits = earlier ? sampleLogits(earlier, { width, height, scale: [scaleX, scaleY] }) : new Float32Array(width * height).fill(-1)
    mask = Uint8Array.from(logits, (value) => (value > 0 ? 1 : 0))
    const iou = maskIou(mask, truth.data)
    ious.push(iou)
    onAnswer({ clicks: [...clicks], logits, mask, iou })
  }
  return ious
}

const histogramSteps = 20

/** Pixels by their probability of belonging to the object: those that do, and those that do not. */
export function histogramOf(logits: Float32Array, truth: Uint8Array): { inside: number[]; outside: number[] } {
  const counts = () => new Array<number>(histogramSteps).fill(0)
  const [inside, outside] = [counts(), counts()]
  logits.forEach((logit, i) => {
    const step = Math.min(histogramSteps - 1, Math.floor(histogramSteps / (1 + Math.exp(-logit))))
    ;(truth[i] ? inside : outside)[step]!++
  })
  return { inside, outside }
}
