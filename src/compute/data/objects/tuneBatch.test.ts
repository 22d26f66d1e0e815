import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { maskFromBits } from '../../../shared/geometry/rle.ts'
import type { PictureObjects } from '../../../shared/model/pictureObjects.ts'
import { heldPictures } from '../../../../tests/support/heldPictures.ts'
import { NORMALIZATION } from '../normalize.ts'
import { keepDecoded } from './decodedPictures.ts'
import { contentOf, lookingWindow, maskInWindow, mostPixels, pixelsOf, windowAround } from './objectWindow.ts'
import { indexTunePictures, type ObjectRules, type TunePicture } from './pictureObjects.ts'
import { sceneRandom } from '../scenes/fastRandom.ts'
import { createTuneSet, objectBatch, tuneBatch, type TuneBatchSpec } from './tuneBatch.ts'

const [width, height] = [120, 80]
/** Two squares as one mask, one of them small; and a triangle as a polygon that reaches out of the picture. */
const bits = Uint8Array.from({ length: width * height }, (_, i) => {
  const [x, y] = [i % width, Math.floor(i / width)]
  return (x >= 10 && x < 40 && y >= 20 && y < 50) || (x >= 100 && x < 104 && y >= 4 && y < 8) ? 1 : 0
})
const drawn: PictureObjects['objects'] = [
  { classId: null, shape: maskFromBits(bits, { x: 0, y: 0, w: width, h: height }) },
  {
    classId: null,
    shape: {
      kind: 'polygon',
      parts: [
        {
          outer: [
            [60, 30],
            [140, 30],
            [60, 70],
          ],
          holes: [],
        },
      ],
    },
  },
]
async function readTunePictures(items: readonly ReturnType<typeof item>[], rules: ObjectRules): Promise<TunePicture[]> {
  const index = await indexTunePictures(items, rules)
  return Promise.all(index.items.map((_, position) => index.read(position)))
}

let folder = ''
let pictures: TunePicture[] = []

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tuneBatch-'))
  // The picture is its own truth: white where the mask is.
  const rgb = Uint8Array.from({ length: 3 * width * height }, (_, i) => bits[Math.floor(i / 3)]! * 255)
  await sharp(rgb, { raw: { width, height, channels: 3 } })
    .png()
    .toFile(join(folder, 'a.png'))
  await writeFile(join(folder, 'a.json'), JSON.stringify({ version: 1, objects: drawn }))
  await writeFile(join(folder, 'none.json'), JSON.stringify({ version: 1, objects: [] }))
  pictures = await readTunePictures([item('a'), item('none')], { objectsFrom: 'annotations', leastPx: 20 })
})
afterAll(() => rm(folder, { recursive: true }))

const item = (name: string) => ({
  id: name,
  name,
  imagePath: join(folder, 'a.png'),
  labelPath: join(folder, `${name}.json`),
  width,
  height,
  split: ['train'],
})
const spec: TuneBatchSpec = {
  seed: 3,
  batch: 2,
  size: 64,
  objects: 2,
  firstPoints: 4,
  rounds: 3,
  maskStride: 4,
  looks: 3,
  normalization: NORMALIZATION,
  zoom: 0.5,
  rendered: 0,
  flip: true,
  brightness: 0,
}

it('masks and polygons are objects with their pixels inside the picture; parts of a mask are objects where parts are wanted', async () => {
  expect(pictures.map(({ item: { name } }) => name)).toEqual(['a'])
  const [first, second] = pictures[0]!.objects
  expect(Math.abs(first!.area - 1500)).toBeLessThan(60)
  expect(first!.mask).toMatchObject({ x: 60, y: 30, w: 60 })
  expect(second!.area).toBe(900 + 16)
  const parts = await readTunePictures([item('a')], { objectsFrom: 'parts', leastPx: 20 })
  expect(parts[0]!.objects.map(({ area }) => area)).toEqual([first!.area, 900])
  // 24 pixels are a 400th of this picture: the small square is a scrap of a class mask, and too small for any object.
  for (const objectsFrom of ['parts', 'annotations'] as const) {
    const [whole] = await readTunePictures([item('a')], { objectsFrom, leastPx: null })
    expect(whole!.objects.every(({ area }) => area >= 64)).toBe(true)
  }
  await expect(readTunePictures([item('gone')], { objectsFrom: 'auto', leastPx: 1 })).rejects.toMatchObject({ code: 'file/not-found' })
})

it('a small mask of one piece is what somebody drew, also where masks are taken apart; scraps beside a piece are not', async () => {
  const large = { width: 400, height: 400 }
  const piece = (x: number, side: number) => (i: number) => i % 400 >= x && i % 400 < x + side && Math.floor(i / 400) < side
  const mask = (...isIn: readonly ((i: number) => boolean)[]) =>
    maskFromBits(
      Uint8Array.from({ length: 160_000 }, (_, i) => (isIn.some((one) => one(i)) ? 1 : 0)),
      { x: 0, y: 0, w: 400, h: 400 },
    )
  for (const [name, shape, areas] of [
    ['ball', mask(piece(0, 10)), [100]],
    ['scraps', mask(piece(0, 10), piece(50, 30)), [900]],
  ] as const) {
    await writeFile(join(folder, `${name}.json`), JSON.stringify({ version: 1, objects: [{ classId: null, shape }] }))
    const [read] = await readTunePictures([{ ...item(name), ...large }], { objectsFrom: 'parts', leastPx: null })
    expect(read!.objects.map(({ area }) => area)).toEqual(areas)
  }
})

it('a window shows the pixels of the picture and of the mask in the same places', async () => {
  const decoded = await keepDecoded()(pictures[0]!)
  const { mask } = pictures[0]!.objects[1]!
  for (let i = 0; i < 20; i++) {
    const window = windowAround({ ...mask, x: 10, y: 20, w: 30, h: 30 }, { width, height }, 1.5, sceneRandom(1, i))
    expect(window.x).toBeLessThanOrEqual(10)
    expect(window.x + window.w).toBeGreaterThanOrEqual(40)
    const content = contentOf(window, 64)
    expect(Math.max(...content)).toBe(64)
    const [shown, seen] = [maskInWindow(mask, window, content, 64), pixelsOf(decoded, window, content)]
    let wrong = 0
    for (let v = 0; v < content[1]; v++)
      for (let u = 0; u < content[0]; u++) if (seen[3 * (v * content[0] + u)]! > 127 !== (shown[v * 64 + u] === 1)) wrong++
    expect(wrong / (content[0] * content[1])).toBeLessThan(0.03)
  }
})

it('of a mask in a window just those pixels are shown whose centres it covers, and never more than its extent promises', () => {
  const random = sceneRandom(7, 1)
  const side = 48
  for (let i = 0; i < 60; i++) {
    const extent = { x: random.int(90), y: random.int(50), w: 1 + random.int(40), h: 1 + random.int(40) }
    const pixels = Uint8Array.from({ length: extent.w * extent.h }, () => (random.chance(0.6) ? 1 : 0))
    const mask = maskFromBits(pixels, extent)
    const window = { x: random.int(60), y: random.int(40), w: 1 + random.int(90), h: 1 + random.int(70) }
    const content = contentOf(window, side)
    const expected = new Uint8Array(side * side)
    for (let v = 0; v < content[1]; v++)
      for (let u = 0; u < content[0]; u++) {
        const column = Math.floor(window.x + (u + 0.5) * (window.w / content[0])) - extent.x
        const row = Math.floor(window.y + (v + 0.5) * (window.h / content[1])) - extent.y
        const isInside = column >= 0 && row >= 0 && column < extent.w && row < extent.h
        if (isInside) expected[v * side + u] = pixels[row * extent.w + column]!
      }
    expect(maskInWindow(mask, window, content, side)).toEqual(expected)
    expect(mostPixels(mask, window, content)).toBeGreaterThanOrEqual(expected.reduce((sum, value) => sum + value, 0))
  }
})

it('labels are read when they are wanted; outlines may have any number of vertices', async () => {
  const corners = 150_000
  const outer = Array.from({ length: corners }, (_, i): [number, number] => {
    const angle = (2 * Math.PI * i) / corners
    return [60 + 30 * Math.cos(angle), 40 + 30 * Math.sin(angle)]
  })
  const round = { classId: null, shape: { kind: 'polygon' as const, parts: [{ outer, holes: [] }] } }
  const write = (objects: PictureObjects['objects']) => writeFile(join(folder, 'late.json'), JSON.stringify({ version: 1, objects }))
  await write(drawn)
  const index = await indexTunePictures([item('none'), item('late')], { objectsFrom: 'annotations', leastPx: 20 })
  expect([index.items.map(({ name }) => name), index.counts, index.tooSmall]).toEqual([
    ['late'],
    [2],
    { objects: drawn.length - 2, pictures: 0 },
  ])
  const largest = await indexTunePictures([item('none'), item('late')], { objectsFrom: 'annotations', leastPx: 1e6 })
  expect([largest.items, largest.tooSmall]).toEqual([[], { objects: drawn.length, pictures: 1 }])
  await write([round])
  const [object] = (await index.read(0)).objects
  expect(Math.abs(object!.area - Math.PI * 900)).toBeLessThan(30)
  expect(await index.read(0)).toBe(await index.read(0))
})

it('small things are looked at from near, large ones in the whole picture', () => {
  const object = (x: number, y: number, side: number) => ({ kind: 'mask' as const, x, y, w: side, h: side, rle: '' })
  expect(lookingWindow(object(500, 300, 400), { width: 2000, height: 1000 })).toEqual({ x: 0, y: 0, w: 2000, h: 1000 })
  const near = lookingWindow(object(1980, 10, 20), { width: 2000, height: 1000 })
  expect(near).toEqual({ x: 1940, y: 0, w: 60, h: 60 })
})

it('a batch depends on its number alone; clicks lie on their objects, mirrored ones as well', async () => {
  const set = createTuneSet(spec, heldPictures(pictures))
  const batch = await tuneBatch(spec, set, keepDecoded(), 5)
  expect(await tuneBatch(spec, createTuneSet(spec, heldPictures(pictures)), keepDecoded(), 5)).toEqual(batch)
  expect((await tuneBatch(spec, set, keepDecoded(), 6))['points']).not.toEqual(batch['points'])
  let [hits, clicks] = [0, 0]
  for (let index = 0; index < 12; index++) {
    const { points, labels, target } = await tuneBatch(spec, set, keepDecoded(), index)
    for (let object = 0; object < 4; object++)
      for (let k = 0; k < 4; k++) {
        if (labels![object * 4 + k] !== 1) continue
        const cell = (axis: number): number => Math.min(15, Math.floor(points![(object * 4 + k) * 2 + axis]! * 16))
        clicks++
        if (target![object * 256 + cell(1) * 16 + cell(0)]! > 0) hits++
      }
  }
  expect(clicks).toBeGreaterThan(30)
  // Clicks are moved by a pixel or two, so a few miss.
  expect(hits / clicks).toBeGreaterThan(0.85)
})

it('embedded pictures are seen whole, one click or one box each', async () => {
  const set = createTuneSet(spec, heldPictures(pictures))
  const { positions, prompts } = await objectBatch({ ...spec, firstPoints: 2, single: true }, set, 4)
  expect(positions).toEqual([0, 0])
  for (let object = 0; object < 4; object++) {
    const pair = [prompts['labels']![object * 2]!, prompts['labels']![object * 2 + 1]!]
    expect([
      [1, -1],
      [2, 3],
    ]).toContainEqual(pair)
  }
})

/** A picture of 2000 x 1000 black pixels with a line that no row of a square of 64 falls on: every 31.25th is seen, from 15 on. */
async function largePicture(objects: readonly (readonly [x: number, y: number, w: number, h: number])[]): Promise<TunePicture> {
  const imagePath = join(folder, 'large.png')
  const raw = { width: 2000, height: 1000, channels: 3 } as const
  await sharp(new Uint8Array(3 * raw.width * raw.height), { raw })
    .png()
    .toFile(imagePath)
  return {
    item: { id: 'large', name: 'large', imagePath, width: raw.width, height: raw.height },
    objects: objects.map(([x, y, w, h]) => ({
      mask: maskFromBits(new Uint8Array(w * h).fill(1), { x, y, w, h }),
      area: w * h,
    })),
    voids: [],
  }
}
const cellsOf = (target: Float32Array, object: number): number =>
  target.subarray(object * 256, (object + 1) * 256).reduce((sum, cell) => sum + cell, 0)
const line = [100, 500, 1800, 1] as const

it('an object of which nothing is seen in a look is looked at closely, or another one is prompted: no target is empty', async () => {
  const alone = await largePicture([line])
  for (const zoom of [0, 1]) {
    const closely = { ...spec, zoom }
    for (let index = 0; index < 4; index++) {
      const batch = await tuneBatch(closely, createTuneSet(closely, heldPictures([alone])), keepDecoded(), index)
      for (let object = 0; object < 4; object++) expect(cellsOf(batch['target']!, object)).toBeGreaterThan(0)
      expect(await tuneBatch(closely, createTuneSet(closely, heldPictures([alone])), keepDecoded(), index)).toEqual(batch)
    }
  }
  const withSpeck = await largePicture([line, [300, 300, 40, 40]])
  const still = { ...spec, firstPoints: 2, single: true }
  for (let index = 0; index < 8; index++) {
    const { prompts } = await objectBatch(still, createTuneSet(still, heldPictures([withSpeck])), index)
    for (let object = 0; object < 4; object++) expect(cellsOf(prompts['target']!, object)).toBeGreaterThan(0)
  }
})

it('of embedded pictures the next is taken where nothing is seen in one; where nothing is seen in any, this is told', async () => {
  const alone = await largePicture([line])
  const still = { ...spec, firstPoints: 2, single: true }
  for (let index = 0; index < 4; index++) {
    const { positions, prompts } = await objectBatch(still, createTuneSet(still, heldPictures([alone, pictures[0]!])), index)
    expect(positions).toEqual([1, 1])
    for (let object = 0; object < 4; object++) expect(cellsOf(prompts['target']!, object)).toBeGreaterThan(0)
  }
  await expect(objectBatch(still, createTuneSet(still, heldPictures([alone])), 0)).rejects.toMatchObject({ code: 'run/no-training-items' })
})

it('a picture that was replaced by one of another size is told of', async () => {
  const [{ item: known }] = pictures as [TunePicture]
  await expect(keepDecoded()({ item: { ...known, width: width + 1 } })).rejects.toMatchObject({
    code: 'file/changed',
    data: { width, wasWidth: width + 1 },
  })
})

/** A square object in a ring of void, in a picture that is twice as wide as it is high. */
async function ringed(): Promise<TunePicture> {
  const [wide, high] = [64, 32]
  const square = (x: number, y: number, side: number) => (i: number) =>
    i % wide >= x && i % wide < x + side && Math.floor(i / wide) >= y && Math.floor(i / wide) < y + side
  const shape = (isIn: (i: number) => boolean) =>
    maskFromBits(
      Uint8Array.from({ length: wide * high }, (_, i) => (isIn(i) ? 1 : 0)),
      { x: 0, y: 0, w: wide, h: high },
    )
  const imagePath = join(folder, 'ringed.png')
  await sharp(new Uint8Array(3 * wide * high), { raw: { width: wide, height: high, channels: 3 } })
    .png()
    .toFile(imagePath)
  // Drawn a pixel wider than it is known to be: void lies over it.
  const objects = [{ classId: null, shape: shape(square(12, 8, 16)) }]
  const voids = [shape((i) => square(8, 4, 24)(i) && !square(13, 9, 14)(i))]
  await writeFile(join(folder, 'ringed.json'), JSON.stringify({ version: 1, objects, voids }))
  const [picture] = await readTunePictures([{ ...item('ringed'), imagePath, width: wide, height: high }], {
    objectsFrom: 'annotations',
    leastPx: 20,
  })
  return picture!
}

it('void is no part of an object and no ground; neither it nor what is beside the picture counts, and nobody clicks there', async () => {
  const picture = await ringed()
  expect(picture.objects.map(({ area }) => area)).toEqual([14 * 14])
  const still = { ...spec, batch: 1, objects: 1, zoom: 0, flip: false, maskStride: 1 }
  const flipped = { ...still, flip: true }
  let negatives = 0
  for (const each of [still, flipped])
    for (let index = 0; index < 40; index++) {
      const { target, counted, points, labels } = await tuneBatch(each, createTuneSet(each, heldPictures([picture])), keepDecoded(), index)
      const sum = (values: Float32Array): number => values.reduce((a, b) => a + b, 0)
      // 64 x 32 of the 64 x 64 are the picture, and 24 x 24 less the object are void.
      expect([sum(target!), sum(counted!)]).toEqual([14 * 14, 64 * 32 - (24 * 24 - 14 * 14)])
      expect(target!.every((share, i) => share <= counted![i]!)).toBe(true)
      labels!.forEach((label, k) => {
        if (label !== 0) return
        negatives++
        const [x, y] = [Math.floor(points![2 * k]! * 64), Math.floor(points![2 * k + 1]! * 64)]
        expect([counted![y * 64 + x], target![y * 64 + x]]).toEqual([1, 0])
      })
    }
  expect(negatives).toBeGreaterThan(5)
  const { prompts } = await objectBatch({ ...still, single: true }, createTuneSet(still, heldPictures([picture])), 0)
  expect(prompts['counted']!.reduce((a, b) => a + b, 0)).toBe(64 * 32 - (24 * 24 - 14 * 14))
})
