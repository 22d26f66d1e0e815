import { AppError } from '../../../shared/errors.ts'
import { maskToBits } from '../../../shared/geometry/rle.ts'
import { normalizeInto, type Normalization } from '../normalize.ts'
import { createSampler } from '../sampler.ts'
import { sceneRandom, type SceneRandom } from '../scenes/fastRandom.ts'
import { contentOnly, renderInto, type PromptedBatch } from '../scenes/promptedBatch.ts'
import { drawCorrections, emptyPrompts, promptObject, type PromptSpec } from '../scenes/promptTensors.ts'
import { contentOf, maskInWindow, mostPixels, pixelsOf, wholeWindow, windowAround, type ObjectWindow } from './objectWindow.ts'
import type { PictureObject, TunePicture, TunePictures } from './pictureObjects.ts'

/** What batches of a training on the user's pictures are made of. */
export interface TuneBatchSpec extends PromptSpec {
  readonly seed: number
  readonly looks: number
  readonly normalization: Normalization
  /** Shares of looks; both 0 where pictures are always seen whole. */
  readonly zoom: number
  readonly rendered: number
  readonly flip: boolean
  readonly brightness: number
}

export interface DecodedPicture {
  readonly width: number
  readonly height: number
  readonly data: Uint8Array
}

export type Decode = (picture: Pick<TunePicture, 'item'>) => Promise<DecodedPicture>

/** Less of an object than this many pixels is not shown in a look. */
const leastShown = 36

/** Apart from the random numbers of scenes of the same seed. */
const streamOffset = 2 ** 41

/** The pictures of a training, and which of them the looks of a batch are at: all of them `looks` times an epoch, in another order every time. */
export interface TuneSet {
  readonly pictures: TunePictures
  readonly positionsOf: (index: number) => number[]
}

export function createTuneSet({ seed, batch, looks }: Pick<TuneBatchSpec, 'seed' | 'batch' | 'looks'>, pictures: TunePictures): TuneSet {
  const count = pictures.items.length
  const sampler = createSampler({ groups: [{ count: count * looks }], batchSize: batch, seed })
  return { pictures, positionsOf: (index) => [...sampler.batch(index).positions].map((position) => position % count) }
}

const randomOf = (seed: number, number: number): SceneRandom => sceneRandom(seed, -1 - number - streamOffset)

/** Batch `index` of a training of the small SAM on the user's pictures: the same numbers whatever was made before. Errors: file/*. */
export async function tuneBatch(
  spec: TuneBatchSpec,
  { pictures, positionsOf }: TuneSet,
  decode: Decode,
  index: number,
): Promise<PromptedBatch> {
  const { batch, size, objects, seed } = spec
  const tensors = { image: new Float32Array(batch * 3 * size * size), ...emptyPrompts(spec) }
  const positions = positionsOf(index)
  for (let n = 0; n < batch; n++) {
    const number = index * batch + n
    const random = randomOf(seed, number)
    if (random.chance(spec.rendered)) {
      renderInto(tensors, n, spec, number)
      continue
    }
    const picture = await pictures.read(positions[n]!)
    const look = lookAt(picture, spec, random) ?? closeLook(picture, spec, random)
    const rgb = pixelsOf(await decode(picture), look.window, look.content)
    placeInto(
      tensors.image,
      n * 3 * size * size,
      shaded(mirrored(rgb, look.content, look.flip), spec.brightness, random),
      look.content,
      spec,
    )
    const counted = countedIn(picture, look, size)
    look.masks.forEach((mask, k) => promptObject(tensors, n * objects + k, { mask, counted }, spec, random))
  }
  drawCorrections(tensors, randomOf(seed, index * batch + batch - 1 + streamOffset), size)
  return tensors
}

/**
 * The objects of batch `index` where pictures are seen whole and their embeddings are kept: prompts and targets alone, and the pictures they are of. Errors:
 * run/no-training-items (in no picture one can be seen), file/*.
 */
export async function objectBatch(
  spec: TuneBatchSpec,
  { pictures, positionsOf }: TuneSet,
  index: number,
): Promise<{ positions: number[]; prompts: PromptedBatch }> {
  const { batch, size, objects, seed } = spec
  const prompts = emptyPrompts(spec)
  const positions = positionsOf(index)
  for (let n = 0; n < batch; n++) {
    const random = randomOf(seed, index * batch + n)
    const { position, picture, look } = await lookFrom(pictures, positions[n]!, spec, random)
    positions[n] = position
    const counted = countedIn(picture, look, size)
    look.masks.forEach((mask, k) => promptObject(prompts, n * objects + k, { mask, counted }, spec, random))
  }
  drawCorrections(prompts, randomOf(seed, index * batch + batch - 1 + streamOffset), size)
  return { positions, prompts: { ...prompts } }
}

interface Look {
  readonly window: ObjectWindow
  readonly content: readonly [number, number]
  readonly flip: boolean
  /** As many as objects are asked for; with fewer, some come again. */
  readonly masks: readonly Uint8Array[]
}

type LookSpec = Pick<TuneBatchSpec, 'size' | 'objects' | 'zoom' | 'flip'>

/** The first picture from a position on of which something can be seen where it is seen whole. Errors: run/no-training-items, file/*. */
async function lookFrom(
  pictures: TunePictures,
  from: number,
  spec: LookSpec,
  random: SceneRandom,
): Promise<{ position: number; picture: TunePicture; look: Look }> {
  const count = pictures.items.length
  for (let k = 0; k < count; k++) {
    const position = (from + k) % count
    const picture = await pictures.read(position)
    const look = lookAt(picture, { ...spec, zoom: 0, flip: false }, random)
    if (look) return { position, picture, look }
  }
  throw new AppError('run/no-training-items', 'no object is large enough to be seen in its whole picture', { splits: 'train' })
}

/** Null where not one pixel of any object would be seen. */
function lookAt(picture: TunePicture, spec: LookSpec, random: SceneRandom): Look | null {
  const { objects } = picture
  const chosen = objects[random.int(objects.length)]!
  const near = (): ObjectWindow => windowAround(chosen.mask, picture.item, random.range(1.2, 3), random)
  const zoomed = random.chance(spec.zoom)
  const flip = spec.flip && random.chance(0.5)
  const whole = wholeWindow(picture.item)
  const first = shown(picture, zoomed ? near() : whole, spec, flip, random)
  // What is too small in its picture is looked at from near, or as it is where nothing else is possible.
  const masks = first.masks.length > 0 ? first : spec.zoom > 0 ? shown(picture, near(), spec, flip, random) : first
  const there = masks.masks.length > 0 ? masks.masks : anySeen([chosen, ...objects], masks, spec.size, flip)
  return there.length === 0 ? null : { ...masks, flip, masks: repeated(there, spec.objects) }
}

/** A look at a part of an object, not made smaller: of the pixel it is around something is always seen. */
function closeLook(picture: TunePicture, spec: LookSpec, random: SceneRandom): Look {
  const chosen = picture.objects[random.int(picture.objects.length)]!
  const { mask, area } = chosen
  let before = random.int(area)
  const at = maskToBits(mask).findIndex((bit) => bit === 1 && before-- === 0)
  const pixel = { ...mask, x: mask.x + (at % mask.w), y: mask.y + Math.floor(at / mask.w), w: 1, h: 1 }
  const flip = spec.flip && random.chance(0.5)
  const look = shown(picture, windowAround(pixel, picture.item, spec.size, random), spec, flip, random)
  const there = look.masks.length > 0 ? look.masks : anySeen([chosen], look, spec.size, flip)
  return { ...look, flip, masks: repeated(there, spec.objects) }
}

const repeated = (masks: readonly Uint8Array[], count: number): Uint8Array[] =>
  Array.from({ length: count }, (_, i) => masks[i % masks.length]!)

/** The first of some objects of which anything is seen. */
function anySeen(
  objects: readonly PictureObject[],
  { window, content }: Pick<Look, 'window' | 'content'>,
  size: number,
  flip: boolean,
): Uint8Array[] {
  for (const object of objects) {
    if (mostPixels(object.mask, window, content) === 0) continue
    const mask = visible(object, window, content, size, flip)
    if (mask.includes(1)) return [mask]
  }
  return []
}

function shown(
  { objects }: TunePicture,
  window: ObjectWindow,
  { size, objects: most }: Pick<TuneBatchSpec, 'size' | 'objects'>,
  flip: boolean,
  random: SceneRandom,
): Omit<Look, 'flip'> {
  const content = contentOf(window, size)
  const inside = objects.filter(
    ({ mask: { x, y, w, h } }) => x < window.x + window.w && y < window.y + window.h && x + w > window.x && y + h > window.y,
  )
  const drawn = inside
    .map((object) => ({ object, key: -Math.log(1 - random.uniform()) / object.area ** 0.3 }))
    .sort((a, b) => a.key - b.key)
  const masks: Uint8Array[] = []
  for (const { object } of drawn) {
    if (masks.length === most) break
    if (mostPixels(object.mask, window, content) < leastShown) continue
    const mask = visible(object, window, content, size, flip)
    if (mask.reduce((sum, value) => sum + value, 0) >= leastShown) masks.push(mask)
  }
  return { window, content, masks }
}

function visible(
  { mask }: PictureObject,
  window: ObjectWindow,
  content: readonly [number, number],
  size: number,
  flip: boolean,
): Uint8Array {
  return turned(maskInWindow(mask, window, content, size), content, size, flip)
}

function turned(bits: Uint8Array, content: readonly [number, number], size: number, flip: boolean): Uint8Array {
  if (flip) for (let v = 0; v < content[1]; v++) bits.subarray(v * size, v * size + content[0]).reverse()
  return bits
}

/** What counts in a look: where the picture is, and nothing of it is void. */
function countedIn({ voids }: TunePicture, { window, content, flip }: Look, size: number): Uint8Array {
  const counted = contentOnly(size, content)
  for (const shape of voids) {
    const unknown = turned(maskInWindow(shape, window, content, size), content, size, flip)
    unknown.forEach((bit, i) => bit && (counted[i] = 0))
  }
  return counted
}

function mirrored(rgb: Uint8Array, [width, height]: readonly [number, number], flip: boolean): Uint8Array {
  if (!flip) return rgb
  const out = new Uint8Array(rgb.length)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const [to, from] = [3 * (y * width + x), 3 * (y * width + width - 1 - x)]
      out.set(rgb.subarray(from, from + 3), to)
    }
  return out
}

/** Brightness and contrast of the look, moved by up to this share. */
function shaded(rgb: Uint8Array, share: number, random: SceneRandom): Uint8Array {
  const contrast = 1 + random.range(-share, share)
  const shift = 255 * 0.5 * random.range(-share, share)
  const table = Uint8ClampedArray.from({ length: 256 }, (_, value) => (value - 127.5) * contrast + 127.5 + shift)
  return share === 0 ? rgb : rgb.map((value) => table[value]!)
}

/** Normalised into the upper left corner of a square of planes; the rest stays zero. */
function placeInto(
  image: Float32Array,
  offset: number,
  rgb: Uint8Array,
  [width, height]: readonly [number, number],
  { size, normalization }: Pick<TuneBatchSpec, 'size' | 'normalization'>,
): void {
  if (width === size && height === size) return normalizeInto(rgb, image, offset, normalization)
  const planes = new Float32Array(3 * width * height)
  normalizeInto(rgb, planes, 0, normalization)
  for (let c = 0; c < 3; c++)
    for (let y = 0; y < height; y++)
      image.set(planes.subarray((c * height + y) * width, (c * height + y + 1) * width), offset + (c * size + y) * size)
}
