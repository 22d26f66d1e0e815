import type { Command } from '../../../ui/commands.ts'
import { chooseClass } from '../classChooser.ts'
import { aidSwitches, toggleAid } from '../aidSwitches.ts'
import type { LabelState } from '../labelStore.ts'
import { command } from './command.ts'

/** What helps while drawing, on and off. */
export const aidsCommands = (label: LabelState): readonly Command[] =>
  aidSwitches.map(({ id, shortcuts }) => command(id, `aids.switches.${id}`, shortcuts, () => toggleAid(label, id)))

/** The class of the selection, or of what is drawn next, found by its name or created. */
export const classChoiceCommand = (label: LabelState): Command =>
  command('chooseClass', 'aids.chooseClass', ['Mod+E'], () => chooseClass(label), {
    when: () => label.item !== null,
    undo: 'journal',
  })
