import { spansArea, type MaskSpans } from '../../../../shared/geometry/maskSpans.ts'
import type { ScreenPx } from '../../../../shared/geometry/spaces.ts'
import { beginStroke, commitStroke, strokeTarget } from '../../engine/brush.ts'
import { noDraft } from '../../engine/draft.ts'
import type { Editor } from '../../engine/editor.ts'
import { extendStroke, type Stroke } from '../../engine/stroke.ts'
import type { Id } from '../../../../shared/model/ids.ts'
import { isDrag, type PointerAt, type Tool } from '../tool.ts'

interface Looking {
  readonly from: PointerAt
  /** Tolerance when the button went down; a drag changes it. */
  readonly tolerance: number
  readonly erase: boolean
  readonly targetId: Id | null
}

export type WandState =
  | { readonly name: 'idle' }
  /** Button down on a pixel: what is like it is shown. */
  | ({ readonly name: 'looking' } & Looking)
  /** Button up, the exact region is still on its way. */
  | ({ readonly name: 'settling' } & Looking)

const idle: WandState = { name: 'idle' }
/** A drag by this changes the tolerance by one. */
const perStep: ScreenPx = 4

function press(editor: Editor, at: PointerAt, subtract: boolean): WandState {
  const { mode, tolerance } = editor.settings.wand
  const erase = (mode === 'subtract') !== subtract
  const target = strokeTarget(editor, erase, at.image)
  if (!target || !editor.finders.flood) return idle
  if (target.id !== null) editor.select([target.id])
  editor.reveal('masks', target.id)
  editor.finders.flood.seed(at.image)
  const state: WandState = { name: 'looking', from: at, tolerance, erase, targetId: target.id }
  return show(editor, state) ? state : abandon(editor)
}

/** A new stroke of the region as it is known now. */
function strokeOf(editor: Editor, { erase, targetId }: Looking, pixels: MaskSpans): Stroke {
  const stroke = { ...beginStroke(editor, erase, targetId), replaces: !erase && editor.settings.wand.mode === 'replace' }
  extendStroke(stroke, pixels)
  return stroke
}

/** Shows what is found so far; false when there is nothing to look at. */
function show(editor: Editor, state: Looking): boolean {
  const { tolerance, contiguous } = editor.settings.wand
  const found = editor.finders.flood?.region({ tolerance, contiguous })
  if (!found) return false
  // The region may have shrunk: all of it is drawn again.
  if (found.exact || editor.gesture.draft.kind !== 'stroke')
    editor.gesture.setDraft({ kind: 'stroke', stroke: strokeOf(editor, state, found.pixels), step: 'all' })
  return true
}

/** Takes the region when it is exact; waits for it otherwise. */
function settle(editor: Editor, state: Looking): WandState {
  const { tolerance, contiguous } = editor.settings.wand
  const found = editor.finders.flood?.region({ tolerance, contiguous })
  if (found && !found.exact) return { ...state, name: 'settling' }
  const stroke = found && strokeOf(editor, state, found.pixels)
  abandon(editor)
  if (!stroke || spansArea({ x: 0, columns: stroke.columns }) === 0) return idle
  const id = commitStroke(editor, stroke)
  editor.select(id === null ? [] : [id])
  return idle
}

function abandon(editor: Editor): WandState {
  editor.finders.flood?.drop()
  editor.gesture.setDraft(noDraft)
  return idle
}

/** Takes up the pixels like the one that is clicked; a drag to the right takes more, to the left fewer. Ctrl or the right button takes them away. */
export const wandTool: Tool<WandState> = {
  id: 'wand',
  right: 'all',
  start: idle,
  table: {
    idle: {
      down: (editor, _, { at, right }) => press(editor, at, right || at.mod),
    },
    looking: {
      move(editor, state, { at }) {
        if (!isDrag(state.from, at)) return state
        const tolerance = Math.round(state.tolerance + (at.screen.x - state.from.screen.x) / perStep)
        editor.setSettings({ wand: { tolerance } })
        show(editor, state)
        return state
      },
      flood: (editor, state) => (show(editor, state) ? state : abandon(editor)),
      up: (editor, state) => settle(editor, state),
      cancel(editor, state) {
        editor.setSettings({ wand: { tolerance: state.tolerance } })
        return abandon(editor)
      },
    },
    settling: {
      flood(editor, state) {
        show(editor, state)
        return settle(editor, state)
      },
      cancel: (editor) => abandon(editor),
    },
  },
}
