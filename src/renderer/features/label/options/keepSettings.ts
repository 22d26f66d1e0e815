import type { Editor } from '../../../canvas/engine/editor.ts'
import { restoreSettings, type ToolSettings } from '../../../canvas/engine/settings.ts'
import { rememberedChoice } from '../../../ui/remember.ts'

/** The options of the tools are the same after a restart; what outlines become belongs to the region that was in hand, so they are regions again. */
export function keepSettings(editor: Editor): void {
  const remembered = rememberedChoice('label.tools', restoreSettings(null), (stored): stored is ToolSettings => typeof stored === 'object')
  editor.setSettings({ ...restoreSettings(remembered.value.value), ring: { becomes: 'region' } })
  editor.onChange((aspect) => aspect === 'settings' && remembered.keep(editor.settings))
}
