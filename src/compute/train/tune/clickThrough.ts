import { maskIou, nextClick, type ClickTruth, type SimulatedClick } from '../../../shared/metrics/clicks.ts'
import type { MaskShape } from '../../../shared/model/shape.ts'
import { sampleLogits } from '../../assist/onnx/frame.ts'
import type { SamEmbedding, SamLogits, SamSession } from '../../assist/samSession.ts'
import { contentOf, lookingWindow, maskInWindow, mostPixels, wholeWindow, type ObjectWindow } from '../../data/objects/objectWindow.ts'
import type { PictureObject, TunePicture, TunePictures } from '../../data/objects/pictureObjects.ts'
import { fixedPositions } from '../samples.ts'

/** Longer side of the grid in which answers are compared with the truth. */
const comparedSide = 384
/** Of an object that has fewer cells in that grid next to nothing is left to be clicked and compared. */
const leastCells = 9

/** An object of a picture, and where nobody says what the picture shows. */
export interface ObjectToClick extends Pick<TunePicture, 'item' | 'voids'> {
  readonly object: PictureObject
}

/** An object that is clicked: where it is looked at, and its truth in the grid of that look. */
export interface ClickedObject extends ObjectToClick {
  readonly window: ObjectWindow
  readonly truth: ClickTruth
}

const lookOf = (item: TunePicture['item'], { mask }: PictureObject, whole: boolean) => {
  const window = whole ? wholeWindow(item) : lookingWindow(mask, item)
  const side = Math.min(comparedSide, Math.max(window.w, window.h))
  return { window, side, content: contentOf(window, side) }
}

/** `whole`: pictures are always looked at whole. */
export function clickedObject({ item, object, voids }: ObjectToClick, whole: boolean): ClickedObject {
  const { window, side, content } = lookOf(item, object, whole)
  const [width, height] = content
  const bytes = (masks: readonly MaskShape[]): Uint8Array => bytesInWindow(masks, window, content, side)
  return {
    item,
    object,
    voids,
    window,
    truth: { width, height, data: bytes([object.mask]), voids: voids.length > 0 ? bytes(voids) : null },
  }
}

/** Bytes of what a window shows, 1 where one of the masks is. */
export function bytesInWindow(
  masks: readonly MaskShape[],
  window: ObjectWindow,
  content: readonly [width: number, height: number],
  side: number,
): Uint8Array {
  const [width, height] = content
  const data = new Uint8Array(width * height)
  for (const mask of masks) {
    const square = maskInWindow(mask, window, content, side)
    for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) data[y * width + x]! |= square[y * side + x]!
  }
  return data
}

function isLost(item: TunePicture['item'], object: PictureObject, whole: boolean): boolean {
  const { window, content } = lookOf(item, object, whole)
  if (mostPixels(object.mask, window, content) < leastCells) return true
  return clickedObject({ item, object, voids: [] }, whole).truth.data.reduce((sum, cell) => sum + cell, 0) < leastCells
}

/**
 * At most so many objects, spread evenly over the pictures; in place of one that is lost in the grid of its look comes the next. Errors:
 * file/not-found, file/unreadable.
 */
export async function objectsToClick(pictures: TunePictures, most: number, whole: boolean): Promise<ObjectToClick[]> {
  const starts: number[] = [0]
  for (const count of pictures.counts) starts.push(starts.at(-1)! + count)
  const all = starts.at(-1)!
  /** The object of this number, and its picture. */
  async function find(at: number): Promise<ObjectToClick> {
    let [position, end] = [0, starts.length - 1]
    while (end - position > 1) {
      const middle = (position + end) >> 1
      if (starts[middle]! <= at) position = middle
      else end = middle
    }
    const { item, objects, voids } = await pictures.read(position)
    return { item, object: objects[at - starts[position]!]!, voids }
  }
  const seen = new Set<number>()
  const chosen = new Map<number, ObjectToClick>()
  for (const position of fixedPositions(most, all))
    for (let k = 0; k < all; k++) {
      const at = (position + k) % all
      if (seen.has(at)) continue
      seen.add(at)
      const found = await find(at)
      if (isLost(found.item, found.object, whole)) continue
      chosen.set(at, found)
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
  truth: ClickTruth,
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
    const iou = maskIou(mask, truth.data, truth.voids)
    ious.push(iou)
    onAnswer({ clicks: [...clicks], logits, mask, iou })
  }
  return ious
}

const histogramSteps = 20

/** Pixels by their probability of belonging to the object: those that do, and those that do not; void ones are neither. */
export function histogramOf(
  logits: Float32Array,
  { data, voids }: Pick<ClickTruth, 'data' | 'voids'>,
): { inside: number[]; outside: number[] } {
  const counts = () => new Array<number>(histogramSteps).fill(0)
  const [inside, outside] = [counts(), counts()]
  logits.forEach((logit, i) => {
    if (voids?.[i]) return
    const step = Math.min(histogramSteps - 1, Math.floor(histogramSteps / (1 + Math.exp(-logit))))
    ;(data[i] ? inside : outside)[step]!++
  })
  return { inside, outside }
}
