import { reclassify } from '../../canvas/engine/actions.ts'
import { t } from '../../i18n/i18n.ts'
import { useDatasets } from '../../stores/datasets.ts'
import { pageClient } from '../../stores/link.ts'
import { attempt } from '../../stores/report.ts'
import { isForSelection } from './classChooser.ts'
import type { LabelState } from './labelStore.ts'

/** Creates a class for what is selected now and for what is drawn next. Undo takes back what it gave; the class stays. */
export async function createClass(label: LabelState, name: string): Promise<void> {
  const datasetId = label.item?.datasetId
  if (datasetId === undefined) return
  const { editor } = label
  // Something else may be selected by the time the host answers.
  const ids = isForSelection(label) ? [...editor.selection] : []
  await attempt(async () => {
    const { id } = await pageClient().datasets.addClass({ datasetId, name })
    await useDatasets().reloadClasses()
    if (label.item?.datasetId !== datasetId) return
    reclassify(editor, editor.records.pick(ids), id)
    editor.pen.setClass(id)
    label.say(t('aids.created', { name }))
  })
}
