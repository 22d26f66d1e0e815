import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { levelsOf } from '../../shared/model/picture.ts'
import { mediaOperations } from './mediaOperations.ts'
import { pictureFault } from './pictureHeader.ts'

let root: string
beforeAll(() => (root = mkdtempSync(path.join(tmpdir(), 'mw-region-'))))
afterAll(() => rmSync(root, { recursive: true, force: true }))

const [width, height] = [61, 40]
/** Every pixel has a colour of its own. */
const pixels = Buffer.from(Uint8Array.from({ length: width * height * 3 }, (_, i) => (i * 7 + Math.floor(i / 3)) & 255))
const raw = { width, height, channels: 3 } as const

async function region(
  relPath: string,
  window: [number, number, number, number],
  more: Partial<Parameters<typeof mediaOperations.region>[0]> = {},
) {
  const out = path.join(root, 'out.rgb')
  const size = await mediaOperations.region({ root, relPath, window, mostSide: 4096, out, tiles: null, ...more })
  return { ...size, data: readFileSync(out) }
}

test('a window is cut out of a picture as it stands upright, however its file is turned', async () => {
  for (let orientation = 1; orientation <= 8; orientation++) {
    const name = `turned${orientation}.png`
    await sharp(pixels, { raw }).withMetadata({ orientation }).png().toFile(path.join(root, name))
    const upright = await sharp(path.join(root, name)).autoOrient().raw().toBuffer({ resolveWithObject: true })
    const whole = { width: upright.info.width, height: upright.info.height }
    const box = { left: 5, top: 9, width: 20, height: 11 }
    const wanted = await sharp(upright.data, { raw: { ...whole, channels: 3 } })
      .extract(box)
      .raw()
      .toBuffer()
    const cut = await region(name, [5, 9, 25, 20])
    expect([cut.width, cut.height], name).toEqual([20, 11])
    expect(Buffer.compare(cut.data, wanted), name).toBe(0)
  }
})

test('a window larger than asked for is reduced, a smaller one is not enlarged', async () => {
  await sharp(pixels, { raw }).png().toFile(path.join(root, 'plain.png'))
  expect(await region('plain.png', [0, 0, 60, 40], { mostSide: 30 })).toMatchObject({ width: 30, height: 20 })
  expect(await region('plain.png', [10, 10, 14, 12], { mostSide: 30 })).toMatchObject({ width: 4, height: 2 })
})

test('grey, transparent and CMYK pictures become RGB', async () => {
  await sharp(pixels, { raw }).toColourspace('b-w').png().toFile(path.join(root, 'grey.png'))
  await sharp(pixels, { raw }).ensureAlpha(0.5).png().toFile(path.join(root, 'alpha.png'))
  await sharp(pixels, { raw }).toColourspace('cmyk').jpeg().toFile(path.join(root, 'cmyk.jpg'))
  for (const name of ['grey.png', 'alpha.png', 'cmyk.jpg']) {
    const { width, height, data } = await region(name, [0, 0, 30, 20])
    expect([width, height, data.length], name).toEqual([30, 20, 30 * 20 * 3])
  }
})

test('a deep picture is looked at through the window of all of it, whatever part is cut', async () => {
  const values = Uint16Array.from({ length: 64 * 64 }, (_, i) => (i % 64) * 1000)
  const deep = sharp(values, { raw: { width: 64, height: 64, channels: 1 } }).toColourspace('grey16')
  await deep.png().toFile(path.join(root, 'deep.png'))
  const { data, width } = await region('deep.png', [16, 0, 48, 8])
  expect(width).toBe(32)
  expect([data[0], data[1], data[2]]).toEqual([data[0], data[0], data[0]])
  expect(data[0]).toBeCloseTo((16 / 63) * 255, -0.5)
  expect(data[31 * 3]).toBeCloseTo((47 / 63) * 255, -0.5)
})

test('of a tiled picture the tiles that are there are read, not the file', async () => {
  const size = { width: 1300, height: 700 }
  // Blue says where a pixel lies in steps that JPEG keeps.
  const large = Buffer.alloc(size.width * size.height * 3)
  for (let y = 0; y < size.height; y++)
    for (let x = 0; x < size.width; x++) large.fill((x >> 6) * 10, (y * size.width + x) * 3, (y * size.width + x) * 3 + 3)
  await sharp(large, { raw: { ...size, channels: 3 } })
    .png()
    .toFile(path.join(root, 'large.png'))
  const folder = path.join(root, 'tiles')
  await mediaOperations.tiles({ root, relPath: 'large.png', level: 0, out: folder, background: false })
  const window: [number, number, number, number] = [450, 400, 1090, 640]
  for (const level of [0, 1]) {
    const cut = await region('large.png', window, { mostSide: 320, tiles: { folder, levels: levelsOf(size), level } })
    const file = await region('large.png', window, { mostSide: 320 })
    expect([cut.width, cut.height]).toEqual([file.width, file.height])
    const far = cut.data.filter((value, i) => Math.abs(value - file.data[i]!) > 12).length
    expect(far / cut.data.length, `level ${level}`).toBeLessThan(0.02)
  }
})

test('a disk that refuses is named as such, never the picture', async () => {
  await sharp(pixels, { raw }).png().toFile(path.join(root, 'sound.png'))
  // A file where a folder has to be made.
  const out = path.join(root, 'sound.png', 'below')
  const refused = { code: 'disk/failed', data: { errno: 'ENOTDIR' } }
  await expect(region('sound.png', [0, 0, 9, 9], { out: path.join(out, 'out.rgb') })).rejects.toMatchObject(refused)
  const at = { root, relPath: 'sound.png' }
  await expect(mediaOperations.tiles({ ...at, level: 0, out, background: false })).rejects.toMatchObject(refused)
  const said = (words: string) => pictureFault('sound.png', new Error(words)).code
  expect(said('unable to write to target tiles.dz: No space left on device')).toBe('disk/full')
  expect(said('VipsForeignSave: write error\nunix error: Disk quota exceeded')).toBe('disk/full')
  for (const words of ['Read-only file system', 'Input/output error', 'Stale file handle'])
    expect(said(`wbuffer_write: write failed\nunix error: ${words}`)).toBe('disk/failed')
  expect(said('VipsSource: read error\nunix error: Input/output error')).toBe('file/unreadable')
  expect(pictureFault('gone.png', Object.assign(new Error('ENOENT: no such file'), { code: 'ENOENT' })).code).toBe('file/unreadable')
  expect(said('VipsJpeg: premature end of JPEG image')).toBe('file/truncated')
})
