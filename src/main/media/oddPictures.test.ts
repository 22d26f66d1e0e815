import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { crc32 } from 'node:zlib'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readTiffFacts } from './tiffTiles.ts'
import { writeBmp } from '../../../tests/support/bmp.ts'
import { writeTiff } from '../../../tests/support/tiff.ts'
import { isTiled, levelsOf, type PictureHeader } from '../../shared/model/picture.ts'
import { floatsToWords, openingWindow, windowStep } from '../../shared/picture/valueWindow.ts'
import { windowOf } from './deepPicture.ts'
import { mediaOperations } from './mediaOperations.ts'
import { inspectPicture } from './picture.ts'
import { mayBeDeep, readPictureHeader } from './pictureHeader.ts'
import { tileFile } from './tiles.ts'

let root = ''
const put = (name: string, bytes: Uint8Array | string) => writeFile(path.join(root, name), bytes)
const header = (relPath: string): Promise<PictureHeader> => readPictureHeader(root, relPath).then((picture) => picture.header)
const solid = (background: string, width = 20, height = 12) => sharp({ create: { width, height, channels: 3, background } })

/** 13 x 7 pixels, none like its neighbours. */
const [width, height] = [13, 7]
const grey = Uint8Array.from({ length: width * height }, (_, i) => (i * 89) % 256)
const words = Uint16Array.from({ length: width * height }, (_, i) => 1_000 + ((i * 613) % 3_000))
const greyPng = () => sharp(grey, { raw: { width, height, channels: 1 } }).png()

beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'mw-odd-'))
})
afterAll(() => rm(root, { recursive: true, force: true }))

describe('headers of odd pictures', () => {
  it('counts the pages of a TIFF, not the smaller copies of one', async () => {
    const pages = await Promise.all(['red', 'blue'].map((background) => solid(background, 300, 200).png().toBuffer()))
    const joined = sharp(pages, { join: { animated: true } })
    await put('pages.tif', await joined.clone().tiff().toBuffer())
    await put('big-pages.tif', await joined.clone().tiff({ bigtiff: true }).toBuffer())
    const levels = { tile: true, pyramid: true, tileWidth: 64, tileHeight: 64 }
    await put('levels.tif', await solid('red', 300, 200).tiff(levels).toBuffer())
    await put(
      'big-levels.tif',
      await solid('red', 300, 200)
        .tiff({ ...levels, bigtiff: true })
        .toBuffer(),
    )
    for (const name of ['pages.tif', 'big-pages.tif']) expect(await header(name)).toMatchObject({ frames: 2, inTiles: false })
    for (const name of ['levels.tif', 'big-levels.tif']) {
      expect((await sharp(path.join(root, name)).metadata()).pages).toBeGreaterThan(1)
      expect(await header(name)).toMatchObject({ frames: 1, inTiles: true })
    }
    // The second directory leads back to itself.
    const circle = writeTiff(width, height, words)
    const link = circle.readUInt32LE(4) + 2 + 12 * 11
    circle.writeUInt32LE(circle.readUInt32LE(4), link)
    await put('circle.tif', circle)
    expect(await readTiffFacts(path.join(root, 'circle.tif'))).toEqual({ inTiles: false, pages: 1 })
  })

  it('says depth, channels, colours and frames without decoding', async () => {
    await put(
      'deep.png',
      await sharp(words, { raw: { width, height, channels: 1 } })
        .toColourspace('grey16')
        .png()
        .toBuffer(),
    )
    await put('deep.tif', writeTiff(width, height, words))
    await put(
      'float.tif',
      writeTiff(
        width,
        height,
        Float32Array.from(words, (v) => v / 7),
      ),
    )
    await put('cmyk.jpg', await solid('#3060a0').toColourspace('cmyk').jpeg().toBuffer())
    await put('palette.png', await solid('#3060a0').png({ palette: true }).toBuffer())
    await put('alpha.webp', await solid('#3060a0').ensureAlpha(0.5).webp().toBuffer())
    const frames = await Promise.all(['red', 'blue', 'lime'].map((background) => solid(background, 8, 6).png().toBuffer()))
    for (const format of ['gif', 'webp'] as const)
      await put(
        `moving.${format}`,
        await sharp(frames, { join: { animated: true } })
          .toFormat(format)
          .toBuffer(),
      )
    const still = await solid('red', 8, 6).png().toBuffer()
    const chunk = (type: string, data: Buffer) => {
      const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
      const ends = Buffer.alloc(8)
      ends.writeUInt32BE(data.length, 0)
      ends.writeUInt32BE(crc32(body), 4)
      return Buffer.concat([ends.subarray(0, 4), body, ends.subarray(4)])
    }
    // Signature and IHDR are 33 bytes; a long text before `acTL`, which is four frames without end.
    const animation = [chunk('tEXt', Buffer.alloc(500, 'k')), chunk('acTL', Buffer.from([0, 0, 0, 4, 0, 0, 0, 0]))]
    await put('moving.png', Buffer.concat([still.subarray(0, 33), ...animation, still.subarray(33)]))
    expect(await header('deep.png')).toMatchObject({ bits: 16, channels: 1, colors: 'grey', float: false, frames: 1 })
    expect(await header('deep.tif')).toMatchObject({ format: 'tiff', bits: 16, colors: 'grey', width, height })
    expect(await header('float.tif')).toMatchObject({ bits: 32, float: true, colors: 'grey' })
    expect(await header('cmyk.jpg')).toMatchObject({ bits: 8, channels: 4, colors: 'cmyk' })
    expect(await header('palette.png')).toMatchObject({ palette: true, colors: 'rgb' })
    expect(await header('alpha.webp')).toMatchObject({ hasAlpha: true, channels: 4, frames: 1 })
    expect(await header('moving.gif')).toMatchObject({ format: 'gif', frames: 3, width: 8, height: 6 })
    expect(await header('moving.png')).toMatchObject({ format: 'png', frames: 4, width: 8, height: 6 })
    expect(await header('moving.webp')).toMatchObject({ format: 'webp', frames: 3, width: 8, height: 6 })
    // What a snapshot hashes the rule of the window for: of a TIFF the first bytes do not say it.
    const names = ['deep.png', 'deep.tif', 'float.tif', 'palette.png', 'cmyk.jpg', 'alpha.webp', 'moving.gif']
    expect(await Promise.all(names.map((name) => mayBeDeep(path.join(root, name))))).toEqual([true, true, true, false, false, false, false])
  })

  it('refuses more than a gigapixel from the header, with the size and the limit', async () => {
    const bomb = await greyPng().toBuffer()
    bomb.writeUInt32BE(40_000, 16)
    bomb.writeUInt32BE(30_000, 20)
    await put('bomb.png', bomb)
    const jpeg = await solid('red').jpeg().toBuffer()
    const frame = jpeg.indexOf(Buffer.from([0xff, 0xc0]))
    jpeg.writeUInt16BE(40_000, frame + 5)
    jpeg.writeUInt16BE(30_000, frame + 7)
    await put('bomb.jpg', jpeg)
    for (const [name, w, h] of [
      ['bomb.png', 40_000, 30_000],
      ['bomb.jpg', 30_000, 40_000],
    ] as const)
      await expect(header(name)).rejects.toMatchObject({
        code: 'file/too-large',
        data: { file: name, width: w, height: h, mostMegapixels: 1_000 },
      })
  })

  it('says what is wrong with a broken file', async () => {
    const noise = await sharp(
      Uint8Array.from({ length: 90_000 }, (_, i) => (i * i * 7) % 251),
      { raw: { width: 300, height: 100, channels: 3 } },
    )
      .jpeg()
      .toBuffer()
    await put('cut.jpg', noise.subarray(0, noise.length >> 1))
    await put('empty.jpg', '')
    await put('notes.jpg', 'these are only some words\n')
    await put('page.png', '<!DOCTYPE html><html></html>')
    await put('renamed.jpg', await solid('red').png().toBuffer())
    await put('cut.gif', 'GIF89a')
    const code = (name: string) =>
      inspectPicture(root, name).then(
        () => 'sound',
        (error: { code: string; data: { file: string; found?: string } }) => [error.code, error.data.file, error.data.found ?? null],
      )
    expect(await code('cut.jpg')).toEqual(['file/truncated', 'cut.jpg', null])
    expect(await code('empty.jpg')).toEqual(['file/empty', 'empty.jpg', null])
    expect(await code('notes.jpg')).toEqual(['file/unsupported', 'notes.jpg', 'TXT'])
    expect(await code('page.png')).toEqual(['file/unsupported', 'page.png', 'HTML'])
    expect((await code('cut.gif'))[1]).toBe('cut.gif')
    // What a file is, its bytes say, not its name.
    expect(await code('renamed.jpg')).toBe('sound')
  })
})

const pixelsOf = async (file: string) => {
  const { data, info } = await sharp(file).toColourspace('b-w').raw().toBuffer({ resolveWithObject: true })
  return { size: [info.width, info.height], pixels: [...data].filter((_, i) => i % info.channels === 0) }
}

describe('odd pictures as people see them', () => {
  it('shows the first frame of films, converted colours and turned pixels', async () => {
    const out = path.join(root, 'shown.png')
    for (const format of ['gif', 'webp']) {
      expect(await mediaOperations.viewable({ root, relPath: `moving.${format}`, out })).toEqual({ file: out, type: 'image/png' })
      const { data } = await sharp(out).removeAlpha().raw().toBuffer({ resolveWithObject: true })
      expect([...data.subarray(0, 3)].map((v) => Math.round(v / 255))).toEqual([1, 0, 0])
    }
    expect(await mediaOperations.viewable({ root, relPath: 'cmyk.jpg', out })).toEqual({ file: out, type: 'image/png' })
    const { data, info } = await sharp(out).raw().toBuffer({ resolveWithObject: true })
    expect(info.channels).toBe(3)
    expect(data[2]).toBeGreaterThan(data[0]! + 40)
    expect(await mediaOperations.viewable({ root, relPath: 'palette.png', out })).toEqual({
      file: path.join(root, 'palette.png'),
      type: 'image/png',
    })
  })

  it('turns what browsers would not: a WebP with an EXIF orientation', async () => {
    const out = path.join(root, 'turned.webp.png')
    for (let orientation = 1; orientation <= 8; orientation++) {
      const relPath = `turned-${orientation}.webp`
      const file = path.join(root, relPath)
      await put(relPath, await greyPng().withMetadata({ orientation }).webp({ lossless: true }).toBuffer())
      const asItIs = orientation === 1
      const shown = { file: asItIs ? file : out, type: asItIs ? 'image/webp' : 'image/png' }
      expect(await mediaOperations.viewable({ root, relPath, out })).toEqual(shown)
      const upright = await sharp(file).autoOrient().png().toBuffer()
      await put('upright.png', upright)
      if (!asItIs) expect(await pixelsOf(out)).toEqual(await pixelsOf(path.join(root, 'upright.png')))
    }
  })

  it('shows a deep picture through the window of its values', async () => {
    const out = path.join(root, 'deep-thumb.webp')
    for (const relPath of ['deep.png', 'deep.tif', 'float.tif']) {
      await mediaOperations.thumb({ root, relPath, size: 320, out, tile: null })
      const { size, pixels } = await pixelsOf(out)
      expect(size).toEqual([width, height])
      expect(Math.min(...pixels)).toBeLessThan(25)
      expect(Math.max(...pixels)).toBeGreaterThan(230)
    }
  })

  it('turns thumbnails as every EXIF orientation says', async () => {
    for (let orientation = 1; orientation <= 8; orientation++) {
      const relPath = `turned-${orientation}.png`
      await put(relPath, await greyPng().withMetadata({ orientation }).toBuffer())
      const expected = path.join(root, 'upright.png')
      await sharp(path.join(root, relPath)).autoOrient().png().toFile(expected)
      const out = path.join(root, 'thumb.webp')
      await mediaOperations.thumb({ root, relPath, size: 320, out, tile: null })
      const [a, b] = [await pixelsOf(out), await pixelsOf(expected)]
      expect(a.size).toEqual(b.size)
      const far = a.pixels.map((v, i) => Math.abs(v - b.pixels[i]!)).reduce((sum, d) => sum + d, 0) / a.pixels.length
      expect(far).toBeLessThan(20)
    }
  })
})

describe('tiles', () => {
  it('cuts a picture into levels, each half of the one before, and puts it together again', async () => {
    const [w, h] = [1_200, 700]
    const pixels = Uint8Array.from({ length: w * h * 3 }, (_, i) => ((i % (w * 3)) / 15 + i / (w * 30)) & 255)
    await put(
      'medium.png',
      await sharp(pixels, { raw: { width: w, height: h, channels: 3 } })
        .png()
        .toBuffer(),
    )
    const out = path.join(root, 'tiles')
    const { bytes } = await mediaOperations.tiles({ root, relPath: 'medium.png', level: 0, out, background: false })
    expect(bytes).toBeGreaterThan(10_000)
    const levels = levelsOf({ width: w, height: h })
    expect(levels).toBe(3)
    const sizes = await Promise.all(
      [
        [0, 0, 0],
        [0, 2, 1],
        [1, 1, 0],
        [2, 0, 0],
      ].map(async ([level, x, y]) => {
        const meta = await sharp(tileFile(out, levels, level!, x!, y!, 'jpeg')).metadata()
        return [meta.width, meta.height]
      }),
    )
    expect(sizes).toEqual([
      [512, 512],
      [176, 188],
      [88, 350],
      [300, 175],
    ])
    const { data } = await sharp(tileFile(out, levels, 0, 1, 0, 'jpeg'))
      .raw()
      .toBuffer({ resolveWithObject: true })
    const off = [...data.subarray(0, 512 * 3)].map((v, i) => Math.abs(v - pixels[512 * 3 + i]!))
    expect(Math.max(...off)).toBeLessThan(16)
  })

  it('keeps the values of deep pictures, and leaves no part behind', async () => {
    const out = path.join(root, 'deep-tiles')
    for (const relPath of ['deep.png', 'deep.tif']) {
      await mediaOperations.tiles({ root, relPath, level: 0, out, background: false })
      const bytes = await mediaOperations.words({ root, relPath, folder: out, file: tileFile(out, 1, 0, 0, 0, 'png') })
      const [low, high, ...values] = new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 2)
      expect(values).toEqual([...words])
      expect({ low, high }).toEqual(openingWindow(words, { width, height }))
    }
    expect(isTiled(await header('deep.png'))).toBe(true)
    await expect(
      mediaOperations.tiles({ root, relPath: 'cut.jpg', level: 0, out: path.join(root, 'none'), background: false }),
    ).rejects.toMatchObject({
      code: 'file/truncated',
    })
    expect((await readdir(root)).filter((name) => name.startsWith('none'))).toEqual([])
  })
})

it('reads BMP: header, viewable, thumbnail, tiles and region', async () => {
  const [w, h] = [23, 11]
  const rgb = Uint8Array.from({ length: w * h * 3 }, (_, i) => (i * 31) & 255)
  for (const bits of [24, 32, 8] as const) {
    const relPath = `plain-${bits}.bmp`
    await put(relPath, writeBmp(w, h, rgb, { bits }))
    const found = await inspectPicture(root, relPath)
    expect(found).toMatchObject({ width: w, height: h, orientation: 1, header: { format: 'bmp', bits: 8, palette: bits === 8 } })
    const out = path.join(root, 'bmp-out')
    expect(await mediaOperations.viewable({ root, relPath, out })).toEqual({ file: out, type: 'image/png' })
    expect(Buffer.compare(await sharp(out).raw().toBuffer(), rgb)).toBe(0)
    await mediaOperations.region({ root, relPath, window: [0, 0, w, h], mostSide: 100, out, tiles: null })
    expect(Buffer.compare(await readFile(out), rgb)).toBe(0)
    await mediaOperations.thumb({ root, relPath, size: 320, out, tile: null })
    expect(await sharp(await readFile(out)).metadata()).toMatchObject({ format: 'webp', width: w, height: h })
    await mediaOperations.tiles({ root, relPath, level: 0, out: path.join(root, 'bmp-tiles'), background: false })
  }
  await put('cut.bmp', writeBmp(w, h, rgb, { bits: 24 }).subarray(0, 200))
  await expect(inspectPicture(root, 'cut.bmp')).rejects.toMatchObject({ code: 'file/truncated', data: { file: 'cut.bmp' } })
})

it('spreads whole numbers that do not fit into 16 bits without a sign, so that none is cut off', async () => {
  const [w, h] = [30, 20]
  for (const channels of [1, 3] as const) {
    const numbers = (low: number, step: number) => Array.from({ length: w * h * channels }, (_, i) => low + i * step)
    for (const [kind, data, bits] of [
      ['int16', Int16Array.from(numbers(-1_000, 5)), 16],
      ['int32', Int32Array.from(numbers(-10_000_000, 9_000)), 32],
      ['uint32', Uint32Array.from(numbers(0, 50_000)), 32],
    ] as const) {
      const relPath = `${kind}-${channels}.tif`
      await put(relPath, writeTiff(w, h, data))
      expect(await header(relPath)).toMatchObject({ bits, spread: true, float: false, inTiles: false })
      const out = path.join(root, relPath.replace('.', '-'))
      await mediaOperations.tiles({ root, relPath, level: 0, out, background: false })
      const bytes = await mediaOperations.words({ root, relPath, folder: out, file: tileFile(out, 1, 0, 0, 0, 'png') })
      const [low, high, ...values] = new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 2)
      const wanted = floatsToWords(Float32Array.from(data))
      expect(values, relPath).toEqual([...wanted])
      expect(new Set(values).size).toBe(data.length)
      expect({ low, high }).toEqual(openingWindow(wanted, { width: w, height: h }))
    }
  }
})

it('shows everybody the colours that lie under alpha: whole, thumbnail, tiles, parts and windows of values', async () => {
  const [w, h] = [1_100, 110]
  // One red, transparent to the left, half so to the right.
  const rgba = Uint8Array.from({ length: w * h * 4 }, (_, i) => (i % 4 === 3 ? ((i >> 2) % w < 500 ? 0 : 77) : [200, 40, 20][i % 4]!))
  const image = sharp(rgba, { raw: { width: w, height: h, channels: 4 } })
  await put('alpha.png', await image.clone().png().toBuffer())
  await put('alpha.tif', await image.clone().tiff({ compression: 'lzw', tile: true, tileWidth: 128, tileHeight: 128 }).toBuffer())
  const isRed = async (bytes: Uint8Array | string, off: number) => {
    const { data, info } = await sharp(bytes).raw().toBuffer({ resolveWithObject: true })
    const far = data.reduce((most, v, i) => Math.max(most, Math.abs(v - [200, 40, 20][i % 3]!)), 0)
    expect([info.channels, far <= off], `${info.channels} channels, off by ${far}`).toEqual([3, true])
  }
  const out = path.join(root, 'bare')
  for (const relPath of ['alpha.png', 'alpha.tif']) {
    expect(await mediaOperations.viewable({ root, relPath, out })).toEqual({ file: out, type: 'image/png' })
    await isRed(out, 0)
    await mediaOperations.thumb({ root, relPath, size: 320, out, tile: null })
    await isRed(out, 8)
    await mediaOperations.region({ root, relPath, window: [0, 0, w, h], mostSide: 100, out, tiles: null })
    await isRed(
      await sharp(await readFile(out), { raw: { width: 100, height: 10, channels: 3 } })
        .png()
        .toBuffer(),
      0,
    )
    for (const level of [0, 1]) {
      const folder = path.join(root, `bare-tiles-${level}`)
      await mediaOperations.tiles({ root, relPath, level, out: folder, background: false })
      expect((await readdir(folder)).filter((name) => name.startsWith('bare'))).toEqual([])
      for (let at = level; at < 3; at++) await isRed(tileFile(folder, 3, at, 0, 0, 'png'), 0)
    }
  }
  for (const level of [0, 1, 2])
    await isRed(await mediaOperations.partTile({ root, relPath: 'alpha.tif', folder: out, level, x: 0, y: 0 }), 0)
  const deep = Uint16Array.from({ length: w * h * 2 }, (_, i) => (i % 2 === 1 ? ((i >> 1) % w < 500 ? 0 : 20_000) : 5_000 + ((i >> 1) % w)))
  await put(
    'deep-alpha.png',
    await sharp(deep, { raw: { width: w, height: h, channels: 2 } })
      .toColourspace('grey16')
      .png()
      .toBuffer(),
  )
  const picture = await readPictureHeader(root, 'deep-alpha.png')
  expect(picture.header).toMatchObject({ bits: 16, hasAlpha: true, colors: 'grey' })
  const window = openingWindow(
    deep.filter((_, i) => i % 2 === 0),
    { width: w, height: h },
  )
  expect(await windowOf(picture)).toEqual(window)
  await mediaOperations.tiles({ root, relPath: 'deep-alpha.png', level: 1, out, background: false })
  const bytes = await mediaOperations.words({ root, relPath: 'deep-alpha.png', folder: out, file: tileFile(out, 3, 1, 0, 0, 'png') })
  const [low, high, ...values] = new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 2)
  expect([low, high, Math.min(...values) >= 5_000]).toEqual([window.low, window.high, true])
})

it('looks at every pixel that decides about the window of a large deep picture, and at no other', async () => {
  const [w, h] = [2_100, 1_030]
  const step = windowStep({ width: w, height: h })
  expect(step).toBe(4)
  const deciding = (x: number, y: number) => x % step === 2 && y % step === 2
  for (const channels of [1, 3] as const) {
    // What does not decide is far off: one such pixel among the others would show.
    const values = Uint16Array.from({ length: w * h * channels }, (_, i) => {
      const pixel = Math.floor(i / channels)
      return deciding(pixel % w, Math.floor(pixel / w)) ? 9_000 + ((i * 31) % 700) : (i % 2) * 65_535
    })
    await put(`large-${channels}.tif`, writeTiff(w, h, values))
    const window = await windowOf(await readPictureHeader(root, `large-${channels}.tif`))
    expect(window).toEqual(openingWindow(values, { width: w, height: h }))
    expect(window.low).toBeGreaterThanOrEqual(9_000)
    expect(window.high).toBeLessThan(9_700)
  }
})

it('cuts single tiles out of files that lie in tiles, as the pyramid will have them', async () => {
  const [w, h] = [1_500, 1_100]
  const pixels = Uint8Array.from({ length: w * h * 3 }, (_, i) => (Math.floor(i / 3 / w) >> 4) + ((Math.floor(i / 3) % w) >> 4))
  const image = sharp(pixels, { raw: { width: w, height: h, channels: 3 } })
  await put('strips.tif', await image.clone().tiff({ compression: 'lzw' }).toBuffer())
  for (const bigtiff of [false, true]) {
    const relPath = `tiles-${bigtiff}.tif`
    await put(relPath, await image.clone().tiff({ compression: 'lzw', tile: true, tileWidth: 128, tileHeight: 128, bigtiff }).toBuffer())
    expect(await header(relPath)).toMatchObject({ inTiles: true, width: w, height: h })
  }
  expect((await header('strips.tif')).inTiles).toBe(false)
  const relPath = 'tiles-true.tif'
  const out = path.join(root, 'of-tiles')
  await mediaOperations.tiles({ root, relPath, level: 0, out, background: false })
  for (const [level, x, y] of [
    [0, 0, 0],
    [0, 2, 2],
    [1, 1, 1],
    [2, 0, 0],
  ] as const) {
    const bytes = await mediaOperations.partTile({ root, relPath, folder: out, level, x, y })
    const [cut, wanted] = await Promise.all(
      [Buffer.from(bytes), tileFile(out, 3, level, x, y, 'jpeg')].map((from) => sharp(from).raw().toBuffer({ resolveWithObject: true })),
    )
    expect(cut!.info).toMatchObject({ width: wanted!.info.width, height: wanted!.info.height })
    const far = cut!.data.reduce((most, v, i) => Math.max(most, Math.abs(v - wanted!.data[i]!)), 0)
    expect(far).toBeLessThan(6)
  }
  const deep = Uint16Array.from({ length: 700 * 600 }, (_, i) => (i % 700) * 9)
  const deepTiff = sharp(deep, { raw: { width: 700, height: 600, channels: 1 } }).toColourspace('grey16')
  await put('deep-tiles.tif', await deepTiff.tiff({ compression: 'lzw', tile: true, tileWidth: 128, tileHeight: 128 }).toBuffer())
  await mediaOperations.tiles({ root, relPath: 'deep-tiles.tif', level: 0, out, background: false })
  const at = { root, relPath: 'deep-tiles.tif', folder: out }
  const cut = await mediaOperations.partTile({ ...at, level: 0, x: 1, y: 1 })
  expect(Buffer.compare(cut, await mediaOperations.words({ ...at, file: tileFile(out, 2, 0, 1, 1, 'png') }))).toBe(0)
})
