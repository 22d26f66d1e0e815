import type { SamAdapter } from '../adapter.ts'
import { dimOf, hasInputs, inputOf, pictureSides } from '../tensors.ts'
import { linkByNameOrShape, pictureInput, pointList, preprocessOf, sidesOf, signature } from './common.ts'

/**
 * EdgeSAM: points only, scores before masks. A fixed picture size takes the official input; where it varies, normalising and padding lie in the graph.
 * Its scores were never trained, so the steadiest mask comes first.
 */
export const edgeSam: SamAdapter = {
  family: 'edgeSam',
  recognise({ encoder, decoder }) {
    const picture = pictureInput(encoder)
    const own =
      picture?.name === 'image' &&
      encoder.outputs.length === 1 &&
      decoder.inputs.length === 3 &&
      hasInputs(decoder, 'image_embeddings', 'point_coords', 'point_labels')
    const links = own && picture && linkByNameOrShape(encoder, [inputOf(decoder, 'image_embeddings')])
    const sides = links && sidesOf(picture, links[0]!, decoder)
    if (!sides) return null
    const fixed = pictureSides(picture).every((side) => side !== null)
    const preprocess = fixed ? {} : preprocessOf('HWC', picture)
    return signature('edgeSam', picture, links, sides, { preprocess, prompts: { maskRule: 'stability' }, feedback: false })
  },
  feeds(prompt, { signature: { prompts }, decoder }) {
    const { coords, labels, entries } = pointList(prompt, prompts, dimOf(inputOf(decoder, 'point_coords'), 1))
    const feeds = { point_coords: { dims: [1, labels.length, 2], data: coords }, point_labels: { dims: [1, labels.length], data: labels } }
    return { feeds, entries }
  },
}
