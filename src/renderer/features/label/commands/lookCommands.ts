import { t } from '../../../i18n/i18n.ts'
import type { Command } from '../../../ui/commands.ts'
import type { LabelState } from '../labelStore.ts'
import { toggleLook } from '../lookActions.ts'
import { lookSwitches } from '../view/lookSwitches.ts'
import { command } from './command.ts'

/** How the picture and its objects are looked at. */
export function lookCommands(label: LabelState): readonly Command[] {
  const { editor } = label
  const swapColors = (): void => {
    const colors = editor.look.colors === 'class' ? 'object' : 'class'
    editor.setLook({ colors })
    label.say(`${t('view.colors.title')}: ${t(`view.colors.${colors}`)}`)
  }
  return [
    command('colors', 'view.swapColors', ['Shift+S'], swapColors),
    ...lookSwitches.map(({ id, shortcuts }) =>
      command(id, `view.switches.${id}`, shortcuts, () => {
        toggleLook(editor, id)
        label.say(t(editor.look[id] ? 'view.on' : 'view.off', { what: t(`view.switches.${id}`) }))
      }),
    ),
  ]
}
