import type { Modifiers } from '../tool.ts'
import type { ToolHost } from '../toolHost.ts'
import type { TouchAct } from './touchGestures.ts'

const none: Modifiers = { shift: false, alt: false, mod: false }

/** Carries out what the recogniser wants of the tools; false for the menu, which is the page's. */
export function applyTouch(tools: ToolHost, act: TouchAct): boolean {
  switch (act.type) {
    case 'down':
      tools.down(act.at, 'main', act.clicks, none)
      return true
    case 'move':
      tools.move(act.at, none)
      return true
    case 'up':
      tools.up(act.at, none)
      return true
    case 'takeBack':
      tools.takeBackPress()
      return true
    case 'pinch':
      tools.pinch(act.from, act.to, act.factor)
      return true
    case 'menu':
      return false
  }
}
