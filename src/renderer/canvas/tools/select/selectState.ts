import type { BoxHandle } from '../../../../shared/geometry/box.ts'
import type { ImageVec } from '../../../../shared/geometry/spaces.ts'
import type { FrameStart } from '../../engine/frame.ts'
import type { Twin } from '../../engine/twins.ts'
import type { VertexAt, VertexShape } from '../../../../shared/geometry/vertices.ts'
import type { Id } from '../../../../shared/model/ids.ts'
import type { BoxShape, RotatedBoxShape, Shape } from '../../../../shared/model/shape.ts'
import type { PointerAt } from '../tool.ts'

export type SelectState =
  | { readonly name: 'idle' }
  /** Button down on a selected object: a drag moves the selection, a click narrows it to this one. */
  | { readonly name: 'pressed'; readonly from: PointerAt; readonly id: Id; readonly narrow: boolean }
  | { readonly name: 'moving'; readonly from: PointerAt }
  /** Right button down on a selected object: a drag copies the selection. */
  | { readonly name: 'pressedRight'; readonly from: PointerAt }
  | { readonly name: 'copying'; readonly from: PointerAt }
  /** Button down on nothing; `kept` is the selection that a marquee with Shift or Ctrl adds to. */
  | { readonly name: 'pressedGround'; readonly from: PointerAt; readonly kept: ReadonlySet<Id> }
  | { readonly name: 'marquee'; readonly from: PointerAt; readonly kept: ReadonlySet<Id>; readonly before: ReadonlySet<Id> }
  | {
      readonly name: 'resizing'
      readonly id: Id
      readonly handle: BoxHandle
      readonly start: BoxShape | RotatedBoxShape
      readonly grab: ImageVec
    }
  | { readonly name: 'turning'; readonly id: Id; readonly start: RotatedBoxShape }
  /** A handle of the frame around the selection is dragged; or what turns it. */
  | {
      readonly name: 'sizingFrame'
      readonly start: FrameStart
      readonly handle: BoxHandle
      readonly grab: ImageVec
      readonly from: PointerAt
    }
  | { readonly name: 'turningFrame'; readonly start: FrameStart; readonly from: PointerAt }
  /** `shape` is what the vertex moves in: the record's shape, or that with the vertex just inserted. `twins` go along when that is asked. */
  | {
      readonly name: 'movingVertex'
      readonly id: Id
      readonly shape: VertexShape
      readonly at: VertexAt
      readonly inserted: boolean
      readonly twins: readonly Twin[]
      readonly from: PointerAt
    }
  /** Arrow keys held: one gesture until they are let go. */
  | { readonly name: 'nudging'; readonly dx: number; readonly dy: number; readonly grow: boolean; readonly shapes: ReadonlyMap<Id, Shape> }

export const idle: SelectState = { name: 'idle' }
