import type { SamPreprocess } from '../../../../shared/model/samModel.ts'
import type { Feed, FramePrompt, SamAdapter, Signature } from '../adapter.ts'
import type { ModelHeader } from '../modelHeader.ts'
import { dimOf, hasInputs, inputOf } from '../tensors.ts'
import { atMost, linkByNameOrShape, maskFeeds, sidesOf, signature } from './common.ts'

/** Patch and side of the trackers of SAM 3, which have the tensors of SAM 2. */
const tracker = { tokens: 72, size: 1008 }
const trackerValues: Pick<SamPreprocess, 'mean' | 'std'> = { mean: [127.5, 127.5, 127.5], std: [127.5, 127.5, 127.5] }

/** Optimum and transformers.js, `SamModel`: a second embedding holds the positions; the clicks of one object are `[batch,object,point,2]`. One file or two. */
export const hfSam: SamAdapter = {
  family: 'hfSam',
  usesProcessorConfig: true,
  recognise({ encoder, decoder }) {
    const picture = inputOf(encoder, 'pixel_values')
    if (!picture || !hasInputs(decoder, 'input_points', 'input_labels')) return null
    const single = encoder === decoder
    if (!single && encoder.inputs.length !== 1) return null
    const links = single
      ? []
      : linkByNameOrShape(encoder, [inputOf(decoder, 'image_embeddings'), inputOf(decoder, 'image_positional_embeddings')])
    const sides = links && sidesOf(picture, links[0] ?? null, decoder)
    return sides && signature('hfSam', picture, links, sides, { prompts: { padLabel: -10, maskRule: 'iou' }, ...abilities(decoder) })
  },
  feeds: promptFeeds,
}

/** transformers.js, `Sam2Model`, EdgeTAM and the tracker of SAM 3: embeddings of three sizes, boxes as boxes. */
export const hfSam2: SamAdapter = {
  family: 'hfSam2',
  usesProcessorConfig: true,
  recognise({ encoder, decoder }) {
    const picture = inputOf(encoder, 'pixel_values')
    const names = ['image_embeddings.2', 'image_embeddings.1', 'image_embeddings.0']
    if (!picture || encoder.inputs.length !== 1 || !hasInputs(decoder, 'input_points', 'input_labels', ...names)) return null
    const links = linkByNameOrShape(
      encoder,
      names.map((name) => inputOf(decoder, name)),
    )
    if (!links) return null
    const tokens = dimOf(links[0]!.input, -1) ?? dimOf(links[0]!.outputs[0], -1)
    const isTracker = tokens === tracker.tokens
    const sides = isTracker ? { size: tracker.size, grid: tracker.tokens * 4 } : sidesOf(picture, links[0]!, decoder)
    const preprocess: Partial<SamPreprocess> = { fit: 'stretch', pad: false, ...(isTracker ? trackerValues : {}) }
    return (
      sides && signature('hfSam2', picture, links, sides, { preprocess, prompts: { padLabel: -1, maskRule: 'iou' }, ...abilities(decoder) })
    )
  },
  feeds: promptFeeds,
}

function abilities(decoder: ModelHeader): Pick<Signature, 'box' | 'feedback'> {
  return {
    box: inputOf(decoder, 'input_boxes') ? 'native' : 'emulated',
    feedback: hasInputs(decoder, 'has_mask_input') && (hasInputs(decoder, 'input_masks') || hasInputs(decoder, 'mask_input')),
  }
}

/** The padding point lies in the graph; only a list that would be empty gets one. */
function promptFeeds({ points, box, logits }: FramePrompt, { signature: { prompts, grid } }: { signature: Signature }) {
  const pad = { x: 0, y: 0, label: prompts.padLabel ?? -1 }
  const kept = atMost(points, prompts.maxPoints ?? Infinity)
  const list = kept.length === 0 ? [pad] : kept
  const { mask_input, has_mask_input } = maskFeeds(logits, grid)
  const feeds: Record<string, Feed> = {
    input_points: { dims: [1, 1, list.length, 2], data: list.flatMap(({ x, y }) => [x, y]) },
    input_labels: { dims: [1, 1, list.length], data: list.map(({ label }) => label) },
    input_boxes: { dims: [1, box ? 1 : 0, 4], data: box ? [...box] : [] },
    mask_input: mask_input!,
    input_masks: mask_input!,
    has_mask_input: has_mask_input!,
  }
  return { feeds, entries: list.length }
}
