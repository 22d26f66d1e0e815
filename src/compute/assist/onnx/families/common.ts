import { imageNet } from '../../../../shared/model/train/normalization.ts'
import type { SamFamily, SamPreprocess, SamPromptRule, SamTensor } from '../../../../shared/model/samModel.ts'
import type { Feed, FramePrompt, Link, Signature } from '../adapter.ts'
import type { ModelHeader } from '../modelHeader.ts'
import { dimOf, fits, hasInputs, inputOf, pictureLayout, pictureSides, rankOf, type PictureLayout } from '../tensors.ts'

/** Patch of the encoder, and side of a low-resolution mask cell, in pixels of the frame. */
const patch = 16
const cell = 4
const usualSize = 1024
const sizeLimit = 4096

/** RGB, long side to 1024, ImageNet's normalisation, zeros to the right and below (specs/sam.md section 2.4). */
export const officialPreprocess: Omit<SamPreprocess, 'size'> = {
  fit: 'longSide',
  resize: 'bilinear',
  pad: true,
  colorOrder: 'RGB',
  ...imageNet,
}

type Values = Pick<SamPreprocess, 'mean' | 'std'>

/** Values 0..255 as they are: the graph normalises by itself. */
export const rawValues: Values = { mean: [0, 0, 0], std: [1, 1, 1] }
/** Values 0..1: the graph normalises the rest. */
export const unitValues: Values = { mean: [0, 0, 0], std: [255, 255, 255] }

/** By the way its pixels lie and their type: what an encoder of the official frame leaves to do. */
export function preprocessOf(layout: PictureLayout, picture: SamTensor): Partial<SamPreprocess> {
  const fixed = pictureSides(picture)[0] !== null
  if (picture.dtype === 'uint8') return { ...rawValues, resize: fixed ? 'bilinear' : 'none', pad: fixed }
  return layout === 'HWC' ? { ...rawValues, pad: fixed } : {}
}

export const officialPrompts: SamPromptRule = { padLabel: -1, maxPoints: null, maskRule: 'official' }

export const isOfficialDecoder = (model: ModelHeader): boolean =>
  hasInputs(model, 'image_embeddings', 'point_coords', 'point_labels', 'mask_input', 'has_mask_input', 'orig_im_size')

/** The only input of an encoder, where it takes a picture. */
export function pictureInput(model: ModelHeader): SamTensor | null {
  const [input, ...others] = model.inputs
  return input && others.length === 0 && pictureLayout(input) ? input : null
}

/** Every decoder input of the list with the output of its name, otherwise with the only one of its shape, otherwise with the one in its place; null where one has none. */
export function linkByNameOrShape(encoder: ModelHeader, inputs: readonly (SamTensor | undefined)[]): Link[] | null {
  const inPlace = inputs.length === encoder.outputs.length
  const links = inputs.map((input, i): Link | null => {
    if (!input) return null
    const named = encoder.outputs.find(({ name }) => name === input.name)
    const shaped = encoder.outputs.filter((output) => rankOf(output) === rankOf(input) && fits(output, input))
    const output = named ?? (shaped.length === 1 ? shaped[0] : inPlace ? encoder.outputs[i] : undefined)
    return output && fits(output, input) ? { input, outputs: [output] } : null
  })
  const complete = links.every((link) => link !== null) ? links : null
  return complete && new Set(complete.map(({ outputs }) => outputs[0])).size === complete.length ? complete : null
}

/**
 * Sides of the frame and of a low-resolution mask, from whatever says them: the encoder's picture, the decoder's mask, the embedding's grid. Null
 * where they contradict each other (no mask is finer than the picture), or a picture is asked for that is not square.
 */
export function sidesOf(picture: SamTensor, embedding: Link | null, decoder: ModelHeader): { size: number; grid: number } | null {
  const mask = inputOf(decoder, 'mask_input')
  const [height, width] = pictureSides(picture)
  const tokens = embedding && (dimOf(embedding.input, -1) ?? dimOf(embedding.outputs[0], -1))
  const lowRes = decoder.outputs.filter((output) => rankOf(output) >= 4 && dimOf(output, -1) !== null).map((output) => dimOf(output, -1)!)
  const grid =
    dimOf(mask, -1) ?? (tokens === null ? null : tokens * (patch / cell)) ?? lowRes[0] ?? (height === null ? null : height / cell)
  const size = height ?? (grid === null ? usualSize : grid * cell)
  if ((height !== null && height !== size) || (width !== null && width !== size) || size > sizeLimit || size < patch) return null
  if (grid !== null && grid > size) return null
  return { size, grid: grid ?? size / cell }
}

export function signature(
  family: SamFamily,
  picture: SamTensor,
  links: readonly Link[],
  sides: { size: number; grid: number },
  rest: { preprocess?: Partial<SamPreprocess>; prompts?: Partial<SamPromptRule>; box?: Signature['box']; feedback?: boolean } = {},
): Signature {
  return {
    family,
    picture,
    links,
    grid: sides.grid,
    preprocess: { ...officialPreprocess, size: sides.size, ...rest.preprocess },
    prompts: { ...officialPrompts, ...rest.prompts },
    box: rest.box ?? 'native',
    feedback: rest.feedback ?? true,
  }
}

export interface PointList {
  readonly coords: number[]
  readonly labels: number[]
  /** Points, corners and the padding of the rule, without what only fills a fixed length. */
  readonly entries: number
}

/** What stays of more points than are taken: the first, which says what is meant, and the newest. */
export const atMost = (points: FramePrompt['points'], limit: number): FramePrompt['points'] =>
  points.length <= limit ? points : [...points.slice(0, 1), ...points.slice(points.length - limit + 1)]

/** Points, then the corners of the box with the labels 2 and 3; padded where a rule or a fixed length says so. */
export function pointList({ points, box }: FramePrompt, rule: SamPromptRule, length: number | null): PointList {
  const corners = box
    ? [
        { x: box[0], y: box[1], label: 2 },
        { x: box[2], y: box[3], label: 3 },
      ]
    : []
  const limit = Math.min(rule.maxPoints ?? Infinity, length ?? Infinity) - corners.length
  const list = [...atMost(points, limit), ...corners]
  const pad = { x: 0, y: 0, label: rule.padLabel ?? -1 }
  if (rule.padLabel !== null && !box && list.length < limit) list.push(pad)
  const entries = list.length
  while (list.length < (length ?? 1)) list.push(pad)
  return { coords: list.flatMap(({ x, y }) => [x, y]), labels: list.map(({ label }) => label), entries }
}

/** mask_input and has_mask_input of a grid. */
export function maskFeeds(logits: Float32Array | null, grid: number): Record<string, Feed> {
  return {
    mask_input: { dims: [1, 1, grid, grid], data: logits ?? new Float32Array(grid * grid) },
    has_mask_input: { dims: [1], data: [logits ? 1 : 0] },
  }
}
