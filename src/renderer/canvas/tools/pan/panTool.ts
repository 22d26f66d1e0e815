import type { ScreenVec } from '../../../../shared/geometry/spaces.ts'
import { panBy } from '../../engine/camera.ts'
import type { Tool } from '../tool.ts'

export type PanState = { readonly name: 'idle' } | { readonly name: 'dragging'; readonly last: ScreenVec }

const idle: PanState = { name: 'idle' }

/** Moves the picture under the pointer. Also runs over another tool, whose gesture waits meanwhile. */
export const panTool: Tool<PanState> = {
  id: 'pan',
  start: idle,
  table: {
    idle: {
      down: (_, __, { at }) => ({ name: 'dragging', last: at.screen }),
    },
    dragging: {
      move(editor, { last }, { at }) {
        editor.setCamera(panBy(editor.camera, at.screen.x - last.x, at.screen.y - last.y, editor.view, editor.image))
        return { name: 'dragging', last: at.screen }
      },
      up: () => idle,
      cancel: () => idle,
    },
  },
}
