import { isBrush } from '../../../canvas/tools/tool.ts'
import type { MessageKey } from '../../../i18n/i18n.ts'
import type { Command } from '../../../ui/commands.ts'
import type { LabelState } from '../labelStore.ts'
import { command } from './command.ts'

/** Smaller and larger by keys: by one pixel or, from a width of ten on, by a tenth; with Shift by a half. */
const stepped = (size: number, by: number): number => {
  const px = Math.round(size)
  return px + Math.sign(by) * Math.max(1, Math.round(px * Math.abs(by)))
}

/** What keys do while the brush is chosen; they come before the same keys of the page. */
export function brushCommands(label: LabelState): readonly Command[] {
  const { editor, tools } = label
  const chosen = (): boolean => label.item !== null && isBrush(tools.active)
  const one = (id: string, labelKey: MessageKey, shortcuts: readonly string[], run: () => void): Command => ({
    ...command(id, labelKey, shortcuts, run, { when: chosen }),
    id: `brush.${id}`,
  })
  const resize = (by: number): void => editor.setSettings({ brush: { size: stepped(editor.settings.brush.size, by) } })
  return [
    one('eraser', 'brush.commands.eraser', ['E'], () => editor.setSettings({ brush: { erase: !editor.settings.brush.erase } })),
    one('thinner', 'brush.commands.thinner', ['['], () => resize(-0.1)),
    one('wider', 'brush.commands.wider', [']'], () => resize(0.1)),
    one('muchThinner', 'brush.commands.muchThinner', ['{'], () => resize(-0.5)),
    one('muchWider', 'brush.commands.muchWider', ['}'], () => resize(0.5)),
    one('newMask', 'brush.commands.newMask', ['Shift+N'], () => editor.select([])),
  ]
}
