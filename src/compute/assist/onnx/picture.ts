import type { SamPreprocess, SamTensor } from '../../../shared/model/samModel.ts'
import { normalizeInto } from '../../data/normalize.ts'
import { resizeAntialias } from '../../data/resizeAntialias.ts'
import { resizeNearestRgb } from './resizeNearestRgb.ts'
import type { SamFrame, SamPicture } from '../samSession.ts'
import type { Feed } from './adapter.ts'
import { pictureLayout } from './tensors.ts'

/** A picture as the encoder's input wants it: resized, normalised, then padded. */
export function pictureFeed({ width, height, rgb }: SamPicture, frame: SamFrame, preprocess: SamPreprocess, input: SamTensor): Feed {
  const { resize, pad, mean, std, size } = preprocess
  const [w, h] = resize === 'none' ? [width, height] : frame.content
  const resized =
    resize === 'none' ? rgb : resize === 'nearest' ? resizeNearestRgb(rgb, width, height, w, h) : resizeAntialias(rgb, width, height, w, h)
  const ordered = preprocess.colorOrder === 'RGB' ? resized : swapped(resized)
  const planes = new Float32Array(3 * w * h)
  normalizeInto(ordered, planes, 0, { mean, std })
  const [outWidth, outHeight] = pad && resize !== 'none' ? [size, size] : [w, h]
  const layout = pictureLayout(input)!
  const channelsLast = layout === 'HWC' || layout === 'NHWC'
  const data = new Float32Array(3 * outWidth * outHeight)
  for (let channel = 0; channel < 3; channel++) {
    for (let y = 0; y < h; y++) {
      const row = planes.subarray((channel * h + y) * w, (channel * h + y + 1) * w)
      if (!channelsLast) data.set(row, (channel * outHeight + y) * outWidth)
      else for (let x = 0, o = y * outWidth * 3 + channel; x < w; x++, o += 3) data[o] = row[x]!
    }
  }
  const dims = channelsLast ? [outHeight, outWidth, 3] : [3, outHeight, outWidth]
  return { dims: layout.startsWith('N') ? [1, ...dims] : dims, data }
}

function swapped(rgb: Uint8Array): Uint8Array {
  return rgb.map((_, i) => rgb[i + 2 - 2 * (i % 3)]!)
}
