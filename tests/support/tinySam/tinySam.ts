import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { GraphBuilder } from '../../../src/compute/graph/builder.ts'
import { encodeModel } from '../../../src/compute/graph/codec.ts'
import { rawCast } from '../../../src/compute/ops/raw.ts'
import { symbolDim } from '../../../src/compute/tensor/dim.ts'
import { colorsOf, fitted, folded, normalized, officialDecoder, padded, planesOf, unfolded, visible } from './parts.ts'

/** The ways of specs/sam-onnx.md section 4 that can be generated. */
export type TinySamFamily = keyof typeof builders

type Build = (size: number) => { encoder: GraphBuilder; decoder: GraphBuilder | null }

const plainDecoder = (size: number): GraphBuilder => {
  const b = new GraphBuilder('decoder')
  officialDecoder(b, size, (embedding) => visible(b, unfolded(b, embedding, 4)))
  return b
}

const builders = {
  /** Normalised and padded `[1,3,size,size]`, official decoder. */
  sam(size) {
    const encoder = new GraphBuilder('encoder')
    const image = encoder.input('images', 'float32', [1, 3, size, size])
    encoder.output('image_embeddings', folded(encoder, colorsOf(encoder, image, size), 4))
    return { encoder, decoder: plainDecoder(size) }
  },
  samRaw(size) {
    const encoder = new GraphBuilder('encoder')
    const image = encoder.input('input_image', 'float32', [symbolDim('image_height'), symbolDim('image_width'), 3])
    const planes = padded(encoder, normalized(encoder, planesOf(encoder, image)), size)
    encoder.output('image_embeddings', folded(encoder, colorsOf(encoder, planes, size), 4))
    return { encoder, decoder: plainDecoder(size) }
  },
  efficientVitSam(size) {
    const encoder = new GraphBuilder('encoder')
    const image = encoder.input('input_image', 'uint8', [symbolDim('image_height'), symbolDim('image_width'), 3])
    const planes = planesOf(encoder, rawCast(encoder, image, 'float32'))
    const frame = fitted(encoder, normalized(encoder, planes), size)
    encoder.output('image_embeddings', folded(encoder, colorsOf(encoder, frame, size), 4))
    return { encoder, decoder: plainDecoder(size) }
  },
  samMed2d(size) {
    const encoder = new GraphBuilder('encoder')
    const image = encoder.input('image', 'float32', [1, 3, size, size])
    encoder.output('image_embeddings', folded(encoder, colorsOf(encoder, image, size), 4))
    return { encoder, decoder: plainDecoder(size) }
  },
} satisfies Record<string, Build>

export const tinySamFamilies = Object.keys(builders) as TinySamFamily[]

/**
 * A model of a few kilobytes that behaves: it finds the pixels that have the colour of what was clicked. `imageSize` is the side of its frame, a
 * multiple of 16; masks have a quarter of it. Gives the paths of the files written into `folder`.
 */
export function makeTinySam(options: { family?: TinySamFamily; folder: string; imageSize?: number; name?: string }): {
  encoderFile: string
  decoderFile: string | null
} {
  const { family = 'sam', folder, imageSize = 128, name = 'tiny' } = options
  const { encoder, decoder } = builders[family](imageSize)
  mkdirSync(folder, { recursive: true })
  const write = (role: string, b: GraphBuilder): string => {
    const file = join(folder, `${name}.${role}.onnx`)
    writeFileSync(file, encodeModel(b.graph()))
    return file
  }
  return { encoderFile: write('encoder', encoder), decoderFile: decoder && write('decoder', decoder) }
}
