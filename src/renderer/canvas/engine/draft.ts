import type { Bounds, ImageVec, Unit01 } from '../../../shared/geometry/spaces.ts'
import type { RegionShape } from '../../../shared/geometry/regions.ts'
import type { VertexAt } from '../../../shared/geometry/vertices.ts'
import type { Id } from '../../../shared/model/ids.ts'
import type { MaskShape, RotatedBoxShape, Shape } from '../../../shared/model/shape.ts'
import type { PromptPoint } from './segmenter.ts'
import type { ToolSettings } from './settings.ts'
import type { Stroke, StrokeStep } from './stroke.ts'

/** An object that a model found, and what it was told of it. */
export interface SmartDraft {
  readonly kind: 'smart'
  readonly points: readonly PromptPoint[]
  readonly box: Bounds | null
  /** Predicted IoU of every proposal, null where the model says none; `chosen` is the one on show. */
  readonly proposals: readonly (Unit01 | null)[]
  readonly chosen: number
  /** Its pixels; null: nothing is known yet, or nothing was found. */
  readonly mask: MaskShape | null
  /** The same as it would be kept. */
  readonly shape: RegionShape | null
  /** What would become of it. */
  readonly result: ToolSettings['smart']['result']
  /** Of the answer to the newest prompt; 'hover': there is none, the pointer passes over; 'unasked': its first click or box is not finished yet. */
  readonly state: 'hover' | 'unasked' | 'waiting' | 'known' | 'failed'
}

/** What a gesture shows before it is finished. Nothing of it is in the records. */
export type Draft =
  | { readonly kind: 'none' }
  /** Records under way, by id: moved, resized, reshaped. `frame`: as one, by the frame around them; masks are outlines meanwhile. */
  | { readonly kind: 'reshape'; readonly shapes: ReadonlyMap<Id, Shape>; readonly frame?: RotatedBoxShape }
  | { readonly kind: 'box'; readonly bounds: Bounds }
  /** A click adds `ahead` and `cursor` to the points; `marks` are the ones that stand out, where not all do. */
  | {
      readonly kind: 'polygon'
      readonly points: readonly ImageVec[]
      readonly marks?: readonly ImageVec[]
      readonly ahead: readonly ImageVec[]
      readonly cursor: ImageVec
      readonly closing: boolean
    }
  | { readonly kind: 'polyline'; readonly points: readonly ImageVec[]; readonly ahead: readonly ImageVec[]; readonly cursor: ImageVec }
  /** Where copies of records would stand. */
  | { readonly kind: 'copies'; readonly shapes: ReadonlyMap<Id, Shape> }
  /** A new shape as it would be if the gesture ended now; `size` stands beside it. */
  | { readonly kind: 'shape'; readonly shape: Shape; readonly size: boolean }
  | { readonly kind: 'marquee'; readonly bounds: Bounds }
  /** Where a comment will be pinned, and to which object; the page draws it. */
  | { readonly kind: 'pin'; readonly at: ImageVec; readonly on: Id | null }
  /** A stroke of the brush; `step` is what it covers now and did not in the draft before. */
  | { readonly kind: 'stroke'; readonly stroke: Stroke; readonly step: StrokeStep | 'all' | null }
  /** Where a straight stroke would run. */
  | { readonly kind: 'brushLine'; readonly from: ImageVec; readonly to: ImageVec }
  | SmartDraft

export const noDraft: Draft = { kind: 'none' }

/** The vertex of the selected polygon or line that keys act on. */
export interface ActiveVertex {
  readonly id: Id
  readonly at: VertexAt
}
