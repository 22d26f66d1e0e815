import type { LookSwitch } from '../../../canvas/engine/look.ts'

/** What can be shown or not; names are `view.switches.<id>`. Those of masks, shapes and names have commands of their own in the bar. */
export const lookSwitches = [
  { id: 'outline', shortcuts: ['Shift+B'] },
  { id: 'grid', shortcuts: ['#'] },
  { id: 'readout', shortcuts: ['Shift+E'] },
  { id: 'rulers', shortcuts: ['Shift+R'] },
  { id: 'minimap', shortcuts: ['Shift+Q'] },
] as const satisfies readonly { readonly id: LookSwitch; readonly shortcuts: readonly string[] }[]
