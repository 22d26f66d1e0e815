import { writeFile } from 'node:fs/promises'
import { encode } from 'fast-png'
import sharp from 'sharp'
import { AppError } from '../../shared/errors.ts'
import type { Transform } from '../../shared/model/train/transforms/table.ts'
import { counterRng } from '../../shared/counterRng.ts'
import { decodeRgb } from '../data/decode.ts'
import type { RgbImage } from '../data/decode.ts'
import { normalizeInto } from '../data/normalize.ts'
import { createPipeline } from '../data/transforms/pipeline.ts'
import { diskError } from '../files/durableFile.ts'
import type { Inference } from '../../shared/model/train/inference.ts'
import { certaintyOf } from './certainty.ts'
import { classMap } from './classMap.ts'
import { inferInWindows } from './slide.ts'
import { classMapOfViews, type View } from './viewAverage.ts'
import { lookAt, scaleTransforms } from './views.ts'
import type { OnnxModel } from './onnxModel.ts'
import { overlayPixels, rgbOf, type Rgb } from './overlay.ts'

export interface PredictOptions {
  imageFile: string
  /** `<outPrefix>.overlay.png` and `<outPrefix>.index.png` are written; with preview also `<outPrefix>.preview.png`. */
  outPrefix: string
  /** The picture with the colours laid over it, for looking at without the studio. */
  preview?: boolean
  /** How the picture is looked at; absent: as the model says. */
  inference?: Inference | undefined
}

export interface PredictResult {
  width: number
  height: number
  decodeMs: number
  inferMs: number
  shares: { name: string; color: string; share: number }[]
}

const overlayAlpha = 160
/** Logits held at a time: 1 GiB. Larger pictures are scaled down further before the network. */
const maxLogits = 2 ** 28

/** Class per pixel of a picture, at the picture's own size, written as an overlay and an index map. Errors: file/*, model/bad-file, disk/*. */
export async function predictPicture(model: OnnxModel, options: PredictOptions): Promise<PredictResult> {
  const { classes } = model.metadata
  const started = performance.now()
  const picture = await decodeRgb(options.imageFile)
  const { inference = model.metadata.inference } = options
  const inputs = inference.scales.map((scale) => prepare(picture, model, scale))
  const decoded = performance.now()
  const views = await viewsOf(model, inputs, inference)
  const map = mapOf(views, picture, inference)
  const inferred = performance.now()
  await writePictures(
    picture,
    map,
    classes.map(({ color }) => rgbOf(color)),
    options,
  )
  const counts = new Float64Array(classes.length)
  for (const index of map) counts[index]!++
  return {
    width: picture.width,
    height: picture.height,
    decodeMs: decoded - started,
    inferMs: inferred - decoded,
    shares: classes.map(({ name, color }, i) => ({ name, color, share: counts[i]! / map.length })),
  }
}

/** How sure the model is of a picture, looked at as it says. Errors: file/*, model/bad-file. */
export async function pictureCertainty(model: OnnxModel, imageFile: string): Promise<number> {
  const picture = await decodeRgb(imageFile)
  const { inference } = model.metadata
  const inputs = inference.scales.map((scale) => prepare(picture, model, scale))
  return certaintyOf(await viewsOf(model, inputs, inference))
}

async function viewsOf(model: OnnxModel, inputs: readonly ReturnType<typeof prepare>[], { window, flip }: Inference): Promise<View[]> {
  const infer = inferInWindows(model.infer, window)
  const views: View[] = []
  for (const input of inputs) views.push(...(await lookAt(infer, input, flip)))
  return views
}

function mapOf(views: readonly View[], { width, height }: RgbImage, { average }: Inference): Uint8Array {
  const [only] = views
  return views.length === 1 ? classMap(only!.logits, only!, height, width) : classMapOfViews(views, height, width, average)
}

/** Scales the picture as validation does and normalises it: RGB bytes -> float32 `[1,3,H,W]`. */
function prepare(picture: RgbImage, { metadata }: OnnxModel, scale: number): { data: Float32Array; width: number; height: number } {
  const size = { width: picture.width, height: picture.height }
  const transforms = scaleTransforms(metadata.transforms, scale)
  const planned = createPipeline(transforms, 'eval').sizeFor(size).image
  if (!planned)
    throw new AppError('model/bad-file', 'the transforms of the model leave the size of the input open', { why: 'otherTransforms' })
  const excess = (planned.width * planned.height * metadata.classes.length) / maxLogits
  const shorter = Math.max(32, Math.floor(Math.min(planned.width, planned.height) / Math.sqrt(Math.max(1, excess))))
  const fit: Transform[] =
    excess > 1
      ? [
          { type: 'Resize', scale: [16_384, shorter], keepRatio: true, multipleOf: 1 },
          { type: 'ResizeToMultiple', divisor: 32 },
        ]
      : transforms
  const sample = { image: picture.data, imageSize: size, label: new Uint8Array(1), labelSize: { width: 1, height: 1 }, pendingSize: null }
  createPipeline(fit, 'eval').apply(sample, counterRng(0, 'predict'))
  const { width, height } = sample.imageSize
  if (width % metadata.multipleOf !== 0 || height % metadata.multipleOf !== 0)
    throw new AppError('model/bad-file', `the transforms of the model end with ${width} x ${height} pixels`, { why: 'otherTransforms' })
  const data = new Float32Array(3 * width * height)
  normalizeInto(sample.image, data, 0, metadata.normalization)
  return { data, width, height }
}

async function writePictures(
  { width, height, data }: RgbImage,
  map: Uint8Array,
  colors: readonly Rgb[],
  options: PredictOptions,
): Promise<void> {
  const overlay = overlayPixels(map, colors, overlayAlpha)
  const palette = colors.map((color) => [...color])
  const over = sharp(overlay, { raw: { width, height, channels: 4 }, limitInputPixels: false })
  try {
    await over.png({ compressionLevel: 3 }).toFile(`${options.outPrefix}.overlay.png`)
    await writeFile(`${options.outPrefix}.index.png`, encode({ width, height, data: map, channels: 1, depth: 8, palette }))
    if (!options.preview) return
    const base = sharp(data, { raw: { width, height, channels: 3 }, limitInputPixels: false })
    await base
      .composite([{ input: Buffer.from(overlay.buffer), raw: { width, height, channels: 4 } }])
      .removeAlpha()
      .png({ compressionLevel: 6 })
      .toFile(`${options.outPrefix}.preview.png`)
  } catch (cause) {
    throw diskError(cause, options.outPrefix)
  }
}
