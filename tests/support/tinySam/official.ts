import { GraphBuilder } from '../../../src/compute/graph/builder.ts'
import type { Value } from '../../../src/compute/graph/graph.ts'
import { rawAdd, rawCast, rawMul, rawReduce, rawReshape, rawScale, rawShift, rawSub, rawTranspose } from '../../../src/compute/ops/raw.ts'
import { symbolDim } from '../../../src/compute/tensor/dim.ts'
import type { DType } from '../../../src/compute/tensor/dtype.ts'
import { decoderBody } from './decoderBody.ts'
import {
  atOriginalSize,
  colorsOf,
  embeddingChannels,
  fitted,
  folded,
  inCells,
  normalized,
  padded,
  planesOf,
  unfolded,
  visible,
} from './parts.ts'

export interface Halves {
  readonly encoder: GraphBuilder
  readonly decoder: GraphBuilder | null
}

interface DecoderOptions {
  /** The graph chooses, as with --return-single-mask. */
  readonly single?: boolean
  readonly dtype?: DType
  /** Turns the embedding, and inputs added here, into the folded colours. */
  readonly embedding?: (b: GraphBuilder, embedding: Value) => Value
}

/** The six inputs of export_onnx_model.py, its three outputs. */
export function officialDecoder(
  size: number,
  { single = false, dtype = 'float32', embedding = (_, x) => x }: DecoderOptions = {},
): GraphBuilder {
  const b = new GraphBuilder('decoder')
  const grid = size / 4
  const n = symbolDim('num_points')
  const input = (name: string, shape: Parameters<GraphBuilder['input']>[2]): Value => rawCast(b, b.input(name, dtype, shape), 'float32')
  const image = input('image_embeddings', [1, embeddingChannels, grid / 4, grid / 4])
  const coords = input('point_coords', [1, n, 2])
  const labels = input('point_labels', [1, n])
  const mask = input('mask_input', [1, 1, grid, grid])
  const hasMask = input('has_mask_input', [1])
  const original = input('orig_im_size', [2])
  const all = decoderBody(b, {
    colors: visible(b, unfolded(b, embedding(b, image), 4)),
    coords: inCells(b, coords, size, grid),
    labels: rawReshape(b, labels, [n]),
    prior: rawMul(b, mask, rawReshape(b, hasMask, [1, 1, 1, 1])),
    grid,
  })
  const { masks, iou } = single ? chosenByGraph(b, all, labels) : all
  b.output('masks', rawCast(b, atOriginalSize(b, masks, original, size), dtype))
  b.output('iou_predictions', rawCast(b, iou, dtype))
  b.output('low_res_masks', rawCast(b, masks, dtype))
  return b
}

/** argmax(iou + (entries - 2.5) * 1000 * [1,0,0,0]) */
function chosenByGraph(b: GraphBuilder, { masks, iou }: { masks: Value; iou: Value }, labels: Value): { masks: Value; iou: Value } {
  const entries = b.node1('Cast', [b.node1('Size', [labels], { dtype: 'int64', shape: [] })], { dtype: 'float32', shape: [] }, { to: 1 })
  const first = rawMul(b, rawShift(b, entries, -2.5), b.constant([1000, 0, 0, 0], [1, 4]))
  const best = b.node1('ArgMax', [rawAdd(b, iou, first)], { dtype: 'int64', shape: [1] }, { axis: 1, keepdims: 0 })
  const pick = (x: Value): Value => b.node1('Gather', [x, best], { dtype: 'float32', shape: [1, 1, ...x.shape.slice(2)] }, { axis: 1 })
  return { masks: pick(masks), iou: pick(iou) }
}

/** `[1,3,size,size]` normalised and padded -> the embedding. */
function plainEncoder(name: string, size: number, dtype: DType = 'float32'): GraphBuilder {
  const b = new GraphBuilder('encoder')
  const image = rawCast(b, b.input(name, dtype, [1, 3, size, size]), 'float32')
  b.output('image_embeddings', rawCast(b, folded(b, colorsOf(b, image, size), 4), dtype))
  return b
}

function rawEncoder(b: GraphBuilder, size: number): Value {
  const image = b.input('input_image', 'float32', [symbolDim('image_height'), symbolDim('image_width'), 3])
  return folded(b, colorsOf(b, padded(b, normalized(b, planesOf(b, image)), size), size), 4)
}

export const sam = (size: number): Halves => ({ encoder: plainEncoder('images', size), decoder: officialDecoder(size) })
export const samOsam = (size: number): Halves => ({ encoder: plainEncoder('x', size), decoder: officialDecoder(size) })
export const samOneMask = (size: number): Halves => ({
  encoder: plainEncoder('images', size),
  decoder: officialDecoder(size, { single: true }),
})
export const samMed2d = (size: number): Halves => ({ encoder: plainEncoder('image', size), decoder: officialDecoder(size) })
export const samHalf = (size: number): Halves => ({
  encoder: plainEncoder('images', size, 'float16'),
  decoder: officialDecoder(size, { dtype: 'float16' }),
})

export function samRaw(size: number): Halves {
  const encoder = new GraphBuilder('encoder')
  encoder.output('image_embeddings', rawEncoder(encoder, size))
  return { encoder, decoder: officialDecoder(size) }
}

export function efficientVitSam(size: number): Halves {
  const b = new GraphBuilder('encoder')
  const image = b.input('input_image', 'uint8', [symbolDim('image_height'), symbolDim('image_width'), 3])
  const frame = fitted(b, normalized(b, planesOf(b, rawCast(b, image, 'float32'))), size)
  b.output('image_embeddings', folded(b, colorsOf(b, frame, size), 4))
  return { encoder: b, decoder: officialDecoder(size) }
}

/** The embedding is twice too large; four inner layers, a quarter each, take that away again. */
export function samHq(size: number): Halves {
  const encoder = new GraphBuilder('encoder')
  const embedding = rawEncoder(encoder, size)
  encoder.output('image_embeddings', rawScale(encoder, embedding, 2))
  const layer = rawTranspose(encoder, rawScale(encoder, embedding, 0.25), [0, 2, 3, 1])
  for (let i = 0; i < 4; i++) encoder.output(`interm_embeddings_${i}`, rawScale(encoder, layer, i === 0 ? 1.0001 : 1))
  const decoder = officialDecoder(size, {
    embedding(b, image) {
      const tokens = size / 16
      const inner = b.input('interm_embeddings', 'float32', [4, 1, tokens, tokens, embeddingChannels])
      return rawSub(b, image, rawTranspose(b, rawReduce(b, 'ReduceSum', inner, [0], false), [0, 3, 1, 2]))
    },
  })
  return { encoder, decoder }
}

/** Scores first, low-resolution masks second. */
function edgeDecoder(size: number): GraphBuilder {
  const b = new GraphBuilder('decoder')
  const grid = size / 4
  const n = symbolDim('num_points')
  const image = b.input('image_embeddings', 'float32', [1, embeddingChannels, grid / 4, grid / 4])
  const coords = b.input('point_coords', 'float32', [1, n, 2])
  const labels = b.input('point_labels', 'float32', [1, n])
  const colors = visible(b, unfolded(b, image, 4))
  const { masks, iou } = decoderBody(b, {
    colors,
    coords: inCells(b, coords, size, grid),
    labels: rawReshape(b, labels, [n]),
    prior: null,
    grid,
  })
  b.output('scores', iou)
  b.output('masks', masks)
  return b
}

export const edgeSam = (size: number): Halves => ({ encoder: plainEncoder('image', size), decoder: edgeDecoder(size) })

/** Takes 0..255 as they are, up to the size of the frame. */
export function edgeSamRaw(size: number): Halves {
  const b = new GraphBuilder('encoder')
  const image = b.input('image', 'float32', [1, 3, symbolDim('height'), symbolDim('width')])
  b.output('image_embeddings', folded(b, colorsOf(b, padded(b, normalized(b, image), size), size), 4))
  return { encoder: b, decoder: edgeDecoder(size) }
}
