import { expect, it } from 'vitest'
import { writeBmp } from '../../../tests/support/bmp.ts'
import { decodeBmp, readBmpHeader } from './bmp.ts'

/** 5 pixels wide, so that rows are padded. */
const [width, height] = [5, 3]
const rgb = Uint8Array.from({ length: width * height * 3 }, (_, i) => (i * 37) & 255)
const code = (bytes: Uint8Array, fileBytes = bytes.length) => {
  try {
    readBmpHeader(bytes, fileBytes, 'a.bmp')
    return null
  } catch (error) {
    const { code, data } = error as { code: string; data: { found?: string } }
    return [code, data.found ?? null]
  }
}

it('reads 8, 24 and 32 bits, from below and from above', () => {
  for (const bits of [8, 24, 32] as const)
    for (const topDown of [false, true])
      expect(decodeBmp(writeBmp(width, height, rgb, { bits, topDown }), 'a.bmp'), `${bits} ${topDown}`).toEqual({
        width,
        height,
        data: rgb,
      })
})

it('looks at the header before anything is decoded', () => {
  const good = writeBmp(width, height, rgb, { bits: 24 })
  const changed = (at: number, value: number) => {
    const bytes = good.slice()
    new DataView(bytes.buffer).setUint32(at, value, true)
    return bytes
  }
  expect(code(good)).toBeNull()
  expect(code(good.subarray(0, good.length - 1))).toEqual(['file/truncated', null])
  expect(code(good.subarray(0, 40), good.length)).toEqual(['file/truncated', null])
  expect(code(Uint8Array.from('BMW is a maker of cars, and this is a text', (letter) => letter.charCodeAt(0)))).toEqual([
    'file/unsupported',
    'BMP',
  ])
  expect(code(changed(28, 4))).toEqual(['file/unsupported', 'BMP (4 bit)'])
  expect(code(changed(30, 1))).toEqual(['file/unsupported', 'BMP (RLE)'])
  expect(code(changed(18, 0))).toEqual(['file/unreadable', null])
  expect(code(changed(18, 2 ** 31 - 1))).toEqual(['file/too-large', null])
  expect(code(changed(10, 2 ** 32 - 1))).toEqual(['file/truncated', null])
})

it('takes an index behind the palette for black', () => {
  const bytes = writeBmp(width, height, rgb, { bits: 8 })
  bytes[new DataView(bytes.buffer).getUint32(10, true)] = 255
  const { data } = decodeBmp(bytes, 'a.bmp')
  expect([...data.subarray((height - 1) * width * 3, (height - 1) * width * 3 + 3)]).toEqual([0, 0, 0])
})
