import type { MessageKey } from '../../i18n/i18n.ts'
import type { Command, CommandRecord } from '../../ui/commands.ts'
import type { DatasetsPageState } from './datasetsPage.ts'

const record = (id: string, labelKey: MessageKey, shortcuts: readonly string[] = []): CommandRecord => ({
  id: `datasets.${id}`,
  labelKey,
  groupKey: 'commands.group.datasets' satisfies MessageKey,
  shortcuts,
})

const records = {
  // In the palette it stands as the studio's command.
  import: { ...record('import', 'commands.importDataset', ['I']), hidden: true },
  export: record('export', 'commands.exportDataset'),
  masks: record('masks', 'commands.toggleMasks', ['M']),
  boxes: record('boxes', 'commands.toggleBoxes', ['B']),
  open: record('open', 'commands.openInLabel', ['Enter']),
  all: record('all', 'commands.selectAll', ['Mod+A']),
} satisfies Readonly<Record<string, CommandRecord>>

const marks = (
  [
    ['done', 'commands.markDone', 'D'],
    ['todo', 'commands.markTodo', 'T'],
    ['reviewed', 'commands.markReviewed', 'R'],
    ['rejected', 'commands.markRejected', 'X'],
  ] as const
).map(([status, labelKey, key]) => ({ ...record(status, labelKey, [key]), undo: 'toast' as const, status }))

/** What is known of them wherever keys are listed. */
export const datasetRecords: readonly CommandRecord[] = [...Object.values(records), ...marks]

/** Commands of the Datasets page. */
export function datasetCommands(page: DatasetsPageState): readonly Command[] {
  const hasSelection = (): boolean => page.selection.value.ids.size > 0
  return [
    { ...records.import, run: () => page.doors.choose('dataset') },
    { ...records.export, when: () => page.store.current !== null, run: () => void (page.dialogs.exporting = page.store.current) },
    { ...records.masks, run: () => void (page.view.masks = !page.view.masks) },
    { ...records.boxes, run: () => void (page.view.boxes = !page.view.boxes) },
    ...marks.map((mark) => ({ ...mark, when: hasSelection, run: () => page.mark(mark.status) })),
    {
      ...records.open,
      when: () => page.selectFirst() !== null,
      run: () => {
        const item = page.selectFirst()
        if (item) page.openInLabel(item)
      },
    },
    { ...records.all, run: () => page.selectAll() },
  ]
}
