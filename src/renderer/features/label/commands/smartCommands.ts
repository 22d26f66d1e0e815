import type { MessageKey } from '../../../i18n/i18n.ts'
import type { Command } from '../../../ui/commands.ts'
import { useAssist } from '../assist/assistStore.ts'
import { boxesOpen } from '../assist/boxes/boxesState.ts'
import { useMaskReview } from '../assist/review/maskReview.ts'
import { smartResults } from '../assist/smartResults.ts'
import type { LabelState } from '../labelStore.ts'
import { command, type LabelMoves } from './command.ts'

/** What keys do while smart select is chosen; they come before the same keys of the page. */
export function smartCommands(label: LabelState, { toCanvas }: Pick<LabelMoves, 'toCanvas'>): readonly Command[] {
  const { editor, tools } = label
  const chosen = (): boolean => label.item !== null && tools.active === 'smart'
  const one = (id: string, labelKey: MessageKey, shortcuts: readonly string[], run: () => void, extra: Partial<Command> = {}): Command => ({
    ...command(id, labelKey, shortcuts, run, { when: chosen, ...extra }),
    id: `smart.${id}`,
  })
  /** These work whichever tool is chosen. */
  const always = (id: string, labelKey: MessageKey, run: () => void, when: () => boolean): Command =>
    one(id, labelKey, [], run, { when, scope: 'label' })
  const nextResult = (): void => {
    const at = smartResults.findIndex(({ id }) => id === editor.settings.smart.result)
    editor.setSettings({ smart: { result: smartResults[(at + 1) % smartResults.length]!.id } })
  }
  return [
    one('negative', 'assist.commands.negative', ['E'], () => editor.setSettings({ smart: { clicks: 'subtract' } })),
    one('clear', 'assist.commands.clear', [], () => tools.cancel()),
    one('result', 'assist.commands.result', ['W'], nextResult),
    one('output', 'assist.commands.output', [], () => {
      editor.setSettings({ smart: { output: editor.settings.smart.output === 'mask' ? 'polygon' : 'mask' } })
    }),
    one('hover', 'assist.commands.hover', [], () => editor.setSettings({ smart: { hover: !editor.settings.smart.hover } })),
    one('newObject', 'assist.commands.newObject', ['Shift+N'], () => editor.select([]), { when: () => chosen() && !tools.busy }),
    always(
      'models',
      'assist.commands.models',
      () => (useAssist().managing = true),
      () => label.item !== null,
    ),
    always(
      'automatic',
      'assist.commands.automatic',
      () => void useMaskReview().start(),
      () => label.item !== null && useMaskReview().jobId === null,
    ),
    command('boxesToMasks', 'assist.boxes.open', [], () => (boxesOpen.value = true), { when: () => label.item !== null }),
    {
      ...command(
        'smartFromSelection',
        'assist.commands.fromSelection',
        ['Alt+Q'],
        () => {
          tools.choose('smart')
          tools.key({ type: 'finish' })
          toCanvas()
        },
        { when: () => label.item !== null && editor.single !== null && !tools.busy },
      ),
    },
  ]
}
