import { distance } from '../../../../shared/geometry/point.ts'
import { isRegion } from '../../../../shared/geometry/regions.ts'
import { runRegionTask, type RegionInput } from '../../../../shared/geometry/regionTask.ts'
import type { ImageVec } from '../../../../shared/geometry/spaces.ts'
import { noDraft } from '../../engine/draft.ts'
import type { Editor } from '../../engine/editor.ts'
import { hitId } from '../../engine/hitTest.ts'
import { hitAt } from '../../engine/sight.ts'
import { commitRegions, regionGesture, regionTask, selectedRegions } from '../../engine/regionEdits.ts'
import { fewestKept } from '../chain.ts'
import { nextPoint } from '../nextPoint.ts'
import { isDrag, type PointerAt, type Tool } from '../tool.ts'

export type SplitState =
  | { readonly name: 'idle' }
  /** Button down on the first point: a drag draws the whole cut, a click its first point. */
  | { readonly name: 'dragging'; readonly from: ImageVec; readonly pressed: PointerAt }
  | { readonly name: 'drawing'; readonly points: readonly ImageVec[] }

const idle: SplitState = { name: 'idle' }

/** The cut goes on straight beyond its ends, so it is shown that way. */
function prolonged(points: readonly ImageVec[], { image }: Editor): readonly ImageVec[] {
  const far = image.width + image.height
  const beyond = (from: ImageVec, through: ImageVec): ImageVec => {
    const length = distance(from, through)
    if (length === 0) return through
    return { x: through.x + ((through.x - from.x) / length) * far, y: through.y + ((through.y - from.y) / length) * far }
  }
  return [beyond(points[1]!, points[0]!), ...points, beyond(points.at(-2)!, points.at(-1)!)]
}

function preview(editor: Editor, points: readonly ImageVec[], cursor: ImageVec): SplitState {
  const line = prolonged([...points, cursor], editor)
  editor.gesture.setDraft({ kind: 'polyline', points: line.slice(0, -1), ahead: [], cursor: line.at(-1)! })
  return { name: 'drawing', points }
}

/** What is to be cut: the selected regions, else the one under the middle of the first stroke. */
function targets(editor: Editor, [a, b]: readonly ImageVec[]): readonly RegionInput[] {
  const selected = selectedRegions(editor)
  if (selected.length > 0) return selected
  const hit = hitAt(editor, { x: (a!.x + b!.x) / 2, y: (a!.y + b!.y) / 2 })
  const id = hitId(hit)
  const record = id === null ? undefined : editor.records.get(id)
  return record && isRegion(record.shape) ? [{ id: record.id, shape: record.shape }] : []
}

function finish(editor: Editor, points: readonly ImageVec[]): SplitState {
  if (points.length < 2) return { name: 'drawing', points }
  editor.gesture.setDraft(noDraft)
  const task = regionTask(editor, { kind: 'split', line: points }, targets(editor, points))
  const changes = runRegionTask(task)
  if (changes.length === 0) editor.changesNothing(regionGesture(task.op))
  else commitRegions(editor, task, changes)
  return idle
}

function abandon(editor: Editor): SplitState {
  editor.gesture.setDraft(noDraft)
  return idle
}

const withPoint = (editor: Editor, points: readonly ImageVec[], at: PointerAt): readonly ImageVec[] => {
  const point = nextPoint(editor, points, at)
  return distance(points.at(-1)!, point) === 0 ? points : [...points, point]
}

/** Cuts the selected regions along a line: a drag from end to end, or point by point until a double click or Enter. Shift: in steps of 15 degrees. */
export const splitTool: Tool<SplitState> = {
  id: 'split',
  start: idle,
  keep: (_, state) => (state.name === 'drawing' && state.points.length >= fewestKept ? { kind: 'cut', points: [...state.points] } : null),
  resume: (editor, kept) => (kept.kind === 'cut' ? preview(editor, kept.points, kept.points.at(-1)!) : null),
  table: {
    idle: {
      down(editor, _, { at }) {
        if (editor.selected.some((record) => isRegion(record.shape) && editor.holds(record))) return idle
        const from = nextPoint(editor, [], at)
        return { name: 'dragging', from, pressed: at }
      },
    },
    dragging: {
      move(editor, state, { at }) {
        preview(editor, [state.from], nextPoint(editor, [state.from], at))
        return state
      },
      up: (editor, { from, pressed }, { at }) =>
        isDrag(pressed, at) ? finish(editor, withPoint(editor, [from], at)) : { name: 'drawing', points: [from] },
      cancel: abandon,
    },
    drawing: {
      move: (editor, { points }, { at }) => preview(editor, points, nextPoint(editor, points, at)),
      down(editor, { points }, { at, clicks }) {
        if (clicks >= 2) return finish(editor, points)
        const more = withPoint(editor, points, at)
        return preview(editor, more, more.at(-1)!)
      },
      finish: (editor, { points }) => finish(editor, points),
      back: (editor, { points }) => (points.length > 1 ? preview(editor, points.slice(0, -1), points.at(-1)!) : abandon(editor)),
      cancel: abandon,
    },
  },
}
