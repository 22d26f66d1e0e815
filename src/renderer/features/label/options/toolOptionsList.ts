import type { Component } from 'vue'
import type { ToolId } from '../../../canvas/tools/tool.ts'
import SmartOptions from '../assist/SmartOptions.vue'
import BrushOptions from './BrushOptions.vue'
import TraceOptions from './TraceOptions.vue'
import WandOptions from './WandOptions.vue'

/** What stands in the bar of options while a tool is chosen; a tool that is not listed has none. */
export const toolOptions: Readonly<Partial<Record<ToolId, Component>>> = {
  polygon: TraceOptions,
  scissors: TraceOptions,
  lasso: TraceOptions,
  brush: BrushOptions,
  wand: WandOptions,
  smart: SmartOptions,
}
