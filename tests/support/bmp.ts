/** Uncompressed BMP of RGB bytes `[H,W,3]`: what microscopes and old tools write and sharp does not; with 8 bits every pixel has an entry in the palette. */
export function writeBmp(
  width: number,
  height: number,
  rgb: Uint8Array,
  { bits, topDown = false }: { bits: 8 | 24 | 32; topDown?: boolean },
): Buffer {
  const entries = bits === 8 ? width * height : 0
  const pixelsAt = 54 + 4 * entries
  const stride = Math.ceil((width * bits) / 32) * 4
  const file = Buffer.alloc(pixelsAt + stride * height)
  file.write('BM', 'latin1')
  file.writeUInt32LE(file.length, 2)
  file.writeUInt32LE(pixelsAt, 10)
  file.writeUInt32LE(40, 14)
  file.writeInt32LE(width, 18)
  file.writeInt32LE(topDown ? -height : height, 22)
  file.writeUInt16LE(1, 26)
  file.writeUInt16LE(bits, 28)
  file.writeUInt32LE(entries, 46)
  for (let i = 0; i < width * height; i++) {
    const bgr = [rgb[3 * i + 2]!, rgb[3 * i + 1]!, rgb[3 * i]!]
    const y = Math.floor(i / width)
    const at = pixelsAt + (topDown ? y : height - 1 - y) * stride + (i % width) * (bits / 8)
    if (bits === 8) file[at] = i
    file.set(bgr, bits === 8 ? 54 + 4 * i : at)
  }
  return file
}
