import type { KeyPreset } from './preset.ts'

/** Source: specs/canvas-keys.md, column 'labelme' (its default_config.yaml and canvas); a browser keeps Ctrl+N, hence the second key. */
export const labelme: KeyPreset = {
  id: 'labelme',
  keys: {
    'label.next': ['D', 'Mod+Shift+D'],
    'label.previous': ['A', 'Mod+Shift+A'],
    'label.polygon': ['Mod+N', 'P'],
    'label.box': ['Mod+R'],
    'label.select': ['Mod+J'],
    'label.undo': ['Mod+Z'],
    'label.redo': ['Mod+Shift+Z'],
    'label.delete': ['Delete'],
    'label.selectAll': ['Mod+A'],
    'label.copy': ['Mod+C'],
    'label.paste': ['Mod+V'],
    'label.duplicate': ['Mod+D'],
    'label.shapes': ['T'],
    'label.names': [],
    'label.zoomIn': ['Mod+plus', 'Mod+='],
    'label.zoomOut': ['Mod+-'],
    'label.actual': ['Mod+0'],
    'label.fit': ['Mod+F'],
    'canvas.finish': ['Enter', 'Space'],
    'canvas.back': ['Backspace'],
    'canvas.cancel': ['Esc'],
    'canvas.holdPan': [],
  },
}
