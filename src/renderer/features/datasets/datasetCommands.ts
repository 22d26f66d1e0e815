import type { Command } from '../../ui/commands.ts'
import type { DatasetsPageState } from './datasetsPage.ts'

const marks = [
  ['done', 'commands.markDone', 'D'],
  ['todo', 'commands.markTodo', 'T'],
  ['reviewed', 'commands.markReviewed', 'R'],
  ['rejected', 'commands.markRejected', 'X'],
] as const

/** Commands of the Datasets page. */
export function datasetCommands(page: DatasetsPageState): readonly Command[] {
  const groupKey = 'commands.group.datasets'
  const hasSelection = (): boolean => page.selection.value.ids.size > 0
  return [
    { id: 'datasets.import', labelKey: 'commands.importDataset', groupKey, shortcuts: ['I'], run: () => page.doors.choose('dataset') },
    {
      id: 'datasets.export',
      labelKey: 'commands.exportDataset',
      groupKey,
      when: () => page.store.current !== null,
      run: () => void (page.dialogs.exporting = page.store.current),
    },
    {
      id: 'datasets.masks',
      labelKey: 'commands.toggleMasks',
      groupKey,
      shortcuts: ['M'],
      run: () => void (page.view.masks = !page.view.masks),
    },
    {
      id: 'datasets.boxes',
      labelKey: 'commands.toggleBoxes',
      groupKey,
      shortcuts: ['B'],
      run: () => void (page.view.boxes = !page.view.boxes),
    },
    ...marks.map(([status, labelKey, key]): Command => ({
      id: `datasets.${status}`,
      labelKey,
      groupKey,
      shortcuts: [key],
      undo: 'toast',
      when: hasSelection,
      run: () => page.mark(status),
    })),
    {
      id: 'datasets.open',
      labelKey: 'commands.openInLabel',
      groupKey,
      shortcuts: ['Enter'],
      when: () => page.selectFirst() !== null,
      run: () => {
        const item = page.selectFirst()
        if (item) page.openInLabel(item)
      },
    },
    { id: 'datasets.all', labelKey: 'commands.selectAll', groupKey, shortcuts: ['Mod+A'], run: () => page.selectAll() },
  ]
}
