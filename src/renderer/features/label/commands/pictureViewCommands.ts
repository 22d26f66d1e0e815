import { isNeutral } from '../../../canvas/picture/tone.ts'
import type { Command } from '../../../ui/commands.ts'
import type { LabelState } from '../labelStore.ts'
import { usePictureView } from '../view/pictureView.ts'
import { command } from './command.ts'

const step = 10
const within = (value: number): number => Math.max(-100, Math.min(100, value))

/** How the picture is looked at; its pixels stay what they are. */
export function pictureViewCommands(label: LabelState): readonly Command[] {
  const view = usePictureView()
  const when = (): boolean => label.item !== null
  const brighten = (by: number) => () => view.setTone({ brightness: within(view.view.tone.brightness + by) })
  const contrast = (by: number) => () => view.setTone({ contrast: within(view.view.tone.contrast + by) })
  return [
    command('viewPanel', 'pictures.view.title', ['Shift+G'], () => (view.panelOpen = !view.panelOpen), { when }),
    command('invert', 'pictures.view.invert', ['Shift+Y'], () => view.setTone({ invert: !view.view.tone.invert }), { when }),
    command('brighter', 'pictures.view.brighter', ['Alt+Up'], brighten(step), { when }),
    command('darker', 'pictures.view.darker', ['Alt+Down'], brighten(-step), { when }),
    command('moreContrast', 'pictures.view.moreContrast', ['Alt+Shift+Up'], contrast(step), { when }),
    command('lessContrast', 'pictures.view.lessContrast', ['Alt+Shift+Down'], contrast(-step), { when }),
    command('resetView', 'pictures.view.reset', ['Shift+0'], () => view.reset(), {
      when: () => !isNeutral(view.view.tone) || view.view.window !== null,
    }),
  ]
}
