import type { KeyPreset } from './preset.ts'

/** Source: specs/canvas-keys.md, column 'XA' (xanylabeling_config.yaml of X-AnyLabeling 4.0.2). */
export const xAnyLabeling: KeyPreset = {
  id: 'xAnyLabeling',
  keys: {
    'label.next': ['D'],
    'label.previous': ['A'],
    'label.doneNext': ['Mod+Alt+K', 'Mod+Enter'],
    'label.polygon': ['P'],
    'label.box': ['R'],
    'label.rotatedBox': ['O'],
    'label.polyline': ['Shift+L'],
    'label.point': ['Shift+P'],
    'label.select': ['Mod+J'],
    'label.undo': ['Mod+Z'],
    'label.redo': ['Mod+Shift+Z'],
    'label.delete': ['Delete'],
    'label.copy': ['Mod+C'],
    'label.paste': ['Mod+V'],
    'label.duplicate': ['Mod+D'],
    'label.hide': ['S'],
    'label.showAll': ['W'],
    'label.shapes': ['Mod+H'],
    'label.zoomIn': ['Mod+plus'],
    'label.zoomOut': ['Mod+-'],
    'label.actual': ['Mod+='],
    'label.fit': ['Mod+F'],
    'canvas.finish': ['Enter'],
    'canvas.back': ['Backspace'],
    'canvas.cancel': ['Esc'],
  },
}
