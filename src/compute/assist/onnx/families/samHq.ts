import type { Link, SamAdapter } from '../adapter.ts'
import { fits, inputOf, pictureLayout, rankOf } from '../tensors.ts'
import { isOfficialDecoder, linkByNameOrShape, pictureInput, preprocessOf, sidesOf, signature } from './common.ts'
import { officialFeeds } from './official.ts'

/** SAM-HQ: the official decoder with features of the encoder's inner layers beside the embedding, one above the other as `[layers,1,h,w,C]`. */
export const samHq: SamAdapter = {
  family: 'samHq',
  recognise({ encoder, decoder }) {
    const inner = isOfficialDecoder(decoder) ? inputOf(decoder, 'interm_embeddings') : undefined
    const picture = pictureInput(encoder)
    const links = inner && picture && linkByNameOrShape(encoder, [inputOf(decoder, 'image_embeddings')])
    if (!links) return null
    const layers = encoder.outputs.filter(({ name }) => name !== links[0]!.outputs[0]!.name)
    const [first] = layers
    const stacked: Link = { input: inner, outputs: layers }
    const together = layers.length === 1 && fits(first!, inner)
    const apart =
      layers.length > 0 &&
      layers.every((layer) => rankOf(layer) === rankOf(inner) - 1 && fits(layer, { ...inner, dims: inner.dims!.slice(1) }))
    const sides = together || apart ? sidesOf(picture, links[0]!, decoder) : null
    return sides && signature('samHq', picture, [...links, stacked], sides, { preprocess: preprocessOf(pictureLayout(picture)!, picture) })
  },
  feeds: officialFeeds,
}
