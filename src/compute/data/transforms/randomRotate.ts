import { invariant } from '../../../shared/errors.ts'
import { settleImage } from '../sample.ts'
import { rotation, warpLinear, warpNearest } from '../warp.ts'
import type { TransformFactory } from './transform.ts'

/** Turns image (bilinear) and label (nearest) by one random angle around the centre, size kept; label pixels from outside become 255 (mmseg RandomRotate). */
export const randomRotate: TransformFactory<'RandomRotate'> = (config) => ({
  apply(sample, rng) {
    if (!rng.chance(config.prob)) return
    const degrees = rng.range(-config.degrees, config.degrees)
    settleImage(sample)
    const size = sample.imageSize
    invariant(
      size.width === sample.labelSize.width && size.height === sample.labelSize.height,
      'RandomRotate: image and label differ in size',
    )
    const map = rotation(size, degrees)
    sample.image = warpLinear(sample.image, size, map, config.fill)
    sample.label = warpNearest(sample.label, size, map, 255)
  },
  sizeAfter: (size) => size,
  calm: null,
})
