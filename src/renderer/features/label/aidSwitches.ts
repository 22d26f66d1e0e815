import { Link2, Magnet, Route, Scaling } from 'lucide-vue-next'
import type { Component } from 'vue'
import type { ToolSettings } from '../../canvas/engine/settings.ts'
import { t } from '../../i18n/i18n.ts'
import type { LabelState } from './labelStore.ts'

type AidId = keyof ToolSettings['aids']

/** What helps while drawing and reshaping; names are `aids.switches.<id>`. */
export const aidSwitches = [
  { id: 'snap', icon: Magnet, shortcuts: ['K'] },
  { id: 'follow', icon: Route, shortcuts: ['Shift+K'] },
  { id: 'together', icon: Link2, shortcuts: [] },
  { id: 'frame', icon: Scaling, shortcuts: ['Shift+T'] },
] as const satisfies readonly { readonly id: AidId; readonly icon: Component; readonly shortcuts: readonly string[] }[]

export function toggleAid(label: LabelState, id: AidId): void {
  const on = !label.editor.settings.aids[id]
  label.editor.setSettings({ aids: { [id]: on } })
  label.say(t(on ? 'aids.on' : 'aids.off', { what: t(`aids.switches.${id}`) }))
}
