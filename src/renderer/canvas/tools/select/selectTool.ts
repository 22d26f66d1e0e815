import { boundsOfCorners } from '../../../../shared/geometry/box.ts'
import { turnedFrame } from '../../../../shared/geometry/ellipse.ts'
import { hasVertices, nearestEdgeOf } from '../../../../shared/geometry/vertices.ts'
import type { Id } from '../../../../shared/model/ids.ts'
import { removeActiveVertex } from '../../engine/actions.ts'
import { noDraft } from '../../engine/draft.ts'
import type { Editor } from '../../engine/editor.ts'
import { withGroups } from '../../engine/groups.ts'
import { hitAt, idsWithin } from '../../engine/sight.ts'
import { hitId, reachAt } from '../../engine/hitTest.ts'
import { isDrag, type PointerAt, type Tool } from '../tool.ts'
import { commitSize, commitTurn, pressFrame, pressFrameTurn, previewSize, previewTurn } from './frameGestures.ts'
import {
  abandon,
  canMove,
  commitCopies,
  commitShapes,
  draggedVertex,
  insertedVertex,
  nudgedShapes,
  pressHandle,
  pressMiddle,
  pressVertex,
  previewCopies,
  previewMove,
  resizedBox,
  turnedBox,
} from './gestures.ts'
import { idle, type SelectState } from './selectState.ts'

const adds = (at: PointerAt): boolean => at.shift || at.mod

function press(editor: Editor, at: PointerAt, clicks: number): SelectState {
  const hit = hitAt(editor, at.image)
  editor.gesture.setHover(hit)
  switch (hit.kind) {
    case 'handle':
      return pressHandle(editor, hit.id, hit.handle, at)
    case 'turn': {
      const shape = editor.records.get(hit.id)?.shape
      const start = shape && turnedFrame(shape)
      return start ? { name: 'turning', id: hit.id, start } : idle
    }
    case 'frame':
      return pressFrame(editor, hit.handle, at)
    case 'frameTurn':
      return pressFrameTurn(editor, at)
    case 'vertex':
      if (!at.alt) return pressVertex(editor, hit.id, hit.at, at)
      editor.setActiveVertex({ id: hit.id, at: hit.at })
      removeActiveVertex(editor)
      return idle
    case 'edge':
      return pressMiddle(editor, hit.id, hit.at, hit.point, at)
    case 'shape':
      if (at.alt) {
        const edge = edgeAt(editor, hit.id, at)
        if (edge) return edge
      }
      // With Alt, or the second click of two, one object is meant and not its group.
      if (at.alt || clicks === 2) editor.select([hit.id])
      else if (adds(at)) {
        const group = withGroups(editor, [hit.id])
        editor.select(
          editor.selection.has(hit.id) ? [...editor.selection].filter((id) => !group.includes(id)) : [...editor.selection, ...group],
        )
        return idle
      }
      if (editor.selection.has(hit.id)) return { name: 'pressed', from: at, id: hit.id, narrow: !at.alt && clicks < 2 }
      editor.select(withGroups(editor, [hit.id]))
      return { name: 'pressed', from: at, id: hit.id, narrow: false }
    case 'none':
      if (clicks === 2) {
        editor.fit()
        return idle
      }
      return { name: 'pressedGround', from: at, kept: adds(at) ? editor.selection : new Set() }
  }
}

/** With Alt a press on an edge of the one selected polygon or line sets a vertex there. */
function edgeAt(editor: Editor, id: Id, at: PointerAt): SelectState | null {
  const { single } = editor
  if (single?.id !== id || single.locked || !hasVertices(single.shape)) return null
  const { point, distance, ...edge } = nearestEdgeOf(single.shape, at.image)
  return distance <= reachAt(editor.camera.scale, editor.gesture.coarse).edge ? pressMiddle(editor, id, edge, point, at) : null
}

/** The right button selects what it is on, as the menu that a click opens does. */
function pressRight(editor: Editor, at: PointerAt): SelectState {
  const hit = hitAt(editor, at.image)
  const id = hitId(hit)
  if (id === null) return idle
  if (!editor.selection.has(id)) editor.select(withGroups(editor, [id]))
  return { name: 'pressedRight', from: at }
}

function drawMarquee(editor: Editor, from: PointerAt, at: PointerAt, kept: ReadonlySet<string>): void {
  const bounds = boundsOfCorners(from.image, at.image)
  editor.gesture.setDraft({ kind: 'marquee', bounds })
  editor.select([...kept, ...withGroups(editor, idsWithin(editor, bounds))])
}

/** Selects, moves and reshapes; a drag with the right button copies. */
export const selectTool: Tool<SelectState> = {
  id: 'select',
  start: idle,
  right: 'drag',
  table: {
    idle: {
      move(editor, state, { at }) {
        editor.gesture.setHover(hitAt(editor, at.image))
        return state
      },
      down: (editor, _, { at, clicks, right }) => (right ? pressRight(editor, at) : press(editor, at, clicks)),
      back(editor, state) {
        removeActiveVertex(editor)
        return state
      },
      nudge(editor, state, { dx, dy, grow }) {
        const shapes = nudgedShapes(editor, dx, dy, grow)
        if (shapes.size > 0) editor.gesture.setDraft({ kind: 'reshape', shapes })
        // At the border nothing moves either; a lock is not to be seen, so it is said.
        else if (editor.selected.some((record) => editor.holds(record)) || !editor.activeVertex || grow) return state
        // A vertex gets past the places where no shape would be left.
        return { name: 'nudging', dx, dy, grow, shapes }
      },
      cancel(editor, state) {
        if (editor.activeVertex) editor.setActiveVertex(null)
        else editor.select([])
        return state
      },
    },
    pressed: {
      move(editor, state, { at }) {
        if (!isDrag(state.from, at)) return state
        if (!canMove(editor)) return state
        previewMove(editor, state.from, at)
        return { name: 'moving', from: state.from }
      },
      up(editor, { id, narrow }) {
        if (narrow) editor.select(withGroups(editor, [id]))
        return idle
      },
      cancel: abandon,
    },
    moving: {
      move(editor, state, { at }) {
        previewMove(editor, state.from, at)
        return state
      },
      up: (editor, { from }, { at }) => commitShapes(editor, 'move', previewMove(editor, from, at)),
      cancel: abandon,
    },
    pressedRight: {
      move: (editor, state, { at }) => (isDrag(state.from, at) ? previewCopies(editor, state.from, at) : state),
      up: () => idle,
      cancel: abandon,
    },
    copying: {
      move: (editor, { from }, { at }) => previewCopies(editor, from, at),
      up: (editor, { from }, { at }) => commitCopies(editor, from, at),
      cancel: abandon,
    },
    pressedGround: {
      move(editor, state, { at }) {
        if (!isDrag(state.from, at)) return state
        const before = editor.selection
        drawMarquee(editor, state.from, at, state.kept)
        return { name: 'marquee', from: state.from, kept: state.kept, before }
      },
      up(editor, { kept }) {
        editor.select(kept)
        return idle
      },
      cancel: abandon,
    },
    marquee: {
      move(editor, state, { at }) {
        drawMarquee(editor, state.from, at, state.kept)
        return state
      },
      up: abandon,
      cancel(editor, { before }) {
        editor.select(before)
        return abandon(editor)
      },
    },
    resizing: {
      move(editor, state, { at }) {
        const box = resizedBox(editor, state, at)
        editor.gesture.setDraft(box ? { kind: 'reshape', shapes: new Map([[state.id, box]]) } : noDraft)
        return state
      },
      up(editor, state, { at }) {
        const box = resizedBox(editor, state, at)
        return commitShapes(editor, 'resize', new Map(box ? [[state.id, box]] : []))
      },
      cancel: abandon,
    },
    turning: {
      move(editor, state, { at }) {
        const box = turnedBox(editor, state, at)
        editor.gesture.setDraft(box ? { kind: 'reshape', shapes: new Map([[state.id, box]]) } : noDraft)
        return state
      },
      up(editor, state, { at }) {
        // The draft tells a turn from a click on the handle.
        const box = editor.gesture.draft.kind === 'reshape' ? turnedBox(editor, state, at) : null
        return commitShapes(editor, 'turn', new Map(box ? [[state.id, box]] : []))
      },
      cancel: abandon,
    },
    sizingFrame: {
      move: (editor, state, { at }) => previewSize(editor, state, at),
      up: (editor, state, { at }) => commitSize(editor, state, at),
      cancel: abandon,
    },
    turningFrame: {
      move: (editor, state, { at }) => previewTurn(editor, state, at),
      up: (editor, state, { at }) => commitTurn(editor, state, at),
      cancel: abandon,
    },
    movingVertex: {
      move(editor, state, { at }) {
        if (!state.inserted && !isDrag(state.from, at)) return state
        const shapes = draggedVertex(editor, state, at)
        editor.gesture.setDraft(shapes.size > 0 ? { kind: 'reshape', shapes } : noDraft)
        return state
      },
      up(editor, state, { at }) {
        const dragged = isDrag(state.from, at)
        if (!dragged && !state.inserted) return abandon(editor)
        const shapes = dragged ? draggedVertex(editor, state, at) : insertedVertex(editor, state, at)
        const next = commitShapes(editor, state.inserted ? 'addVertex' : 'moveVertex', shapes)
        editor.setActiveVertex({ id: state.id, at: state.at })
        return next
      },
      cancel: abandon,
    },
    nudging: {
      nudge(editor, state, event) {
        if (event.grow !== state.grow) commitShapes(editor, state.grow ? 'resize' : 'nudge', state.shapes)
        const dx = event.dx + (event.grow === state.grow ? state.dx : 0)
        const dy = event.dy + (event.grow === state.grow ? state.dy : 0)
        const shapes = nudgedShapes(editor, dx, dy, event.grow)
        editor.gesture.setDraft(shapes.size > 0 ? { kind: 'reshape', shapes } : noDraft)
        return { name: 'nudging', dx, dy, grow: event.grow, shapes }
      },
      nudgeEnd: (editor, { shapes, grow }) => commitShapes(editor, grow ? 'resize' : 'nudge', shapes),
      down(editor, { shapes, grow }, { at, clicks, right }) {
        commitShapes(editor, grow ? 'resize' : 'nudge', shapes)
        return right ? pressRight(editor, at) : press(editor, at, clicks)
      },
      cancel: abandon,
    },
  },
}
