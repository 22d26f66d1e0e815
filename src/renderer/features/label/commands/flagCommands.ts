import { changeAttributes } from '../../../canvas/engine/actions.ts'
import { t } from '../../../i18n/i18n.ts'
import type { Command } from '../../../ui/commands.ts'
import { allSet, hasBuiltIn, vocFlags } from '../attributeFields.ts'
import type { LabelState } from '../labelStore.ts'
import { flagChange } from '../multi/commonValues.ts'
import { command } from './command.ts'

const keys = { occluded: ['/'], truncated: [], difficult: [] } as const

/** The built-in flags of the selected objects: given to all of them, or taken away where all have them. */
export function flagCommands(label: LabelState): readonly Command[] {
  const { editor } = label
  return vocFlags.map((flag) =>
    command(
      flag,
      `schema.flags.${flag}`,
      keys[flag],
      () => {
        const set = !allSet(editor.selected, flag)
        if (changeAttributes(editor, flagChange(flag, set)))
          label.say(t(set ? 'view.on' : 'view.off', { what: t(`label.attributes.${flag}`) }))
      },
      { when: () => editor.selected.some(hasBuiltIn), undo: 'journal' },
    ),
  )
}
