type Samples = Uint8Array | Uint16Array | Int16Array | Int32Array | Uint32Array | Float32Array

/** TIFF 6.0, section 19: 1 without a sign, 2 with one, 3 floating point. */
const formatOf = (data: Samples): number =>
  data instanceof Float32Array ? 3 : data instanceof Int16Array || data instanceof Int32Array ? 2 : 1

/** Uncompressed grey or RGB TIFF of one strip, little endian: what microscopes and cameras write and sharp does not. */
export function writeTiff(width: number, height: number, data: Samples): Buffer {
  const channels = data.length / (width * height)
  const bits = data.BYTES_PER_ELEMENT * 8
  const pixels = Buffer.from(data.buffer, data.byteOffset, data.byteLength)
  const short = 3
  const long = 4
  const ifdAt = 8 + pixels.length
  const bitsAt = ifdAt + 2 + 12 * 11 + 4
  const entries: [tag: number, type: number, count: number, value: number][] = [
    [256, long, 1, width],
    [257, long, 1, height],
    [258, short, channels, channels === 1 ? bits : bitsAt],
    [259, short, 1, 1],
    [262, short, 1, channels === 1 ? 1 : 2],
    [273, long, 1, 8],
    [277, short, 1, channels],
    [278, long, 1, height],
    [279, long, 1, pixels.length],
    [284, short, 1, 1],
    [339, short, 1, formatOf(data)],
  ]
  const tail = Buffer.alloc(2 + 12 * entries.length + 4 + 2 * channels)
  tail.writeUInt16LE(entries.length, 0)
  entries.forEach(([tag, type, count, value], i) => {
    const at = 2 + 12 * i
    tail.writeUInt16LE(tag, at)
    tail.writeUInt16LE(type, at + 2)
    tail.writeUInt32LE(count, at + 4)
    tail.writeUInt32LE(value, at + 8)
  })
  for (let c = 0; c < channels; c++) tail.writeUInt16LE(bits, bitsAt - ifdAt + 2 * c)
  const head = Buffer.from('II*\0\0\0\0\0', 'latin1')
  head.writeUInt32LE(ifdAt, 4)
  return Buffer.concat([head, pixels, tail])
}
