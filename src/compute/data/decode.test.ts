import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encode } from 'fast-png'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { writeBmp } from '../../../tests/support/bmp.ts'
import { writeTiff } from '../../../tests/support/tiff.ts'
import { floatsToWords, openingWindow, throughWindow } from '../../shared/picture/valueWindow.ts'
import { decodeIndexMap, decodeRgb } from './decode.ts'

let folder = ''
const file = (name: string): string => join(folder, name)

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mw-decode-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

describe('decodeRgb', () => {
  it('gives RGB bytes turned as EXIF says, and drops alpha', async () => {
    const pixels = Uint8Array.from({ length: 2 * 3 * 4 }, (_, i) => (i % 4 === 3 ? 255 : i * 5))
    await sharp(pixels, { raw: { width: 3, height: 2, channels: 4 } })
      .png()
      .withMetadata({ orientation: 6 })
      .toFile(file('turned.png'))
    const image = await decodeRgb(file('turned.png'))
    expect([image.width, image.height]).toEqual([2, 3])
    // orientation 6: the stored left column, bottom first, is the top row
    const at = (x: number, y: number): number[] => [0, 1, 2].map((c) => (y * 3 + x) * 4 + c).map((i) => i * 5)
    expect([...image.data.subarray(0, 6)]).toEqual([...at(0, 1), ...at(0, 0)])
  })

  it('spreads grey pictures to three channels', async () => {
    await sharp(Uint8Array.of(7, 200), { raw: { width: 2, height: 1, channels: 1 } })
      .png()
      .toFile(file('grey.png'))
    expect([...(await decodeRgb(file('grey.png'))).data]).toEqual([7, 7, 7, 200, 200, 200])
  })

  it('reads BMP', async () => {
    const data = Uint8Array.from({ length: 7 * 4 * 3 }, (_, i) => i * 3)
    await writeFile(file('plain.bmp'), writeBmp(7, 4, data, { bits: 24 }))
    expect(await decodeRgb(file('plain.bmp'))).toEqual({ data, width: 7, height: 4 })
  })

  it('sees deep pictures as people do: through the window of their values, upright', async () => {
    const [width, height] = [40, 20]
    const words = Uint16Array.from({ length: width * height }, (_, i) => 1_000 + i * 20)
    words[0] = 65_535
    const shown = (values: Uint16Array, size: { width: number; height: number }) => [...throughWindow(values, openingWindow(values, size))]
    const grey = sharp(words, { raw: { width, height, channels: 1 } }).toColourspace('grey16')
    await grey.clone().png().toFile(file('deep.png'))
    await grey.clone().png().withMetadata({ orientation: 6 }).toFile(file('deep-turned.png'))
    await writeFile(file('deep.tif'), writeTiff(width, height, words))
    await writeFile(
      file('float.tif'),
      writeTiff(
        width,
        height,
        Float32Array.from(words, (v) => v / 9),
      ),
    )
    const expected = shown(words, { width, height })
    // Not the high byte: that would be nearly black.
    expect(Math.max(...expected.slice(1))).toBeGreaterThan(250)
    const red = (image: { data: Uint8Array }) => [...image.data].filter((_, i) => i % 3 === 0)
    for (const name of ['deep.png', 'deep.tif']) {
      const image = await decodeRgb(file(name))
      expect([image.width, image.height, image.data.length]).toEqual([width, height, width * height * 3])
      expect(red(image)).toEqual(expected)
    }
    const turned = await decodeRgb(file('deep-turned.png'))
    expect([turned.width, turned.height]).toEqual([height, width])
    expect(red(turned)).toEqual(Array.from(expected, (_, i) => expected[(height - 1 - (i % height)) * width + Math.floor(i / height)]))
    const float = await decodeRgb(file('float.tif'))
    const spread = floatsToWords(Float32Array.from(words, (v) => v / 9))
    expect(red(float)).toEqual(shown(spread, { width, height }))
    for (const numbers of [
      Int16Array.from(words, (v) => v - 2_000),
      Int32Array.from(words, (v) => v * -900),
      Uint32Array.from(words, (v) => v * 900),
    ]) {
      await writeFile(file('whole.tif'), writeTiff(width, height, numbers))
      expect(red(await decodeRgb(file('whole.tif')))).toEqual(shown(floatsToWords(Float32Array.from(numbers)), { width, height }))
    }
    const colours = Uint16Array.from({ length: width * height * 3 }, (_, i) => 300 + ((i * 7) % 4_000))
    await writeFile(file('colours.tif'), writeTiff(width, height, colours))
    expect([...(await decodeRgb(file('colours.tif'))).data]).toEqual(shown(colours, { width, height }))
  })

  it('names the file that fails', async () => {
    await expect(decodeRgb(file('none.jpg'))).rejects.toMatchObject({ code: 'file/not-found', data: { file: file('none.jpg') } })
    const whole = await sharp({ create: { width: 64, height: 64, channels: 3, background: '#123456' } })
      .jpeg()
      .toBuffer()
    await writeFile(file('cut.jpg'), whole.subarray(0, whole.length - 40))
    await expect(decodeRgb(file('cut.jpg'))).rejects.toMatchObject({ code: 'file/unreadable', data: { file: file('cut.jpg') } })
  })
})

describe('decodeIndexMap', () => {
  it('reads grey bytes and packed palette indices', async () => {
    await writeFile(file('grey.png'), encode({ width: 3, height: 1, data: Uint8Array.of(0, 20, 255), channels: 1, depth: 8 }))
    expect([...(await decodeIndexMap(file('grey.png'))).data]).toEqual([0, 20, 255])
    const palette = [0, 1, 2, 3].map((i) => [i, i, i])
    const indices = Uint8Array.of(0, 1, 2, 3, 3, 2, 1, 0, 1, 1)
    const packed = encode({ width: 5, height: 2, data: indices, channels: 1, depth: 8, palette } as never)
    await writeFile(file('palette.png'), packed)
    expect([...(await decodeIndexMap(file('palette.png'))).data]).toEqual([...indices])
    // libvips packs four colours into two bits per pixel
    await sharp(
      Uint8Array.from(indices, (v) => v * 85),
      { raw: { width: 5, height: 2, channels: 1 } },
    )
      .png({ palette: true, colours: 4 })
      .toFile(file('two-bits.png'))
    const small = await decodeIndexMap(file('two-bits.png'))
    expect(small.data.length).toBe(10)
    expect(new Set(small.data).size).toBe(4)
    expect(small.data[0]).toBe(small.data[7])
  })

  it('refuses colour, bombs and rubbish with the file name', async () => {
    await sharp({ create: { width: 4, height: 4, channels: 3, background: '#123456' } })
      .png()
      .toFile(file('rgb.png'))
    await expect(decodeIndexMap(file('rgb.png'))).rejects.toMatchObject({ code: 'voc/bad-mask' })
    const bomb = Buffer.from(encode({ width: 1, height: 1, data: Uint8Array.of(0), channels: 1, depth: 8 }))
    bomb.writeUInt32BE(60_000, 16)
    bomb.writeUInt32BE(60_000, 20)
    await writeFile(file('bomb.png'), bomb)
    await expect(decodeIndexMap(file('bomb.png'))).rejects.toMatchObject({ code: 'file/too-large' })
    await writeFile(file('rubbish.png'), 'no picture')
    await expect(decodeIndexMap(file('rubbish.png'))).rejects.toMatchObject({
      code: 'file/unreadable',
      data: { file: file('rubbish.png') },
    })
  })
})
