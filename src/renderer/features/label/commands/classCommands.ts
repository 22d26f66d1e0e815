import type { Command } from '../../../ui/commands.ts'
import { keyedClasses } from '../classKeys.ts'
import type { LabelState } from '../labelStore.ts'
import { command } from './command.ts'

/** 1 to 9, and the tenth by Ctrl+0, since 0 alone is the view at 100 %: the class of that place, for the selection and for what is drawn next. */
export const classCommands = (label: LabelState): readonly Command[] =>
  Array.from({ length: 10 }, (_, i) =>
    command(
      `class${i + 1}`,
      'label.commands.class',
      i < 9 ? [String(i + 1), `Mod+${i + 1}`] : ['Mod+0'],
      () => {
        const record = keyedClasses(label.classes)[i]
        if (record) label.useClass(record.id)
      },
      { when: () => label.item !== null && i < keyedClasses(label.classes).length, hidden: i > 0 },
    ),
  )
