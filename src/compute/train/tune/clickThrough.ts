import { maskIou, nextClick, type BinaryMask, type SimulatedClick } from '../../../shared/metrics/clicks.ts'
import { sampleLogits } from '../../assist/onnx/frame.ts'
import type { SamEmbedding, SamLogits, SamSession } from '../../assist/samSession.ts'
import { contentOf, lookingWindow, maskInWindow, wholeWindow, type ObjectWindow } from '../../data/objects/objectWindow.ts'
import type { TunePicture } from '../../data/objects/pictureObjects.ts'
import { fixedPositions } from '../samples.ts'

/** Longer side of the grid in which answers are compared with the truth. */
const comparedSide = 384
/** Of an object that has fewer cells in that grid next to nothing is left to be clicked and compared. */
const leastCells = 9

/** An object that is clicked: where it is looked at, and its truth in the grid of that look. */
export interface ClickedObject {
  readonly picture: TunePicture
  /** Of the picture's objects. */
  readonly index: number
  readonly window: ObjectWindow
  readonly truth: BinaryMask
}

/** `whole`: pictures are always looked at whole. */
export function clickedObject(picture: TunePicture, index: number, whole: boolean): ClickedObject {
  const { mask } = picture.objects[index]!
  const window = whole ? wholeWindow(picture.item) : lookingWindow(mask, picture.item)
  const side = Math.min(comparedSide, Math.max(window.w, window.h))
  const [width, height] = contentOf(window, side)
  const square = maskInWindow(mask, window, [width, height], side)
  const data = new Uint8Array(width * height)
  for (let y = 0; y < height; y++) data.set(square.subarray(y * side, y * side + width), y * width)
  return { picture, index, window, truth: { width, height, data } }
}

/** At most so many objects, spread evenly over the pictures; in place of one that is lost in the grid of its look comes the next. */
export function objectsToClick(pictures: readonly TunePicture[], most: number, whole: boolean): Pick<ClickedObject, 'picture' | 'index'>[] {
  const all = pictures.flatMap((picture) => picture.objects.map((_, index) => ({ picture, index })))
  const seen = new Set<number>()
  const chosen: number[] = []
  for (const position of fixedPositions(most, all.length))
    for (let k = 0; k < all.length; k++) {
      const at = (position + k) % all.length
      if (seen.has(at)) continue
      seen.add(at)
      const { picture, index } = all[at]!
      if (clickedObject(picture, index, whole).truth.data.reduce((sum, cell) => sum + cell, 0) < leastCells) continue
      chosen.push(at)
      break
    }
  return chosen.sort((a, b) => a - b).map((at) => all[at]!)
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
