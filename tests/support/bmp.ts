/** Uncompressed BMP of RGB bytes `[H,W,3]`: what microscopes and old tools write and sharp does not; with 8 bits every pixel has an entry in the palette. */
export function writeBmp(
  width: number,
  height: number,
  rgb: Uint8Array,
  { bits, topDown = false }: { bits: 8 | 24 | 32; topDown?: boolean },
): Uint8Array<ArrayBuffer> {
  const entries = bits === 8 ? width * height : 0
  const pixelsAt = 54 + 4 * entries
  const stride = Math.ceil((width * bits) / 32) * 4
  const file = new Uint8Array(pixelsAt + stride * height)
  const header = new DataView(file.buffer)
  file.set([0x42, 0x4d])
  header.setUint32(2, file.length, true)
  header.setUint32(10, pixelsAt, true)
  header.setUint32(14, 40, true)
  header.setInt32(18, width, true)
  header.setInt32(22, topDown ? -height : height, true)
  header.setUint16(26, 1, true)
  header.setUint16(28, bits, true)
  header.setUint32(46, entries, true)
  for (let i = 0; i < width * height; i++) {
    const bgr = [rgb[3 * i + 2]!, rgb[3 * i + 1]!, rgb[3 * i]!]
    const y = Math.floor(i / width)
    const at = pixelsAt + (topDown ? y : height - 1 - y) * stride + (i % width) * (bits / 8)
    if (bits === 8) file[at] = i
    file.set(bgr, bits === 8 ? 54 + 4 * i : at)
  }
  return file
}
