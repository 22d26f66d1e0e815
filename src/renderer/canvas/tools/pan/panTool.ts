import type { ScreenPx, ScreenVec } from '../../../../shared/geometry/spaces.ts'
import { panBy } from '../../engine/camera.ts'
import type { Tool } from '../tool.ts'

export type PanState = { readonly name: 'idle' } | { readonly name: 'dragging'; readonly last: ScreenVec }

const idle: PanState = { name: 'idle' }

/** Moves the picture under the pointer, by whole device pixels: what is drawn of it stays as sharp as it is. Also runs over another tool, whose gesture waits meanwhile. */
export const panTool: Tool<PanState> = {
  id: 'pan',
  start: idle,
  table: {
    idle: {
      down: (_, __, { at }) => ({ name: 'dragging', last: at.screen }),
    },
    dragging: {
      move(editor, { last }, { at }) {
        const { camera, view, image } = editor
        const whole = (px: ScreenPx): ScreenPx => Math.round(px * view.pixelRatio) / view.pixelRatio
        const [dx, dy] = [whole(at.screen.x - last.x), whole(at.screen.y - last.y)]
        editor.setCamera(panBy(camera, dx, dy, view, image))
        return { name: 'dragging', last: { x: last.x + dx, y: last.y + dy } }
      },
      up: () => idle,
      cancel: () => idle,
    },
  },
}
