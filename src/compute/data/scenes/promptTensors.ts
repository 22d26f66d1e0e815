import { clickOn, clickBeside, noisyBox } from './firstPrompts.ts'
import type { SceneRandom } from './fastRandom.ts'

/** How objects are prompted in a batch. */
export interface PromptSpec {
  readonly batch: number
  readonly size: number
  readonly objects: number
  readonly firstPoints: number
  readonly rounds: number
  /** Pixels of one cell of the target. */
  readonly maskStride: number
  /** One click or one box each, as many points whatever the object: what the official decoder is asked (specs/sam.md 2.2). */
  readonly single?: boolean
}

/** What a batch says about its objects; the last three only where there are corrections. */
export interface PromptTensors {
  readonly target: Float32Array
  /** The share of each cell that counts: it lies in the picture, and somebody says what it is. */
  readonly counted: Float32Array
  readonly points: Float32Array
  readonly labels: Float32Array
  readonly noise?: Float32Array
  readonly anywhere?: Float32Array
  readonly jitter?: Float32Array
}

/** Shares of the first prompts: one click, a box, a box and a click; the rest are several clicks. */
const oneClick = 0.45
const boxOnly = 0.35
const boxAndClick = 0.08

export function emptyPrompts({ batch, size, objects, firstPoints, rounds, maskStride }: PromptSpec): PromptTensors {
  const m = batch * objects
  const cells = (size / maskStride) ** 2
  const corrections = rounds - 1
  return {
    target: new Float32Array(m * cells),
    counted: new Float32Array(m * cells),
    points: new Float32Array(m * firstPoints * 2),
    labels: new Float32Array(m * firstPoints).fill(-1),
    ...(corrections > 0
      ? {
          noise: new Float32Array(m * corrections * cells),
          anywhere: new Float32Array(m * corrections),
          jitter: new Float32Array(m * corrections * 2),
        }
      : {}),
  }
}

/** An object of a look and what of the look counts, bytes of squares of the same size, 1 inside; all of the object counts. */
interface Shown {
  readonly mask: Uint8Array
  readonly counted: Uint8Array
}

/** Puts an object of `size x size` and its first prompt at place `at` of a batch. */
export function promptObject(tensors: PromptTensors, at: number, shown: Shown, spec: PromptSpec, random: SceneRandom): void {
  const { size, firstPoints, maskStride } = spec
  const offset = at * (size / maskStride) ** 2
  shareOfCells(shown.mask, size, maskStride, tensors.target, offset)
  shareOfCells(shown.counted, size, maskStride, tensors.counted, offset)
  firstPrompt(shown, spec, random).forEach(({ x, y, label }, i) => {
    tensors.points[(at * firstPoints + i) * 2] = clamp(x / size)
    tensors.points[(at * firstPoints + i) * 2 + 1] = clamp(y / size)
    tensors.labels[at * firstPoints + i] = label
  })
}

const clamp = (share: number): number => Math.min(1, Math.max(0, share))

/** The numbers by which clicks of corrections are chosen. */
export function drawCorrections({ noise, anywhere, jitter }: PromptTensors, random: SceneRandom, size: number): void {
  if (!noise || !anywhere || !jitter) return
  // A cheap stream: millions of numbers per batch that only break ties.
  let state = random.uint32() | 1
  for (let i = 0; i < noise.length; i++) {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    noise[i] = (state >>> 0) / 0x100000000
  }
  for (let i = 0; i < anywhere.length; i++) anywhere[i] = random.chance(0.5) ? 1 : 0
  for (let i = 0; i < jitter.length; i++) jitter[i] = random.range(-2, 2) / size
}

/** The share of each cell that the mask covers. */
function shareOfCells(mask: Uint8Array, size: number, stride: number, out: Float32Array, offset: number): void {
  const cells = size / stride
  const each = 1 / (stride * stride)
  for (let y = 0; y < size; y++) {
    const row = offset + Math.floor(y / stride) * cells
    for (let x = 0; x < size; x++) if (mask[y * size + x]) out[row + Math.floor(x / stride)]! += each
  }
}

interface PromptPoint {
  readonly x: number
  readonly y: number
  readonly label: number
}

function firstPrompt(
  { mask, counted }: Shown,
  { size, firstPoints: most, single = false }: PromptSpec,
  random: SceneRandom,
): PromptPoint[] {
  const kind = random.uniform() * (single ? oneClick + boxOnly : 1)
  const click = (): PromptPoint => ({ ...clickOn(mask, size, random), label: 1 })
  const beside = (): PromptPoint => ({ ...clickBeside(mask, counted, size, random), label: 0 })
  if (kind < oneClick) return [click()]
  if (kind < oneClick + boxOnly + boxAndClick) {
    const [x0, y0, x1, y1] = noisyBox(mask, size, random)
    const box: PromptPoint[] = [
      { x: x0, y: y0, label: 2 },
      { x: x1, y: y1, label: 3 },
    ]
    return kind < oneClick + boxOnly ? box : [...box, random.chance(0.7) ? click() : beside()]
  }
  return Array.from({ length: 2 + random.int(most - 1) }, (_, i) => (i > 0 && random.chance(0.4) ? beside() : click()))
}
