import { GraphBuilder } from '../../../src/compute/graph/builder.ts'
import type { Value } from '../../../src/compute/graph/graph.ts'
import {
  rawAdd,
  rawCast,
  rawCompare,
  rawDiv,
  rawMul,
  rawReduce,
  rawReshape,
  rawScale,
  rawShift,
  rawSub,
  rawWhere,
} from '../../../src/compute/ops/raw.ts'
import { symbolDim } from '../../../src/compute/tensor/dim.ts'
import type { DType } from '../../../src/compute/tensor/dtype.ts'
import { decoderBody } from './decoderBody.ts'
import type { Halves } from './official.ts'
import {
  chosen,
  colorsOf,
  embeddingChannels,
  folded,
  inCells,
  normalized,
  quantised,
  seenAs,
  stretched,
  stretchedTo,
  unfolded,
  visible,
  type Normalised,
} from './parts.ts'

const batch = symbolDim('batch_size')
/** The masks that these families give, best first, and their order in the body. */
const three = [2, 3, 1]

interface Prompts {
  readonly coords: Value
  readonly labels: Value
  readonly prior?: Value | null
}

function body(b: GraphBuilder, grid: number, colors: Value, { coords, labels, prior = null }: Prompts): { masks: Value; iou: Value } {
  const { masks, iou } = decoderBody(b, { colors, coords, labels, prior, grid })
  return { masks: chosen(b, masks, three), iou: chosen(b, iou, three) }
}

/** transformers.js: clicks `[batch,object,point,2]`, labels int64. */
function hfPrompts(b: GraphBuilder, size: number, grid = size / 4): Prompts {
  const [objects, n] = [symbolDim('point_batch_size'), symbolDim('nb_points_per_image')]
  const coords = b.input('input_points', 'float32', [batch, objects, n, 2])
  const labels = b.input('input_labels', 'int64', [batch, objects, n])
  return { coords: inCells(b, coords, size, grid), labels: rawCast(b, seenAs(b, labels, [n]), 'float32') }
}

function hfAnswer(b: GraphBuilder, { masks, iou }: { masks: Value; iou: Value }, grid: number): void {
  b.output('iou_scores', rawReshape(b, iou, [1, 1, 3]))
  b.output('pred_masks', rawReshape(b, masks, [1, 1, 3, grid, grid]))
}

const positions = 0.25

/** The positional embedding is a constant that lies in the other one too. */
export function hfSam(size: number, through: (b: GraphBuilder, x: Value) => Value = (_, x) => x): Halves {
  const tokens = size / 16
  const encoder = new GraphBuilder('encoder')
  const image = seenAs(encoder, encoder.input('pixel_values', 'float32', [batch, 3, size, size]), [1, 3, size, size])
  const embedding = through(encoder, folded(encoder, colorsOf(encoder, image, size), 4))
  encoder.output('image_embeddings', rawShift(encoder, embedding, positions))
  encoder.output('image_positional_embeddings', rawShift(encoder, rawScale(encoder, embedding, 0), positions))
  const b = new GraphBuilder('decoder')
  const shape = [1, embeddingChannels, tokens, tokens]
  const input = (name: string): Value => seenAs(b, b.input(name, 'float32', [batch, ...shape.slice(1)]), shape)
  const difference = rawSub(b, input('image_embeddings'), input('image_positional_embeddings'))
  hfAnswer(b, body(b, size / 4, visible(b, unfolded(b, difference, 4)), hfPrompts(b, size)), size / 4)
  return { encoder, decoder: b }
}

/** Its encoder computes with bytes, as files that are called `_quantized` do. */
export const hfSamQuantised = (size: number): Halves => hfSam(size, quantised)

export function hfSamSingle(size: number): Halves {
  const b = new GraphBuilder('model')
  const image = seenAs(b, b.input('pixel_values', 'float32', [batch, 3, size, size]), [1, 3, size, size])
  hfAnswer(b, body(b, size / 4, visible(b, colorsOf(b, image, size)), hfPrompts(b, size)), size / 4)
  return { encoder: b, decoder: null }
}

/** Colours at three resolutions; the decoder needs all of them. */
function pyramid(b: GraphBuilder, image: Value, size: number): [Value, Value, Value] {
  const colors = colorsOf(b, image, size)
  return [colors, folded(b, colors, 2), folded(b, colors, 4)]
}
const pyramidShapes = (size: number): [number[], number[], number[]] => [
  [3, size / 4, size / 4],
  [12, size / 8, size / 8],
  [embeddingChannels, size / 16, size / 16],
]
function fromPyramid(b: GraphBuilder, [high, middle, low]: readonly [Value, Value, Value], normalised?: Normalised): Value {
  return visible(b, rawScale(b, rawAdd(b, high, rawAdd(b, unfolded(b, middle, 2), unfolded(b, low, 4))), 1 / 3), normalised)
}

/** Boxes as boxes; the object score is the surest logit of the best mask. */
export const hfSam2 = (size: number): Halves => hfSam2With(size, size / 4)

/** The tracker of SAM 3: patches of 14 pixels and another normalisation; the tensors are those of SAM 2. */
export const hfSam3Tracker = (size: number): Halves => hfSam2With(size, (4 * size) / 14, { mean: half, std: half })
const half = [127.5, 127.5, 127.5]

function hfSam2With(size: number, grid: number, normalised?: Normalised): Halves {
  const encoder = new GraphBuilder('encoder')
  const image = seenAs(encoder, encoder.input('pixel_values', 'float32', [batch, 3, size, size]), [1, 3, size, size])
  const side = 4 * grid
  pyramid(encoder, side === size ? image : stretched(encoder, image, side), side).forEach((value, i) =>
    encoder.output(`image_embeddings.${i}`, value),
  )
  const b = new GraphBuilder('decoder')
  const levels = pyramidShapes(side).map((shape, i) =>
    seenAs(b, b.input(`image_embeddings.${i}`, 'float32', [batch, ...shape]), [1, ...shape]),
  )
  const { coords, labels } = hfPrompts(b, size, grid)
  const boxes = b.input('input_boxes', 'float32', [batch, symbolDim('num_boxes'), 4])
  const corner = symbolDim('corners')
  const corners = inCells(b, b.node1('Reshape', [boxes, b.ints([-1, 2])], { dtype: 'float32', shape: [corner, 2] }), size, grid)
  const marks = boxLabels(b, corners)
  const all = symbolDim('entries')
  const coordsAndBoxes = b.node1('Concat', [coords, corners], { dtype: 'float32', shape: [all, 2] }, { axis: 0 })
  const labelsAndBoxes = b.node1('Concat', [labels, marks], { dtype: 'float32', shape: [all] }, { axis: 0 })
  const answer = body(b, grid, fromPyramid(b, levels as [Value, Value, Value], normalised), {
    coords: coordsAndBoxes,
    labels: labelsAndBoxes,
  })
  hfAnswer(b, answer, grid)
  b.output('object_score_logits', rawReshape(b, rawReduce(b, 'ReduceMax', chosen(b, answer.masks, [0]), [1, 2, 3], false), [1, 1, 1]))
  return { encoder, decoder: b }
}

/** [0, 2] -> [0]; [2, 2] -> 2, 3 */
function boxLabels(b: GraphBuilder, corners: Value): Value {
  const shape = [corners.shape[0]!]
  const rows = b.node1('ReduceSum', [rawScale(b, corners, 0), b.ints([1])], { dtype: 'float32', shape }, { keepdims: 0 })
  const index = b.node1('CumSum', [rawShift(b, rows, 1), b.constant(0, [], 'int32')], { dtype: 'float32', shape })
  return rawShift(b, index, 1)
}

interface Sam2Options {
  readonly picture?: readonly [name: string, dtype: DType]
  readonly outputs?: readonly [string, string, string]
  readonly inputs?: readonly [string, string, string]
  /** Type of orig_im_size; the masks then have that size. */
  readonly original?: DType
  readonly answer?: readonly [masks: string, scores: string, lowRes: string | null]
}

/** The three ways of SAM 2; names in the order embedding, high_res_feats_0, high_res_feats_1. */
function sam2With(size: number, options: Sam2Options): Halves {
  const names = ['image_embed', 'high_res_feats_0', 'high_res_feats_1'] as const
  const { picture = ['image', 'float32'], outputs = names, inputs = names, original, answer = ['masks', 'iou_predictions', null] } = options
  const encoder = new GraphBuilder('encoder')
  const given = encoder.input(picture[0], picture[1], [1, 3, size, size])
  const image = picture[1] === 'uint8' ? normalized(encoder, rawCast(encoder, given, 'float32')) : given
  const [high, middle, low] = pyramid(encoder, image, size)
  ;[low, high, middle].forEach((value, i) => encoder.output(outputs[i]!, value))
  const b = new GraphBuilder('decoder')
  const grid = size / 4
  const [highShape, middleShape, lowShape] = pyramidShapes(size)
  const [embedding, feats0, feats1] = [lowShape, highShape, middleShape].map((shape, i) => b.input(inputs[i]!, 'float32', [1, ...shape]))
  const [objects, n] = [symbolDim('num_labels'), symbolDim('num_points')]
  const coords = inCells(b, b.input('point_coords', 'float32', [objects, n, 2]), size, grid)
  const labels = seenAs(b, b.input('point_labels', 'float32', [objects, n]), [n])
  const mask = seenAs(b, b.input('mask_input', 'float32', [objects, 1, grid, grid]), [1, 1, grid, grid])
  const prior = rawMul(b, mask, rawReshape(b, b.input('has_mask_input', 'float32', [1]), [1, 1, 1, 1]))
  const result = body(b, size / 4, fromPyramid(b, [feats0!, feats1!, embedding!]), { coords, labels, prior })
  b.output(answer[0], original ? stretchedTo(b, result.masks, b.input('orig_im_size', original, [2])) : result.masks)
  b.output(answer[1], result.iou)
  if (answer[2] !== null) b.output(answer[2], result.masks)
  return { encoder, decoder: b }
}

export const sam2 = (size: number): Halves => sam2With(size, {})
export const sam2Bytes = (size: number): Halves => sam2With(size, { picture: ['image', 'uint8'] })
export const sam2Ibai = (size: number): Halves => sam2With(size, { original: 'int32' })
/** Nothing is called alike in the two files. */
export const sam2Osam = (size: number): Halves =>
  sam2With(size, {
    picture: ['input', 'float32'],
    outputs: ['embeddings', '1701', '1702'],
    inputs: ['image_embeddings', 'high_res_features1', 'high_res_features2'],
    original: 'int64',
    answer: ['2001', '2002', '2003'],
  })

/** Clicks of a picture of any size -> those of the square, at most six. */
function efficientPrompts(b: GraphBuilder, size: number, sides: Value): Prompts {
  const [queries, n] = [symbolDim('num_queries'), symbolDim('num_pts')]
  const given = seenAs(b, b.input('batched_point_coords', 'float32', [batch, queries, n, 2]), [n, 2])
  const coords = b.node1('Slice', [given, b.ints([0]), b.ints([6]), b.ints([0])], given)
  const labels = seenAs(b, b.input('batched_point_labels', 'float32', [batch, queries, n]), [n])
  const widthFirst = b.node1('Gather', [sides, b.ints([1, 0])], { dtype: 'float32', shape: [2] }, { axis: 0 })
  const scaled = rawDiv(b, rawScale(b, coords, size), widthFirst)
  const seen = rawWhere(b, rawCompare(b, 'GreaterOrEqual', coords, b.constant(0)), scaled, b.constant(-1))
  const first = b.node1('Slice', [labels, b.ints([0]), b.ints([6]), b.ints([0])], labels)
  return { coords: inCells(b, seen, size, size / 4), labels: first }
}

function efficientAnswer(b: GraphBuilder, { masks, iou }: { masks: Value; iou: Value }, sides: Value): void {
  const resized = stretchedTo(b, masks, sides)
  b.output('output_masks', b.node1('Unsqueeze', [resized, b.ints([0])], { dtype: 'float32', shape: [1, ...resized.shape] }))
  b.output('iou_predictions', rawReshape(b, iou, [1, 1, 3]))
}

function efficientColors(b: GraphBuilder, size: number): { image: Value; colors: Value } {
  const image = b.input('batched_images', 'float32', [batch, 3, symbolDim('height'), symbolDim('width')])
  return { image, colors: colorsOf(b, normalized(b, stretched(b, rawScale(b, image, 255), size)), size) }
}

export function efficientSam(size: number): Halves {
  const encoder = new GraphBuilder('encoder')
  encoder.output('image_embeddings', folded(encoder, efficientColors(encoder, size).colors, 4))
  const b = new GraphBuilder('decoder')
  const shape = [1, embeddingChannels, size / 16, size / 16]
  const embedding = seenAs(b, b.input('image_embeddings', 'float32', [batch, ...shape.slice(1)]), shape)
  const sides = rawCast(b, b.input('orig_im_size', 'int64', [2]), 'float32')
  efficientAnswer(b, body(b, size / 4, visible(b, unfolded(b, embedding, 4)), efficientPrompts(b, size, sides)), sides)
  return { encoder, decoder: b }
}

export function efficientSamSingle(size: number): Halves {
  const b = new GraphBuilder('model')
  const { image, colors } = efficientColors(b, size)
  const sides = rawCast(b, b.shapeTensor(image.shape.slice(2)), 'float32')
  efficientAnswer(b, body(b, size / 4, visible(b, colors), efficientPrompts(b, size, sides)), sides)
  return { encoder: b, decoder: null }
}
