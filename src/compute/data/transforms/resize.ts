import { invariant } from '../../../shared/errors.ts'
import type { Transform as TransformConfig } from '../../../shared/model/train/transforms/table.ts'
import { resizeNearest } from '../resize.ts'
import { effectiveSize, settleImage, type Sample, type Size } from '../sample.ts'
import type { PlainTransform, Stage, TransformFactory } from './transform.ts'

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

/** Scales to a size that only the size before decides; the labels (nearest) follow in training. */
function fixedResize(target: (size: Size) => Size, stage: Stage): PlainTransform {
  const follows = stage === 'train'
  return {
    apply(sample) {
      const to = target(effectiveSize(sample))
      resizeImage(sample, to)
      if (follows) resizeLabel(sample, to)
    },
    sizeAfter: ({ image, label }) => ({ image: image && target(image), label: follows ? image && target(image) : label }),
  }
}

function scaleBy(sample: Sample, scale: readonly [number, number], ratio: number): void {
  const target = [Math.max(1, Math.trunc(scale[0] * ratio)), Math.max(1, Math.trunc(scale[1] * ratio))] as const
  const to = fitSize(effectiveSize(sample), target)
  resizeImage(sample, to)
  resizeLabel(sample, to)
}

/** Scales image (bilinear) and label (nearest) so that they fit `scale` times one random ratio, keeping the aspect (specs/segformer.md section 8). */
export const randomResize: TransformFactory<'RandomResize'> = ({ scale, ratio }, stage) => ({
  apply: (sample, rng) => scaleBy(sample, scale, rng.range(ratio[0], ratio[1])),
  sizeAfter: () => ({ image: null, label: null }),
  calm: fixedResize((size) => fitSize(size, scale), stage),
})

const upTo = (value: number, divisor: number): number => Math.ceil(value / divisor) * divisor
const multipleOf = (size: Size, divisor: number): Size => ({ width: upTo(size.width, divisor), height: upTo(size.height, divisor) })

function resizeTarget(config: Extract<TransformConfig, { type: 'Resize' }>): (size: Size) => Size {
  const { scale, shortSide, keepRatio } = config
  if (shortSide !== undefined) return (size) => fitSize(size, [Infinity, shortSide])
  invariant(scale, 'Resize: the schema wants scale or shortSide')
  return keepRatio ? (size) => fitSize(size, scale) : () => ({ width: scale[0], height: scale[1] })
}

/** To a fixed size, by bounds or by the short side, keeping the aspect or not, rounded up to multiples. */
export const resize: TransformFactory<'Resize'> = (config, stage) => {
  const target = resizeTarget(config)
  return fixedResize((size) => multipleOf(target(size), config.multipleOf), stage)
}

/** Stretches to the next multiple of `divisor` (SegFormer's sequence reduction drops what is over; specs/segformer.md section 3). */
export const resizeToMultiple: TransformFactory<'ResizeToMultiple'> = (config, stage) =>
  fixedResize((size) => multipleOf(size, config.divisor), stage)
