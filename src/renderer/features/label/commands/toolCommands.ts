import { isRingTool, type ToolId } from '../../../canvas/tools/tool.ts'
import type { Command } from '../../../ui/commands.ts'
import type { LabelState } from '../labelStore.ts'
import { toolList } from '../toolList.ts'
import { command } from './command.ts'

/** One command per tool, and the one that takes the last drawing tool again. */
export function toolCommands(label: LabelState): readonly Command[] {
  const { tools } = label
  const open = (): boolean => label.item !== null
  const choose = (tool: ToolId): void => {
    // Its key also brings the clicks that add back.
    if (tool === 'smart') label.editor.setSettings({ smart: { clicks: 'add' } })
    tools.choose(tool)
  }
  /** By its own key an outline is a region again: a hole that was cut once is not cut into the next object. From one outline tool to another it stays. */
  const take = (tool: ToolId): void => {
    if (isRingTool(tool) && (tool === tools.active || !isRingTool(tools.active))) label.editor.setSettings({ ring: { becomes: 'region' } })
    choose(tool)
  }
  return [
    ...toolList.map(({ id, shortcuts }) =>
      command(id, `label.commands.${id}`, shortcuts, () => take(id), id === 'select' ? {} : { when: open }),
    ),
    command('repeat', 'label.commands.repeat', ['N'], () => choose(tools.lastDrawing), {
      when: () => open() && !tools.busy,
      scope: 'atRest',
    }),
    command('goOn', 'drafts.command', ['Shift+U'], label.drafts.goOnWithNewest, { when: label.drafts.any }),
  ]
}
