import type { Editor } from '../../../canvas/engine/editor.ts'
import { lastingLook, restoreLook, type LastingLook } from '../../../canvas/engine/look.ts'
import { rememberedChoice } from '../../../ui/remember.ts'

/** How pictures are looked at is the same after a restart. */
export function keepLook(editor: Editor): void {
  const remembered = rememberedChoice('label.look', lastingLook(editor.look), (stored): stored is LastingLook => typeof stored === 'object')
  editor.setLook(restoreLook(remembered.value.value))
  editor.onChange((aspect) => aspect === 'look' && remembered.keep(lastingLook(editor.look)))
}
