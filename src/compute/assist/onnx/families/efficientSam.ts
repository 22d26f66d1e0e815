import type { SamAdapter } from '../adapter.ts'
import { dimOf, hasInputs, inputOf, pictureSides } from '../tensors.ts'
import { linkByNameOrShape, pointList, sidesOf, signature, unitValues } from './common.ts'

const preprocess = { ...unitValues, fit: 'stretch', pad: false } as const
const prompts = { padLabel: null, maxPoints: 6, maskRule: 'iou' } as const

/**
 * EfficientSAM: the graph resizes the picture to its square and the clicks with it. With orig_im_size the clicks are told as those of a picture as
 * small as the masks; without it, in the one file that does everything, the picture is made square before.
 */
export const efficientSam: SamAdapter = {
  family: 'efficientSam',
  recognise({ encoder, decoder }) {
    const picture = inputOf(encoder, 'batched_images')
    if (!picture || !hasInputs(decoder, 'batched_point_coords', 'batched_point_labels')) return null
    if (encoder === decoder) {
      const sides = sidesOf(picture, null, decoder)
      return sides && signature('efficientSam', picture, [], sides, { preprocess, prompts, feedback: false })
    }
    const fixed = pictureSides(picture)[0] !== null
    const links = encoder.inputs.length === 1 ? linkByNameOrShape(encoder, [inputOf(decoder, 'image_embeddings')]) : null
    const sides = links && sidesOf(picture, links[0]!, decoder)
    return (
      sides &&
      signature('efficientSam', picture, links, sides, {
        preprocess: { ...preprocess, resize: fixed ? 'bilinear' : 'none' },
        prompts,
        feedback: false,
      })
    )
  },
  feeds(
    prompt,
    {
      signature: {
        prompts: rule,
        preprocess: { size },
        grid,
      },
      decoder,
    },
  ) {
    const { coords, labels, entries } = pointList(prompt, rule, dimOf(inputOf(decoder, 'batched_point_coords'), 2))
    const share = inputOf(decoder, 'orig_im_size') ? grid / size : 1
    const feeds = {
      // Coordinates below 0 mean that there is no point.
      batched_point_coords: { dims: [1, 1, labels.length, 2], data: coords.map((value) => Math.max(0, value) * share) },
      batched_point_labels: { dims: [1, 1, labels.length], data: labels },
      orig_im_size: { dims: [2], data: [grid, grid] },
    }
    return { feeds, entries }
  },
}
