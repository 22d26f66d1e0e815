import type { SamPreprocess } from '../../../shared/model/samModel.ts'
import type { SamFrame, SamLogits, SamPrompt } from '../samSession.ts'
import type { FramePrompt } from './adapter.ts'

interface Size {
  readonly width: number
  readonly height: number
}

/** Where a window comes to lie (segment-anything, ResizeLongestSide.get_preprocess_shape). */
export function frameOf({ width, height }: Size, { size, fit }: SamPreprocess): SamFrame {
  if (fit === 'stretch') return { size, content: [size, size] }
  const scale = size / Math.max(width, height)
  const side = (length: number): number => Math.max(1, Math.floor(length * scale + 0.5))
  return { size, content: [side(width), side(height)] }
}

/** A prompt in pixels of the window -> the frame. Graphs add 0.5 to what they take for the index of a pixel. */
export function promptInFrame(prompt: SamPrompt, window: Size, frame: SamFrame, grid: number): FramePrompt {
  const [scaleX, scaleY] = [frame.content[0] / window.width, frame.content[1] / window.height]
  const x = (value: number): number => value * scaleX - 0.5
  const y = (value: number): number => value * scaleY - 0.5
  const { box, points, logits } = prompt
  return {
    points: points.map((point) => ({ x: x(point.x), y: y(point.y), label: point.positive ? 1 : 0 })),
    box: box && [x(box[0]), y(box[1]), x(box[2]), y(box[3])],
    logits: logits && logitsInFrame(logits, window, frame, grid),
    content: frame.content,
  }
}

/** Cells of the grid that the window covers, and how many of its pixels each is wide and high. */
export function gridOf(window: Size, { size, content }: SamFrame, grid: number): Pick<SamLogits, 'width' | 'height' | 'scale'> {
  const cell = size / grid
  return {
    width: Math.min(grid, Math.ceil(content[0] / cell)),
    height: Math.min(grid, Math.ceil(content[1] / cell)),
    scale: [(cell * window.width) / content[0], (cell * window.height) / content[1]],
  }
}

/** What a mask prompt says outside of the picture: surely nothing. */
const outside = -10

/** Logits of any grid -> the whole grid of the frame; equal cells are copied, others sampled bilinearly. */
function logitsInFrame(logits: SamLogits, window: Size, frame: SamFrame, grid: number): Float32Array {
  const result = new Float32Array(grid * grid).fill(outside)
  const { width, height, scale } = gridOf(window, frame, grid)
  const same = width === logits.width && height === logits.height && scale[0] === logits.scale[0] && scale[1] === logits.scale[1]
  const rows = same ? logits.data : sampleLogits(logits, { width, height, scale })
  for (let row = 0; row < height; row++) result.set(rows.subarray(row * width, (row + 1) * width), row * grid)
  return result
}

/** The same field in another grid: bilinear between the centres of the cells, its border goes on outside. */
export function sampleLogits(logits: SamLogits, to: Pick<SamLogits, 'width' | 'height' | 'scale'>): Float32Array {
  const out = new Float32Array(to.width * to.height)
  const columns = bilinearTaps(logits.width, to.width, to.scale[0] / logits.scale[0])
  const rows = bilinearTaps(logits.height, to.height, to.scale[1] / logits.scale[1])
  for (let y = 0, o = 0; y < to.height; y++) {
    const a = rows.first[y]! * logits.width
    const b = rows.second[y]! * logits.width
    const v = rows.share[y]!
    for (let x = 0; x < to.width; x++, o++) {
      const [left, right, u] = [columns.first[x]!, columns.second[x]!, columns.share[x]!]
      const top = logits.data[a + left]! * (1 - u) + logits.data[a + right]! * u
      const bottom = logits.data[b + left]! * (1 - u) + logits.data[b + right]! * u
      out[o] = top * (1 - v) + bottom * v
    }
  }
  return out
}

interface Taps {
  readonly first: Int32Array
  readonly second: Int32Array
  /** Weight of the second. */
  readonly share: Float32Array
}

/** Half-pixel positions: result i lies at (i + 0.5) * step in cells of the source. */
export function bilinearTaps(from: number, to: number, step: number): Taps {
  const taps: Taps = { first: new Int32Array(to), second: new Int32Array(to), share: new Float32Array(to) }
  for (let i = 0; i < to; i++) {
    const position = Math.min(Math.max((i + 0.5) * step - 0.5, 0), from - 1)
    const first = Math.floor(position)
    taps.first[i] = first
    taps.second[i] = Math.min(first + 1, from - 1)
    taps.share[i] = position - first
  }
  return taps
}
