import { selectedRegions } from '../../../canvas/engine/regionEdits.ts'
import { t } from '../../../i18n/i18n.ts'
import { keysFor } from '../../../ui/commands.ts'
import type { MenuEntry } from '../../../ui/menu.ts'
import type { LabelState } from '../labelStore.ts'
import { regionCommandList, type RegionCommandId } from './regionOps.ts'
import { useRegions } from './regionStore.ts'

/** What is cleaned by a size is done in the panel, where the size is seen. */
const offered: readonly RegionCommandId[] = ['union', 'subtract', 'overlap', 'join', 'separate', 'toPolygon', 'toMask']

/** What the context menu offers for the selected regions. */
export function regionMenu(label: LabelState): readonly MenuEntry[] {
  const { editor } = label
  const regions = useRegions()
  const count = selectedRegions(editor).length
  return regionCommandList
    .filter(({ id, needs }) => offered.includes(id) && count >= needs)
    .map(({ id, op, icon }, i) => ({
      id,
      icon,
      label: t(`region.short.${id}`),
      keys: keysFor(`label.${id}`),
      separatorBefore: i === 0,
      run: () => void regions.run(op(editor.settings.region)),
    }))
}
