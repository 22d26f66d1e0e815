import { invariant } from '../../shared/errors.ts'
import { resizeLinear, type Region } from './resize.ts'

export interface Size {
  width: number
  height: number
}

/** One picture on its way through the transforms: RGB bytes `[H,W,3]` and class indices `[H,W]` (255 void). */
export interface Sample {
  image: Uint8Array
  imageSize: Size
  label: Uint8Array
  labelSize: Size
  /** A resize of the image that was asked for but not done: a crop that follows needs only its own part. */
  pendingSize: Size | null
}

/** The size the image has, or will have once its resize is done. */
export const effectiveSize = (sample: Sample): Size => sample.pendingSize ?? sample.imageSize

/** Carries out the pending resize, or only the given region of it. */
export function settleImage(sample: Sample, region?: Region): void {
  const to = sample.pendingSize
  if (to === null) return
  const from = sample.imageSize
  sample.image = resizeLinear(sample.image, from.width, from.height, to.width, to.height, region)
  sample.imageSize = region ? { width: region.width, height: region.height } : to
  sample.pendingSize = null
}

/** Cuts the same region out of image and label, which have one size; of a pending resize only the region is done. */
export function cropSample(sample: Sample, region: Region): void {
  const size = effectiveSize(sample)
  invariant(size.width === sample.labelSize.width && size.height === sample.labelSize.height, 'crop: image and label differ in size')
  if (sample.pendingSize) settleImage(sample, region)
  else sample.image = cropBytes(sample.image, size.width, 3, region)
  sample.label = cropBytes(sample.label, size.width, 1, region)
  sample.imageSize = { width: region.width, height: region.height }
  sample.labelSize = sample.imageSize
}

/** Cuts a region out of interleaved bytes `[H,W,C]`. */
export function cropBytes(source: Uint8Array, width: number, channels: number, region: Region): Uint8Array {
  const row = region.width * channels
  const out = new Uint8Array(region.height * row)
  for (let y = 0; y < region.height; y++) {
    const start = ((y + region.y) * width + region.x) * channels
    out.set(source.subarray(start, start + row), y * row)
  }
  return out
}

/** Puts interleaved bytes `[H,W,C]` at the top left of a larger field of `fill`. */
export function padBytes(source: Uint8Array, size: Size, channels: number, to: Size, fill: number): Uint8Array {
  const out = new Uint8Array(to.width * to.height * channels).fill(fill)
  const row = size.width * channels
  for (let y = 0; y < size.height; y++) out.set(source.subarray(y * row, (y + 1) * row), y * to.width * channels)
  return out
}
