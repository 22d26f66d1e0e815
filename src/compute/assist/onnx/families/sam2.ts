import type { Feed, SamAdapter } from '../adapter.ts'
import { dimOf, hasInputs, inputOf, isFloatTensor, rankOf } from '../tensors.ts'
import { linkByNameOrShape, maskFeeds, pictureInput, pointList, rawValues, sidesOf, signature } from './common.ts'

/**
 * SAM 2 and 2.1 of samexporter, ibaiGorordo and osam: three embeddings, whatever they are called; masks as small as they come, or at orig_im_size. The
 * padding point lies in the graph.
 */
export const sam2: SamAdapter = {
  family: 'sam2',
  recognise({ encoder, decoder }) {
    const picture = pictureInput(encoder)
    const own = picture && picture.name !== 'pixel_values'
    if (!own || !hasInputs(decoder, 'point_coords', 'point_labels', 'mask_input', 'has_mask_input')) return null
    const maps = decoder.inputs.filter((input) => isFloatTensor(input) && rankOf(input) === 4 && input.name !== 'mask_input')
    const links = maps.length === 3 ? linkByNameOrShape(encoder, maps) : null
    // The smallest of the three is the embedding proper.
    const smallest = links?.toSorted((a, b) => (dimOf(a.input, -1) ?? Infinity) - (dimOf(b.input, -1) ?? Infinity))[0]
    const sides = smallest ? sidesOf(picture, smallest, decoder) : null
    if (!links || !sides) return null
    const preprocess = { fit: 'stretch', pad: false, ...(picture.dtype === 'uint8' ? rawValues : {}) } as const
    return signature('sam2', picture, links, sides, { preprocess, prompts: { padLabel: null, maskRule: 'iou' } })
  },
  feeds(prompt, { signature: { prompts, grid }, decoder }) {
    const { coords, labels, entries } = pointList(prompt, prompts, dimOf(inputOf(decoder, 'point_coords'), 1))
    const feeds: Record<string, Feed> = {
      point_coords: { dims: [1, labels.length, 2], data: coords },
      point_labels: { dims: [1, labels.length], data: labels },
      ...maskFeeds(prompt.logits, grid),
      orig_im_size: { dims: [2], data: [grid, grid] },
    }
    return { feeds, entries }
  },
}
