import { roundHalfEven } from '../round.ts'
import type { Region } from '../resize.ts'
import { cropSample, effectiveSize, type Size } from '../sample.ts'
import type { TransformFactory } from './transform.ts'

/** Cuts `size` out of the middle, offsets rounded half to even (mmcv CenterCrop); a smaller side stays whole. */
export const centerCrop: TransformFactory<'CenterCrop'> = (config) => {
  const [height, width] = config.size
  const regionOf = (size: Size): Region => ({
    x: Math.max(0, roundHalfEven((size.width - width) / 2)),
    y: Math.max(0, roundHalfEven((size.height - height) / 2)),
    width: Math.min(width, size.width),
    height: Math.min(height, size.height),
  })
  const cut = (size: Size | null): Size | null => size && { width: Math.min(width, size.width), height: Math.min(height, size.height) }
  return {
    apply: (sample) => cropSample(sample, regionOf(effectiveSize(sample))),
    sizeAfter: ({ image, label }) => ({ image: cut(image), label: cut(label) }),
  }
}
