import { computed, nextTick, ref, watch } from 'vue'
import type { Id } from '../../../shared/model/ids.ts'
import { focusSelection } from '../../canvas/engine/actions.ts'
import { t } from '../../i18n/i18n.ts'
import { useAttributeSchema } from '../../stores/attributeSchema.ts'
import { useDatasets } from '../../stores/datasets.ts'
import { isKeyOfId } from '../../ui/commands.ts'
import { formatCount } from '../../ui/format.ts'
import { useLabel } from './labelStore.ts'
import { keptRows, objectRows, rowRange, type ObjectRow } from './objectRows.ts'
import { toggleHidden } from './lookActions.ts'
import { rowsEdition } from './rowsEdition.ts'
import { faultFinder } from './schema/schemaValues.ts'

/** Rows of the objects list, the row the keys are on, and what clicks and keys do. Selection here and on the canvas are one. */
export function useObjectList(scrollTo: (index: number) => void) {
  const label = useLabel()
  const datasets = useDatasets()
  const schema = useAttributeSchema()
  const activeId = ref<Id | null>(null)
  let anchor: Id | null = null

  const edition = rowsEdition(
    () => label.ticks.records,
    () => label.editor.records.size,
  )
  const rows = computed((last: ObjectRow[] | undefined): ObjectRow[] => {
    void edition.value
    void label.ticks.item
    void label.ticks.look
    const words = { unnamed: t('label.unnamed'), void: t('label.void'), count: formatCount }
    const fresh = objectRows(label.editor.records.inOrder(), datasets.classById, label.editor.look, words, faultFinder(schema.fieldsFor))
    return keptRows(fresh, last ?? [])
  })
  const active = computed(() => rows.value.findIndex((row) => row.id === activeId.value))

  // What is selected on the canvas becomes the row the keys start from.
  watch(
    () => label.ticks.selection,
    () => {
      const [first] = label.editor.selection
      if (first === undefined || (activeId.value !== null && label.editor.selection.has(activeId.value))) return
      activeId.value = first
      anchor = first
      void nextTick(() => active.value >= 0 && scrollTo(active.value))
    },
    { immediate: true },
  )

  // What was just drawn gets its row a little later than the selection.
  watch(active, (index, before) => before < 0 && index >= 0 && scrollTo(index))

  function choose(index: number, how: { range: boolean; toggle: boolean }): void {
    const row = rows.value[index]
    if (!row) return
    activeId.value = row.id
    if (how.range) {
      label.selectInList(rowRange(rows.value, anchor, row.id))
    } else {
      anchor = row.id
      if (how.toggle) label.editor.toggleSelected(row.id)
      else label.selectInList([row.id])
    }
  }

  const click = (index: number, event: MouseEvent): void => choose(index, { range: event.shiftKey, toggle: event.ctrlKey || event.metaKey })

  function key(event: KeyboardEvent): void {
    const from = active.value
    const steps: Readonly<Record<string, number>> = { ArrowUp: from - 1, ArrowDown: from + 1, Home: 0, End: rows.value.length - 1 }
    const to = steps[event.key]
    if (to !== undefined) {
      const index = Math.min(rows.value.length - 1, Math.max(0, to))
      choose(index, { range: event.shiftKey, toggle: false })
      scrollTo(index)
    } else if (event.key === ' ') choose(from, { range: false, toggle: true })
    else if (event.key === 'Enter' && !event.ctrlKey && !event.metaKey) focusSelection(label.editor)
    else if (isKeyOfId('label.hide', event) && activeId.value !== null) toggleHidden(label.editor, activeId.value)
    else return
    event.preventDefault()
  }

  return { rows, active, click, key }
}
