import { deflateSync } from 'node:zlib'
import { crc32 } from 'node:zlib'
import { decode } from 'fast-png'
import { describe, expect, it } from 'vitest'
import { counterRng } from '../tensor/rng.ts'
import { decodeBytePng } from './bytePng.ts'

const chunk = (type: string, data: Uint8Array): Buffer => {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const frame = Buffer.alloc(8)
  frame.writeUInt32BE(data.length, 0)
  frame.writeUInt32BE(crc32(body), 4)
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)])
}
/** A grey PNG whose rows say they were filtered by each of the five filters in turn; the image data lie in two chunks. */
function picture(width: number, height: number, filterOf = (y: number): number => y % 5): Buffer {
  const rng = counterRng(3, width, height)
  const raw = Buffer.from(
    Array.from({ length: height }, (_, y) => [filterOf(y), ...Array.from({ length: width }, () => rng.int(256))]).flat(),
  )
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header[8] = 8
  const data = deflateSync(raw)
  const half = data.length >> 1
  const parts = [
    chunk('IHDR', header),
    chunk('IDAT', data.subarray(0, half)),
    chunk('IDAT', data.subarray(half)),
    chunk('IEND', Buffer.alloc(0)),
  ]
  return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), ...parts])
}

describe('decodeBytePng', () => {
  it('undoes every filter, in the first row too, as another reader does', () => {
    for (const [width, height] of [
      [7, 11],
      [1, 6],
      [40, 1],
    ] as const)
      for (let first = 0; first < 5; first++) {
        const bytes = picture(width, height, (y) => (y + first) % 5)
        expect(decodeBytePng(bytes, width, height)).toEqual(new Uint8Array(decode(bytes).data))
      }
  })
  it('refuses what is cut, changed, too long or of no known filter', () => {
    const whole = picture(9, 9)
    expect(() => decodeBytePng(whole.subarray(0, whole.length - 14), 9, 9)).toThrow(/ends/)
    const changed = Buffer.from(whole)
    changed[50]! ^= 1
    expect(() => decodeBytePng(changed, 9, 9)).toThrow(/checksum/)
    expect(() => decodeBytePng(whole, 9, 8)).toThrow()
    expect(() => decodeBytePng(whole, 9, 10)).toThrow(/early/)
    expect(() =>
      decodeBytePng(
        picture(3, 3, () => 7),
        3,
        3,
      ),
    ).toThrow(/filter 7/)
  })
})
