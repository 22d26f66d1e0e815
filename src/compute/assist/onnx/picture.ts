import type { SamPreprocess, SamTensor } from '../../../shared/model/samModel.ts'
import { normalizeInto } from '../../data/normalize.ts'
import { resizeAntialias } from '../../data/resizeAntialias.ts'
import type { SamFrame, SamPicture } from '../samSession.ts'
import type { Feed } from './adapter.ts'
import { resizeNearestRgb } from './resizeNearestRgb.ts'
import { pictureLayout } from './tensors.ts'

/** A graph that resizes by itself is given at most so many times the frame: more would cost memory, not show more. */
const mostFrames = 4

/** A picture as the encoder's input wants it: resized, normalised, then padded. */
export function pictureFeed(picture: SamPicture, frame: SamFrame, preprocess: SamPreprocess, input: SamTensor): Feed {
  const { pad, mean, std, size, colorOrder, resize } = preprocess
  const { width, height, rgb } = resized(picture, frame, preprocess)
  const ordered = colorOrder === 'RGB' ? rgb : swapped(rgb)
  const layout = pictureLayout(input)!
  const channelsLast = layout === 'HWC' || layout === 'NHWC'
  const [outWidth, outHeight] = pad && resize !== 'none' ? [size, size] : [width, height]
  const dims = channelsLast ? [outHeight, outWidth, 3] : [3, outHeight, outWidth]
  const full = layout.startsWith('N') ? [1, ...dims] : dims
  const asTheyAre = [...mean, ...std].join() === '0,0,0,1,1,1'
  if (input.dtype === 'uint8' && channelsLast && asTheyAre && outWidth === width && outHeight === height)
    return { dims: full, data: ordered }
  const planes = new Float32Array(3 * width * height)
  normalizeInto(ordered, planes, 0, { mean, std })
  if (!channelsLast && outWidth === width && outHeight === height) return { dims: full, data: planes }
  const data = new Float32Array(3 * outWidth * outHeight)
  for (let channel = 0; channel < 3; channel++) {
    for (let y = 0; y < height; y++) {
      const row = planes.subarray((channel * height + y) * width, (channel * height + y + 1) * width)
      if (!channelsLast) data.set(row, (channel * outHeight + y) * outWidth)
      else for (let x = 0, o = y * outWidth * 3 + channel; x < width; x++, o += 3) data[o] = row[x]!
    }
  }
  return { dims: full, data }
}

function resized({ width, height, rgb }: SamPicture, { content, size }: SamFrame, { resize }: SamPreprocess): SamPicture {
  const limit = size * mostFrames
  const share = Math.min(1, limit / Math.max(width, height))
  const own = [Math.max(1, Math.round(width * share)), Math.max(1, Math.round(height * share))] as const
  const [toWidth, toHeight] = resize === 'none' ? own : content
  const by = resize === 'nearest' ? resizeNearestRgb : resizeAntialias
  return {
    width: toWidth,
    height: toHeight,
    rgb: toWidth === width && toHeight === height ? rgb : by(rgb, width, height, toWidth, toHeight),
  }
}

function swapped(rgb: Uint8Array): Uint8Array {
  return rgb.map((_, i) => rgb[i + 2 - 2 * (i % 3)]!)
}
