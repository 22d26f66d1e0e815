import { encode } from 'fast-png'
import fc from 'fast-check'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { labelmapLegend } from '../../shared/formats/maskLegend.ts'
import { decodeIndexPng, encodeIndexPng, type IndexPng } from './indexPng.ts'

const map = fc
  .record({
    width: fc.integer({ min: 1, max: 19 }),
    height: fc.integer({ min: 1, max: 9 }),
    depth: fc.constantFrom(1 as const, 2 as const, 4 as const, 8 as const),
  })
  .chain(({ width, height, depth }) =>
    fc
      .array(fc.integer({ min: 0, max: (1 << depth) - 1 }), { minLength: width * height, maxLength: width * height })
      .map((values): IndexPng => ({ width, height, indices: Uint8Array.from(values), kind: 'grayscale', bitDepth: depth, palette: null })),
  )

describe('index PNGs', () => {
  it('keep every index, kind and depth', () => {
    fc.assert(
      fc.property(map, fc.boolean(), (picture, colours) => {
        const max = Math.max(...picture.indices)
        const png: IndexPng = colours
          ? { ...picture, kind: 'palette', palette: Uint8Array.from({ length: (max + 1) * 3 }, (_, i) => (i * 7) & 255) }
          : picture
        expect(decodeIndexPng(encodeIndexPng(png), 'a.png', null)).toEqual(png)
      }),
    )
  })

  it('are what other readers read', async () => {
    const indices = Uint8Array.from({ length: 30 }, (_, i) => i % 4)
    const bytes = encodeIndexPng({
      width: 6,
      height: 5,
      indices,
      kind: 'palette',
      bitDepth: 2,
      palette: Uint8Array.from([0, 0, 0, 128, 0, 0, 0, 128, 0, 128, 128, 0]),
    })
    const { data, info } = await sharp(bytes).removeAlpha().raw().toBuffer({ resolveWithObject: true })
    expect(info).toMatchObject({ width: 6, height: 5, channels: 3 })
    expect([...data.subarray(3, 12)]).toEqual([128, 0, 0, 0, 128, 0, 128, 128, 0])
  })

  it('grow when an index needs more bits or colours', () => {
    const indices = Uint8Array.from([0, 1, 255])
    const grown = decodeIndexPng(
      encodeIndexPng({ width: 3, height: 1, indices, kind: 'palette', bitDepth: 1, palette: Uint8Array.from([9, 9, 9, 8, 8, 8]) }),
      'a.png',
      null,
    )
    expect(grown).toMatchObject({ bitDepth: 8, kind: 'palette' })
    expect(grown.indices).toEqual(indices)
    expect([...grown.palette!.slice(0, 9)]).toEqual([9, 9, 9, 8, 8, 8, 0, 128, 0])
    expect([...grown.palette!.slice(-3)]).toEqual([224, 224, 192])
  })

  it('are read by their colours when they hold colours, and written so again', async () => {
    const legend = labelmapLegend([
      { index: 1, color: '#010203' },
      { index: 2, color: '#804000' },
    ])
    const colors = [[0, 0, 0], [1, 2, 3], [128, 64, 0], [224, 224, 192]] // prettier-ignore
    const raw = Buffer.from(colors.flat())
    for (const channels of [3, 4] as const) {
      const picture = sharp(raw, { raw: { width: 4, height: 1, channels: 3 } })
      const png = decodeIndexPng(await (channels === 4 ? picture.ensureAlpha() : picture).png().toBuffer(), 'a.png', legend)
      expect(png).toMatchObject({ kind: 'color', width: 4, height: 1, indices: Uint8Array.from([0, 1, 2, 255]) })
      expect(await sharp(encodeIndexPng(png)).raw().toBuffer()).toEqual(raw)
      expect(decodeIndexPng(encodeIndexPng({ ...png, indices: Uint8Array.from([2, 2, 0, 1]) }), 'a.png', legend).indices).toEqual(
        Uint8Array.from([2, 2, 0, 1]),
      )
    }
    const voc = await sharp(Buffer.from([128, 0, 0, 192, 128, 128]), { raw: { width: 2, height: 1, channels: 3 } })
      .png()
      .toBuffer()
    expect([...decodeIndexPng(voc, 'a.png', null).indices]).toEqual([1, 15])
    expect(() => decodeIndexPng(voc, 'b/a.png', legend)).toThrow(/b\/a\.png is in colours, and 128,0,0 at pixel 0,0/)
  })

  it('are read as grey indices when all of them is grey in three channels, and VOC has no such colours', async () => {
    const legend = labelmapLegend([{ index: 1, color: '#010101' }])
    const saved = (greys: number[], channels: 3 | 4 = 3) => {
      const raw = { width: greys.length, height: 1, channels: 3 } as const
      const picture = sharp(Buffer.from(greys.flatMap((v) => [v, v, v])), { raw })
      return (channels === 4 ? picture.ensureAlpha() : picture).png().toBuffer()
    }
    for (const channels of [3, 4] as const) {
      const png = decodeIndexPng(await saved([0, 1, 255, 20], channels), 'a.png', null)
      expect(png).toMatchObject({ kind: 'color', greyColors: true, indices: Uint8Array.from([0, 1, 255, 20]) })
      // Written again as it was: three channels of the same.
      expect([
        ...(await sharp(encodeIndexPng({ ...png, indices: Uint8Array.from([1, 1, 0, 255]) }))
          .raw()
          .toBuffer()),
      ]).toEqual([1, 1, 1, 1, 1, 1, 0, 0, 0, 255, 255, 255])
    }
    // VOC's own grey (a car), and what a labelmap says, are colours.
    expect(decodeIndexPng(await saved([0, 128]), 'a.png', null)).toMatchObject({ indices: Uint8Array.from([0, 7]) })
    expect(decodeIndexPng(await saved([0, 1]), 'a.png', legend)).toMatchObject({ indices: Uint8Array.from([0, 1]) })
    const grey = await saved([0, 2])
    expect(() => decodeIndexPng(grey, 'a.png', legend)).toThrow(/2,2,2 at pixel 1,0/)
  })

  it('may be interlaced at 8 bits, and are refused where the decoder would guess', async () => {
    const interlaced = (colours: number) =>
      sharp(Buffer.from(Uint8Array.from({ length: 37 * 23 * 3 }, (_, i) => ((i / 3) % colours) * 8)), {
        raw: { width: 37, height: 23, channels: 3 },
      })
        .png({ palette: true, progressive: true, colours, dither: 0 })
        .toBuffer()
    const bytes = await interlaced(30)
    const { indices, palette } = decodeIndexPng(bytes, 'a.png', null)
    const colors = Buffer.from([...indices].flatMap((index) => [...palette!.subarray(index * 3, index * 3 + 3)]))
    expect(colors.equals(await sharp(bytes).removeAlpha().raw().toBuffer())).toBe(true)
    const packed = await interlaced(2)
    expect(() => decodeIndexPng(packed, 'a.png', null)).toThrow(/interlaced with 1 bits/)
  })

  it('are refused with a reason', () => {
    const code = (bytes: Buffer) => {
      try {
        decodeIndexPng(bytes, 'a.png', null)
        return null
      } catch (error) {
        return (error as { code: string }).code
      }
    }
    const good = encodeIndexPng({
      width: 40,
      height: 40,
      indices: new Uint8Array(1600).map((_, i) => i & 255),
      kind: 'grayscale',
      bitDepth: 8,
      palette: null,
    })
    for (const length of [5, 8, 20, 33, 60, good.length - 13, good.length - 1])
      expect(code(good.subarray(0, length))).toBe('file/truncated')
    expect(code(Buffer.alloc(0))).toBe('file/empty')
    expect(code(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'))).toBe('file/unsupported')
    expect(code(Buffer.from(encode({ width: 2, height: 2, channels: 3, data: Uint8Array.from({ length: 12 }, (_, i) => i) })))).toBe(
      'voc/bad-mask',
    )
    expect(code(Buffer.from(encode({ width: 2, height: 2, channels: 1, depth: 16, data: new Uint16Array(4) })))).toBe('voc/bad-mask')
    const flipped = Buffer.from(good)
    flipped[60]! ^= 0xff
    expect(code(flipped)).toBe('voc/bad-mask')
    const bomb = Buffer.from(good)
    bomb.writeUInt32BE(60_000, 16)
    bomb.writeUInt32BE(60_000, 20)
    expect(code(bomb)).toBe('file/too-large')
    const lying = Buffer.from(good)
    lying.writeUInt32BE(4_000, 16)
    expect(code(lying)).toBe('voc/bad-mask')
  })
})
