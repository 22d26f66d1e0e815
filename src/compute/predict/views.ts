import { AppError } from '../../shared/errors.ts'
import type { Inference } from '../../shared/model/train/inference.ts'
import type { Transform } from '../../shared/model/train/transforms/table.ts'
import type { Infer } from './infer.ts'
import type { View } from './viewAverage.ts'

/** More than one look at each picture. */
export const looksTwice = ({ scales, flip }: Inference): boolean => flip || scales.length > 1 || scales[0] !== 1

/** The validation's transforms with its Resize larger or smaller by a factor, sizes cut to whole pixels. Errors: config/invalid when there is no Resize. */
export function scaleTransforms(list: readonly Transform[], factor: number): Transform[] {
  if (factor === 1) return [...list]
  if (!list.some(({ type }) => type === 'Resize'))
    throw new AppError('config/invalid', 'inference.scales: the validation has no Resize that could be larger or smaller', {
      path: 'inference.scales',
    })
  const scaled = (value: number) => Math.max(1, Math.trunc(value * factor))
  return list.map((transform) =>
    transform.type === 'Resize'
      ? {
          ...transform,
          ...(transform.scale ? { scale: [scaled(transform.scale[0]), scaled(transform.scale[1])] as [number, number] } : {}),
          ...(transform.shortSide === undefined ? {} : { shortSide: scaled(transform.shortSide) }),
        }
      : transform,
  )
}

/** Planes `[…,H,W]` mirrored left to right. */
function mirrorPlanes(planes: Float32Array, width: number): Float32Array {
  const out = new Float32Array(planes.length)
  for (let row = 0; row < planes.length; row += width) for (let x = 0; x < width; x++) out[row + x] = planes[row + width - 1 - x]!
  return out
}

/** Looks at one normalised picture `[1,3,H,W]`, and at its mirror image when asked to. */
export async function lookAt(infer: Infer, image: { data: Float32Array; width: number; height: number }, flip: boolean): Promise<View[]> {
  const views: View[] = []
  for (const flipped of flip ? [false, true] : [false]) {
    const data = flipped ? mirrorPlanes(image.data, image.width) : image.data
    const { data: logits, shape } = await infer(data, { batch: 1, height: image.height, width: image.width })
    views.push({ logits: logits.slice(), classes: shape[1]!, height: shape[2]!, width: shape[3]!, flipped })
  }
  return views
}
