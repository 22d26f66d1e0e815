import type { ImageVec, ScreenPx, ScreenVec, Unit01 } from '../../../shared/geometry/spaces.ts'
import type { Editor } from '../engine/editor.ts'
import type { SegmentAnswer } from '../engine/segmenter.ts'
import type { ToolSettings } from '../engine/settings.ts'
import type { Kept } from './kept.ts'

export interface Modifiers {
  readonly shift: boolean
  readonly alt: boolean
  /** Ctrl, or Cmd on a Mac. */
  readonly mod: boolean
  /** How hard a pen is pressed; absent for a mouse or a finger. */
  readonly pressure?: Unit01
}

export interface PointerAt extends Modifiers {
  readonly image: ImageVec
  readonly screen: ScreenVec
  /** The cursor was moved by arrow keys. */
  readonly byKeys: boolean
}

/** Everything a tool can be told. Keys arrive as what they mean. */
export type ToolEvent =
  /** `right`: the right button, for tools that have a use for it. */
  | { readonly type: 'down'; readonly at: PointerAt; readonly clicks: number; readonly right: boolean }
  | { readonly type: 'move'; readonly at: PointerAt }
  | { readonly type: 'up'; readonly at: PointerAt }
  /** The wheel, where the tool has a use for it; up is more. */
  | { readonly type: 'wheel'; readonly notches: number }
  /** Enter: finish what is being drawn. */
  | { readonly type: 'finish' }
  /** Backspace, or undo while something is being drawn: take back the last step of it. */
  | { readonly type: 'back' }
  /** An arrow key: move, or with `grow` change the size, by picture pixels. */
  | { readonly type: 'nudge'; readonly dx: number; readonly dy: number; readonly grow: boolean }
  /** A wire that was asked for is known now. */
  | { readonly type: 'wire' }
  /** A region that the wand asked for is known now. */
  | { readonly type: 'flood' }
  /** The answer of a model. */
  | { readonly type: 'segmented'; readonly answer: SegmentAnswer }
  /** Another of several answers: so many further, round about. */
  | { readonly type: 'candidate'; readonly by: number }
  /** Finish, with another outcome than the chosen one. */
  | { readonly type: 'acceptAs'; readonly result: ToolSettings['smart']['result'] }
  /** Redo while something is being drawn: the step that was taken back last. */
  | { readonly type: 'forward' }
  /** Options of the tools were changed. */
  | { readonly type: 'settings' }
  /** Objects of the picture were changed, by whomever; not by what the tool itself does just now. */
  | { readonly type: 'records' }
  /** The pointer left the canvas, or another tool is chosen. */
  | { readonly type: 'leave' }
  /** The other way along a border that is followed. */
  | { readonly type: 'otherWay' }
  /** The arrow key was let go. */
  | { readonly type: 'nudgeEnd' }
  | { readonly type: 'cancel' }

export type EventOf<T extends ToolEvent['type']> = Extract<ToolEvent, { type: T }>

type StateOf<S extends { readonly name: string }, N extends S['name']> = Extract<S, { readonly name: N }>
type Handlers<S extends { readonly name: string }, N extends S['name']> = {
  readonly [T in ToolEvent['type']]?: (editor: Editor, state: StateOf<S, N>, event: EventOf<T>) => S
}

/** A row per state, a handler per event it takes; a state that is not idle must handle cancel. */
export type ToolTable<S extends { readonly name: string }> = {
  readonly [N in S['name']]: N extends 'idle' ? Handlers<S, N> : Handlers<S, N> & Required<Pick<Handlers<S, N>, 'cancel'>>
}

/** The tools that draw something; they share the crosshair and the cursor moved by keys. */
export const drawingTools = [
  'box',
  'rotatedBox',
  'ellipse',
  'polygon',
  'polyline',
  'point',
  'scissors',
  'lasso',
  'brush',
  'wand',
  'smart',
  'split',
] as const
export type DrawingToolId = (typeof drawingTools)[number]
export type ToolId = 'select' | 'pan' | 'comment' | DrawingToolId

/** The tools that set points where one clicks; a finger leads their cursor and sets the point where it is lifted. */
export const aimingTools: readonly ToolId[] = ['polygon', 'polyline', 'point', 'scissors']

/** Tools of the hand: the right button erases, the wheel may change a size, every sample of the pointer counts, and no crosshair is wanted. */
export const isBrush = (tool: ToolId): boolean => tool === 'brush'

/** Tools whose chosen class is the next colour, not that of the selection. */
export const paintsMasks = (tool: ToolId): boolean => tool === 'brush' || tool === 'wand'

/** The tools that draw an outline, which may become a part of the selected region or a hole in it. */
export const isRingTool = (tool: ToolId): boolean => tool === 'polygon' || tool === 'scissors' || tool === 'lasso'

export const isDrawing = (tool: ToolId): tool is DrawingToolId => (drawingTools as readonly ToolId[]).includes(tool)
/** The tools that set points: they have a crosshair, and arrow keys move their cursor. */
export const isAiming = (tool: ToolId): boolean => tool === 'comment' || isDrawing(tool)

export interface Tool<S extends { readonly name: string }> {
  readonly id: ToolId
  readonly start: S
  /** What it does with the right button: drags, or all of it; otherwise, and for a click that is no drag, the menu opens. */
  readonly right?: 'drag' | 'all'
  /** What is drawn in this state, to be gone on with later; null where that is soon drawn again. */
  readonly keep?: (editor: Editor, state: S) => Kept | null
  /** The same for as long as this window is open, with what cannot be kept as plain data. */
  readonly keepLive?: (editor: Editor, state: S) => (() => S) | null
  /** Nothing of what it kept makes sense any more. */
  readonly lost?: (editor: Editor, kept: Kept) => boolean
  /** Goes on with what it kept, which is not lost; null where another tool kept it. */
  readonly resume?: (editor: Editor, kept: Kept) => S | null
  readonly table: ToolTable<S>
}

/** A tool at work: sends events through its table. */
export interface Runner {
  readonly id: ToolId
  readonly right: 'drag' | 'all' | null
  readonly stateName: string
  /** What is being drawn, to be gone on with later; null when that is not worth it. */
  keep(): Kept | null
  /** How to go on with it in this window, where that is more than what was kept. */
  keepLive(): (() => void) | null
  /** Nothing of it makes sense any more. */
  lost(kept: Kept): boolean
  /** False: it is of another tool. */
  resume(kept: Kept): boolean
  /** Whether the present state has a use for it. */
  takes(type: ToolEvent['type']): boolean
  /** False when the present state does not take the event. */
  send(event: ToolEvent): boolean
}

export function runTool<S extends { readonly name: string }>(tool: Tool<S>, editor: Editor): Runner {
  let state: S = tool.start
  // The table is typed by state and event; looking both up at run time loses the pairing, so it is restated here, once.
  const rowOf = ({ name }: S) =>
    tool.table[name as S['name']] as Readonly<Record<string, ((editor: Editor, state: S, event: ToolEvent) => S) | undefined>>
  return {
    id: tool.id,
    right: tool.right ?? null,
    get stateName() {
      return state.name
    },
    keep: () => tool.keep?.(editor, state) ?? null,
    keepLive() {
      const again = tool.keepLive?.(editor, state)
      return again ? () => void (state = again()) : null
    },
    lost: (kept) => tool.lost?.(editor, kept) ?? false,
    resume(kept) {
      const next = tool.resume?.(editor, kept) ?? null
      if (next) state = next
      return next !== null
    },
    takes: (type) => rowOf(state)[type] !== undefined,
    send(event) {
      const handler = rowOf(state)[event.type]
      if (!handler) return false
      state = handler(editor, state, event)
      return true
    },
  }
}

/** A press that moved less than this is a click. */
const clickReach: ScreenPx = 3

export const isDrag = (from: PointerAt, to: PointerAt): boolean =>
  Math.hypot(from.screen.x - to.screen.x, from.screen.y - to.screen.y) >= clickReach
