import type { mouse } from '../../i18n/en/mouse.ts'

/** What the mouse does on the canvas besides what a cursor shows, from the picture to single tools; its words are `mouse.gestures.<id>`. */
export const mouseGestures = [
  'zoom',
  'pan',
  'fit',
  'several',
  'class',
  'menu',
  'copy',
  'vertex',
  'pointBack',
  'close',
  'straight',
  'freehand',
  'exact',
  'centre',
  'rotated',
  'opposite',
  'brushLine',
  'smartNot',
] as const satisfies readonly (keyof typeof mouse.gestures)[]
