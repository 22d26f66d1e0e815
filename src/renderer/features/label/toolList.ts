import {
  Brush,
  Circle,
  CircleDot,
  Diamond,
  Hand,
  Lasso,
  MessageCirclePlus,
  MousePointer2,
  Pentagon,
  Scissors,
  Slice,
  Sparkles,
  Spline,
  Square,
  WandSparkles,
} from 'lucide-vue-next'
import type { Component } from 'vue'
import type { ToolId } from '../../canvas/tools/tool.ts'

interface ToolEntry {
  readonly id: ToolId
  readonly icon: Component
  /** Empty: chosen by holding a key or by the tool bar only. */
  readonly shortcuts: readonly string[]
}

/** The tool bar from top to bottom, and the keys that choose a tool; its name is `label.commands.<id>`. */
export const toolList = [
  { id: 'select', icon: MousePointer2, shortcuts: ['V'] },
  { id: 'box', icon: Square, shortcuts: ['R'] },
  { id: 'rotatedBox', icon: Diamond, shortcuts: ['O'] },
  { id: 'ellipse', icon: Circle, shortcuts: ['Shift+C'] },
  { id: 'polygon', icon: Pentagon, shortcuts: ['P'] },
  { id: 'polyline', icon: Spline, shortcuts: ['Shift+L'] },
  { id: 'point', icon: CircleDot, shortcuts: ['Shift+P'] },
  { id: 'scissors', icon: Scissors, shortcuts: ['I'] },
  { id: 'lasso', icon: Lasso, shortcuts: ['Y'] },
  { id: 'brush', icon: Brush, shortcuts: ['B'] },
  { id: 'wand', icon: WandSparkles, shortcuts: ['Shift+W'] },
  { id: 'smart', icon: Sparkles, shortcuts: ['Q'] },
  { id: 'comment', icon: MessageCirclePlus, shortcuts: ['C'] },
  { id: 'split', icon: Slice, shortcuts: ['Alt+J'] },
  { id: 'pan', icon: Hand, shortcuts: [] },
] as const satisfies readonly ToolEntry[]
