import type { MessageKey } from '../../../i18n/i18n.ts'
import type { Command, CommandRecord } from '../../../ui/commands.ts'

const groupKey = 'keys.groups.canvas' satisfies MessageKey

const key = (id: string, labelKey: MessageKey, shortcuts: readonly string[], extra: Partial<CommandRecord> = {}): CommandRecord => ({
  id: `canvas.${id}`,
  labelKey,
  groupKey,
  shortcuts,
  hidden: true,
  onCanvas: true,
  ...extra,
})

/** Keys that belong to the canvas and to a drawing under way; canvasView.ts matches them. */
export const canvasKeys = {
  finish: key('finish', 'keys.canvas.finish', ['Enter'], { scope: 'drawing' }),
  back: key('back', 'keys.canvas.back', ['Backspace'], { scope: 'canvas' }),
  cancel: key('cancel', 'keys.canvas.cancel', ['Esc']),
  otherWay: key('otherWay', 'aids.otherWay', ['X'], { scope: 'drawing' }),
  nextCandidate: key('nextCandidate', 'assist.commands.nextCandidate', ['Tab'], { scope: 'drawing' }),
  previousCandidate: key('previousCandidate', 'assist.commands.previousCandidate', ['Shift+Tab'], { scope: 'drawing' }),
  acceptNew: key('acceptNew', 'assist.commands.acceptNew', [], { scope: 'drawing' }),
  acceptAdd: key('acceptAdd', 'assist.commands.acceptAdd', ['Shift+Enter'], { scope: 'drawing' }),
  acceptSubtract: key('acceptSubtract', 'assist.commands.acceptSubtract', ['Alt+Enter'], { scope: 'drawing' }),
  acceptReplace: key('acceptReplace', 'assist.commands.acceptReplace', ['Alt+Shift+Enter'], { scope: 'drawing' }),
  holdPan: key('holdPan', 'keys.canvas.holdPan', ['Space']),
  nudge: key('nudge', 'keys.canvas.nudge', ['Left', 'Right', 'Up', 'Down'], { fixed: true }),
  nudgeFar: key('nudgeFar', 'keys.canvas.nudgeFar', ['Shift+Left', 'Shift+Right', 'Shift+Up', 'Shift+Down'], { fixed: true }),
  grow: key('grow', 'keys.canvas.grow', ['Mod+Left', 'Mod+Right', 'Mod+Up', 'Mod+Down'], { fixed: true }),
} as const

/** While something is drawn, undo takes back its last step instead. */
export const undoRecord = { id: 'label.undo', shortcuts: ['Mod+Z'] } as const satisfies Pick<CommandRecord, 'id' | 'shortcuts'>
/** And redo brings it back. */
export const redoRecord = { id: 'label.redo', shortcuts: ['Mod+Shift+Z', 'Mod+Y'] } as const satisfies Pick<
  CommandRecord,
  'id' | 'shortcuts'
>

/** The same for the lists of keys; they never run from there. */
export const canvasCommands: readonly Command[] = Object.values(canvasKeys).map((record) => ({ ...record, run: () => undefined }))
