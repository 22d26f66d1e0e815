export interface Taps {
  readonly low: Int32Array
  readonly high: Int32Array
  readonly weight: Float32Array
}

/** Half-pixel source positions of a bilinear resize (align_corners = false), clamped at the border as ONNX Resize and PyTorch do. */
export function bilinearTaps(from: number, to: number): Taps {
  const low = new Int32Array(to)
  const high = new Int32Array(to)
  const weight = new Float32Array(to)
  for (let i = 0; i < to; i++) {
    const at = Math.min(Math.max(((i + 0.5) * from) / to - 0.5, 0), from - 1)
    low[i] = Math.floor(at)
    high[i] = Math.min(low[i]! + 1, from - 1)
    weight[i] = at - low[i]!
  }
  return { low, high, weight }
}

/**
 * Class per pixel: logits of one picture `[K,h,w]` (a view of a batch is fine) are resized bilinearly to `height x width` and the largest wins,
 * the first of equals: `[K,h,w] -> [height,width]`. K is at most 255. One row at a time, so that no `[K,height,width]` is ever held.
 */
export function classMap(
  logits: Float32Array,
  size: { classes: number; height: number; width: number },
  height: number,
  width: number,
): Uint8Array {
  const { classes } = size
  const plane = size.height * size.width
  const rows = bilinearTaps(size.height, height)
  const columns = bilinearTaps(size.width, width)
  const out = new Uint8Array(height * width)
  // One source row between two rows of logits, class index fastest.
  const row = new Float32Array(size.width * classes)
  for (let y = 0; y < height; y++) {
    const above = rows.low[y]! * size.width
    const below = rows.high[y]! * size.width
    const fy = rows.weight[y]!
    for (let k = 0; k < classes; k++) {
      for (let x = 0, o = k, at = k * plane; x < size.width; x++, o += classes, at++) {
        const a = logits[at + above]!
        row[o] = a + fy * (logits[at + below]! - a)
      }
    }
    writeRow(row, columns, classes, out, y * width)
  }
  return out
}

function writeRow(row: Float32Array, columns: Taps, classes: number, out: Uint8Array, start: number): void {
  const { low, high, weight } = columns
  for (let x = 0; x < low.length; x++) {
    const left = low[x]! * classes
    const right = high[x]! * classes
    const fx = weight[x]!
    let best = 0
    let most = -Infinity
    for (let k = 0; k < classes; k++) {
      const a = row[left + k]!
      const value = a + fx * (row[right + k]! - a)
      if (value > most) {
        most = value
        best = k
      }
    }
    out[start + x] = best
  }
}
