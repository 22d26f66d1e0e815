import { samMetadataKey } from '../../../../shared/model/samModel.ts'
import type { Feed, Pair, SamAdapter, Signature } from '../adapter.ts'
import { dimOf, inputOf, pictureLayout } from '../tensors.ts'
import { isOfficialDecoder, linkByNameOrShape, maskFeeds, pictureInput, pointList, preprocessOf, sidesOf, signature } from './common.ts'

/** Picture, embedding and sides of a pair whose decoder is the official one. */
function officialParts({ encoder, decoder }: Pair) {
  // More than an embedding, or pictures in batches, are signs of other families.
  const plain = isOfficialDecoder(decoder) && encoder.outputs.length === 1 && !inputOf(encoder, 'batched_images')
  const picture = plain ? pictureInput(encoder) : null
  const links = picture && linkByNameOrShape(encoder, [inputOf(decoder, 'image_embeddings')])
  const sides = links && sidesOf(picture, links[0]!, decoder)
  return sides ? { picture, links, sides, layout: pictureLayout(picture) } : null
}

/** The six inputs of segment-anything's export_onnx_model.py. The graph resizes its masks to orig_im_size; the low-resolution ones are used, so that size is small. */
export const officialFeeds: SamAdapter['feeds'] = (prompt, { signature: { prompts, preprocess, grid }, decoder }) => {
  const { coords, labels, entries } = pointList(prompt, prompts, dimOf(inputOf(decoder, 'point_coords'), 1))
  const share = grid / preprocess.size
  const [width, height] = prompt.content
  const feeds: Record<string, Feed> = {
    point_coords: { dims: [1, labels.length, 2], data: coords },
    point_labels: { dims: [1, labels.length], data: labels },
    ...maskFeeds(prompt.logits, grid),
    orig_im_size: { dims: [2], data: [Math.ceil(height * share), Math.ceil(width * share)] },
  }
  return { feeds, entries }
}

/** Encoders that take the official input: the studio's own, samexporter without pre-processing, osam, MobileSAM. */
export const plainSam: SamAdapter = {
  family: 'sam',
  recognise(pair): Signature | null {
    const parts = officialParts(pair)
    if (!parts || parts.layout === 'HWC' || parts.picture.dtype === 'uint8') return null
    return signature('sam', parts.picture, parts.links, parts.sides)
  },
  feeds: officialFeeds,
}

/** samexporter --use-preprocess: `[H,W,3]` float 0..255 up to 1024; normalising and padding lie in the graph. */
export const rawSam: SamAdapter = {
  family: 'samRaw',
  recognise(pair) {
    const parts = officialParts(pair)
    if (parts?.layout !== 'HWC' || parts.picture.dtype === 'uint8') return null
    return signature('samRaw', parts.picture, parts.links, parts.sides, { preprocess: preprocessOf('HWC', parts.picture) })
  },
  feeds: officialFeeds,
}

/** EfficientViT-SAM of CVHub: `[H,W,3]` bytes of any size; resizing lies in the graph too. */
export const efficientVitSam: SamAdapter = {
  family: 'efficientVitSam',
  recognise(pair) {
    const parts = officialParts(pair)
    if (parts?.layout !== 'HWC' || parts.picture.dtype !== 'uint8') return null
    return signature('efficientVitSam', parts.picture, parts.links, parts.sides, {
      preprocess: preprocessOf('HWC', parts.picture),
    })
  },
  feeds: officialFeeds,
}

/** SAM-Med2D: 256 x 256 whatever the aspect, nearest. A file that says its own pre-processing is none. */
export const samMed2d: SamAdapter = {
  family: 'samMed2d',
  recognise(pair) {
    const parts = samMetadataKey in pair.encoder.metadata ? null : officialParts(pair)
    if (parts?.layout !== 'NCHW' || parts.picture.name !== 'image' || parts.sides.size !== 256) return null
    return signature('samMed2d', parts.picture, parts.links, parts.sides, { preprocess: { fit: 'stretch', resize: 'nearest', pad: false } })
  },
  feeds: officialFeeds,
}
