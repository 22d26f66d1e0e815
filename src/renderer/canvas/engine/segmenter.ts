import type { Bounds, ImageVec, Unit01 } from '../../../shared/geometry/spaces.ts'
import type { Id } from '../../../shared/model/ids.ts'
import type { MaskShape } from '../../../shared/model/shape.ts'

/** A click on what is wanted, or on what is not. */
export interface PromptPoint extends ImageVec {
  readonly positive: boolean
}

/** What a model is told about the object that is wanted, in picture pixels. */
export interface SegmentPrompt {
  readonly points: readonly PromptPoint[]
  readonly box: Bounds | null
  /** Pixels to start from; null: none. */
  readonly start: MaskShape | null
  /** The candidate of an earlier answer that this corrects. */
  readonly previous: Candidate | null
}

/** One of the objects the prompt may mean. */
export interface Candidate {
  /** What whoever found it calls it. */
  readonly token: string
  /** How well the model thinks it fits; null: it does not say. */
  readonly iou: Unit01 | null
  readonly mask: MaskShape
}

export type SegmentAnswer =
  /** The one to show first stands first. */
  | {
      readonly kind: 'found'
      readonly ticket: number
      readonly modelId: Id
      readonly modelName: string
      readonly candidates: readonly Candidate[]
    }
  /** Nothing came of it; who looks for the segments says why. */
  | { readonly kind: 'failed'; readonly ticket: number }

/** Finds the object that is meant in the open picture. Answers come later, as a `segmented` event of the tools, or never. */
export interface Segmenter {
  /** A question could be answered without waiting for the picture to be looked at first. */
  readonly ready: boolean
  /** The ticket of the answer; only the newest question is sure to get one. */
  ask(prompt: SegmentPrompt): number
  /** The same for what the pointer only passes over: less often, and never before a question. */
  glance(prompt: SegmentPrompt): number
  /** Nothing is looked for any more: no answer comes to what was asked before. */
  drop(): void
}
