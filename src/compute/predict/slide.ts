import type { Inference } from '../../shared/model/train/inference.ts'
import type { Infer } from './infer.ts'

/** First pixels of the windows along one side: every `stride`, the last one moved back so that it is whole (mmseg slide_inference). */
export function windowStarts(length: number, crop: number, stride: number): number[] {
  const count = Math.floor(Math.max(length - crop + stride - 1, 0) / stride) + 1
  return Array.from({ length: count }, (_, i) => Math.max(Math.min(i * stride + crop, length) - crop, 0))
}

/** Copies a window between planes of two sizes, adding to what is there when `add` is set. */
function movePlanes(
  from: { data: Float32Array; width: number; height: number; x: number; y: number },
  to: { data: Float32Array; width: number; height: number; x: number; y: number },
  window: { planes: number; width: number; height: number },
  add: boolean,
): void {
  for (let p = 0; p < window.planes; p++) {
    for (let y = 0; y < window.height; y++) {
      const source = (p * from.height + from.y + y) * from.width + from.x
      const target = (p * to.height + to.y + y) * to.width + to.x
      if (add) for (let x = 0; x < window.width; x++) to.data[target + x]! += from.data[source + x]!
      else to.data.set(from.data.subarray(source, source + window.width), target)
    }
  }
}

/** The same network over windows: logits are summed where windows overlap and divided by how many did. A smaller picture is one window. */
export function inferInWindows(infer: Infer, window: Inference['window']): Infer {
  if (window.type === 'whole') return infer
  const [cropHeight, cropWidth] = window.crop
  const [strideY, strideX] = window.stride
  return async (images, { batch, height, width }) => {
    const crop = { height: Math.min(cropHeight, height), width: Math.min(cropWidth, width) }
    const patch = new Float32Array(batch * 3 * crop.height * crop.width)
    const counts = new Uint16Array(height * width)
    let sums: { data: Float32Array; classes: number } | null = null
    for (const y of windowStarts(height, cropHeight, strideY)) {
      for (const x of windowStarts(width, cropWidth, strideX)) {
        movePlanes({ data: images, width, height, x, y }, { data: patch, ...crop, x: 0, y: 0 }, { planes: batch * 3, ...crop }, false)
        const { data, shape } = await infer(patch, { batch, ...crop })
        const classes = shape[1]!
        sums ??= { data: new Float32Array(batch * classes * height * width), classes }
        movePlanes({ data, ...crop, x: 0, y: 0 }, { data: sums.data, width, height, x, y }, { planes: batch * classes, ...crop }, true)
        for (let row = y; row < y + crop.height; row++)
          for (let column = x; column < x + crop.width; column++) counts[row * width + column]!++
      }
    }
    const { data, classes } = sums!
    for (let i = 0; i < data.length; i++) data[i] = data[i]! / counts[i % counts.length]!
    return { data, shape: [batch, classes, height, width] }
  }
}
