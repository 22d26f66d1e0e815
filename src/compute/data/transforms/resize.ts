import { resizeNearest } from '../resize.ts'
import { effectiveSize, settleImage, type Sample, type Size } from '../sample.ts'
import type { TransformFactory } from './transform.ts'

/** Keep-ratio rule of mmcv.rescale_size: the long edge fits the larger, the short edge the smaller number of `target`. */
export function fitSize(size: Size, target: readonly [number, number]): Size {
  const { width, height } = size
  const factor = Math.min(Math.max(...target) / Math.max(height, width), Math.min(...target) / Math.min(height, width))
  return { width: Math.max(1, Math.floor(width * factor + 0.5)), height: Math.max(1, Math.floor(height * factor + 0.5)) }
}

function resizeImage(sample: Sample, to: Size): void {
  settleImage(sample)
  if (to.width !== sample.imageSize.width || to.height !== sample.imageSize.height) sample.pendingSize = to
}

function resizeLabel(sample: Sample, to: Size): void {
  const { width, height } = sample.labelSize
  if (to.width !== width || to.height !== height) sample.label = resizeNearest(sample.label, width, height, to.width, to.height)
  sample.labelSize = to
}

/** Scales image (bilinear) and label (nearest) so that they fit `scale` times one random ratio, keeping the aspect (specs/segformer.md section 8). */
export const randomResize: TransformFactory<'RandomResize'> = (config) => ({
  apply(sample, rng) {
    const ratio = rng.range(config.ratio[0], config.ratio[1])
    const to = fitSize(effectiveSize(sample), [
      Math.max(1, Math.trunc(config.scale[0] * ratio)),
      Math.max(1, Math.trunc(config.scale[1] * ratio)),
    ])
    resizeImage(sample, to)
    resizeLabel(sample, to)
  },
  sizeAfter: () => ({ image: null, label: null }),
})

/** Test-time resize: the image only, keeping the aspect; the label map keeps its size because scores are counted at the picture's own size. */
export const resize: TransformFactory<'Resize'> = (config) => ({
  apply: (sample) => resizeImage(sample, fitSize(effectiveSize(sample), config.scale)),
  sizeAfter: (size) => ({ ...size, image: size.image && fitSize(size.image, config.scale) }),
})

const upTo = (value: number, divisor: number): number => Math.ceil(value / divisor) * divisor
const multipleOf = (size: Size, divisor: number): Size => ({ width: upTo(size.width, divisor), height: upTo(size.height, divisor) })

/** Stretches the image only to the next multiple of `divisor` (SegFormer's sequence reduction drops what is over; specs/segformer.md section 3). */
export const resizeToMultiple: TransformFactory<'ResizeToMultiple'> = (config) => ({
  apply: (sample) => resizeImage(sample, multipleOf(effectiveSize(sample), config.divisor)),
  sizeAfter: (size) => ({ ...size, image: size.image && multipleOf(size.image, config.divisor) }),
})
