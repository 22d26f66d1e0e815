/** Nearest resize of interleaved 3-channel bytes as cv::INTER_NEAREST: source index = floor(result index * scale). */
export function resizeNearestRgb(source: Uint8Array, width: number, height: number, toWidth: number, toHeight: number): Uint8Array {
  const out = new Uint8Array(toWidth * toHeight * 3)
  const columns = Int32Array.from({ length: toWidth }, (_, x) => Math.min(Math.floor((x * width) / toWidth), width - 1) * 3)
  for (let y = 0, o = 0; y < toHeight; y++) {
    const row = Math.min(Math.floor((y * height) / toHeight), height - 1) * width * 3
    for (let x = 0; x < toWidth; x++, o += 3) {
      const at = row + columns[x]!
      out[o] = source[at]!
      out[o + 1] = source[at + 1]!
      out[o + 2] = source[at + 2]!
    }
  }
  return out
}
