import { Replace, SquareDashed, SquareMinus, SquarePlus } from 'lucide-vue-next'
import type { Component } from 'vue'
import type { ToolSettings } from '../../../canvas/engine/settings.ts'

/** What can become of an object, in the order of the bar; names are `assist.bar.results.<id>`. */
export const smartResults = [
  { id: 'new', icon: SquareDashed },
  { id: 'add', icon: SquarePlus },
  { id: 'subtract', icon: SquareMinus },
  { id: 'replace', icon: Replace },
] as const satisfies readonly { id: ToolSettings['smart']['result']; icon: Component }[]
