import type { KeyPreset } from './preset.ts'

/** Source: specs/canvas-keys.md, column 'CVAT' (its shortcuts.md and manual). N begins another shape of the last kind, and ends the one under way. */
export const cvat: KeyPreset = {
  id: 'cvat',
  keys: {
    'label.next': ['F'],
    'label.previous': ['D'],
    'label.repeat': ['N'],
    'label.select': [],
    'label.undo': ['Mod+Z'],
    'label.redo': ['Mod+Shift+Z', 'Mod+Y'],
    'label.delete': ['Delete'],
    'label.copy': ['Mod+C'],
    'label.paste': ['Mod+V'],
    'label.hide': ['H'],
    'label.shapes': ['T H'],
    'label.names': [],
    'label.forward': ['plus', '='],
    'label.backward': ['-'],
    'label.zoomIn': ['Mod+plus', 'Mod+='],
    'label.zoomOut': ['Mod+-'],
    'label.fit': ['Mod+F'],
    ...Object.fromEntries(Array.from({ length: 9 }, (_, i) => [`label.class${i + 1}`, [`Mod+${i + 1}`, String(i + 1)]])),
    'canvas.finish': ['N', 'Enter'],
    'canvas.cancel': ['Esc'],
    'studio.help': ['F1', '?'],
    'go.settings': ['F2', 'G 5'],
  },
}
