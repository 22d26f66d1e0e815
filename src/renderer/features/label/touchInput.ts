import type { ScreenVec } from '../../../shared/geometry/spaces.ts'
import type { Editor } from '../../canvas/engine/editor.ts'
import type { ToolHost } from '../../canvas/tools/toolHost.ts'
import { applyTouch } from '../../canvas/tools/touch/applyTouch.ts'
import { touchIdle, touchStep, type TouchEvent, type TouchState } from '../../canvas/tools/touch/touchGestures.ts'

const longPressMs = 500
/** A finger within this time after the pen belongs to the hand that writes. */
const penNearMs = 1500

/** Turns touches into gestures: one finger draws, two pan and zoom, a long press opens the menu; a pen makes the palm count for nothing. */
export function listenToTouch(
  element: HTMLElement,
  editor: Editor,
  tools: ToolHost,
  at: (event: MouseEvent) => ScreenVec,
  signal: AbortSignal,
): void {
  let state: TouchState = touchIdle
  const fingers = new Set<number>()
  let timer: ReturnType<typeof setTimeout> | undefined
  let pen = { down: false, seenMs: -Infinity }

  const tell = (event: TouchEvent): void => {
    clearTimeout(timer)
    const [next, ...acts] = touchStep(state, event)
    state = next
    for (const act of acts) {
      if (applyTouch(tools, act) || act.type !== 'menu') continue
      const box = element.getBoundingClientRect()
      const place = { clientX: act.at.x + box.left, clientY: act.at.y + box.top }
      element.dispatchEvent(new MouseEvent('contextmenu', { bubbles: true, cancelable: true, button: 2, ...place }))
    }
    if (state.name === 'pressed') timer = setTimeout(() => tell({ type: 'hold' }), longPressMs)
  }
  const left = (event: PointerEvent): number => {
    fingers.delete(event.pointerId)
    return fingers.size
  }
  const fingerOf = (event: PointerEvent) => ({ id: event.pointerId, at: at(event) })
  const on = (type: 'pointerdown' | 'pointermove' | 'pointerup' | 'pointercancel', take: (event: PointerEvent) => void): void =>
    element.addEventListener(type, (event) => event.pointerType === 'touch' && take(event), { signal })

  on('pointerdown', (event) => {
    // Neither a mouse event that repeats it, nor the menu's own long press.
    event.preventDefault()
    element.focus({ preventScroll: true })
    element.setPointerCapture(event.pointerId)
    fingers.add(event.pointerId)
    editor.gesture.setCoarse(true)
    const near = event.timeStamp - pen.seenMs < penNearMs
    tell({
      type: 'down',
      finger: fingerOf(event),
      timeMs: event.timeStamp,
      aims: tools.aims,
      pen: pen.down ? 'hand' : near ? 'near' : 'none',
    })
  })
  on('pointermove', (event) => {
    const before = state
    const [next] = touchStep(state, { type: 'move', finger: fingerOf(event) })
    // A finger that trembles must not put off the long press.
    if (next !== before) tell({ type: 'move', finger: fingerOf(event) })
  })
  on('pointerup', (event) => tell({ type: 'up', finger: fingerOf(event), timeMs: event.timeStamp, left: left(event) }))
  on('pointercancel', (event) => tell({ type: 'cancel', left: left(event) }))

  const seePen = (event: PointerEvent): void => {
    if (event.pointerType === 'mouse') editor.gesture.setCoarse(false)
    if (event.pointerType !== 'pen') return
    editor.gesture.setCoarse(false)
    pen = { down: event.type === 'pointerdown' || (pen.down && event.type === 'pointermove'), seenMs: event.timeStamp }
    if (event.type === 'pointerdown') tell({ type: 'pen', left: fingers.size })
  }
  for (const type of ['pointerdown', 'pointermove', 'pointerup', 'pointercancel'] as const)
    element.addEventListener(type, seePen, { signal, capture: true })
  // The platform's menu of a long press: ours is open by then.
  element.addEventListener(
    'contextmenu',
    (event) => {
      if (!event.isTrusted || !(event instanceof PointerEvent) || event.pointerType !== 'touch') return
      event.preventDefault()
      event.stopImmediatePropagation()
    },
    { signal, capture: true },
  )
  signal.addEventListener('abort', () => clearTimeout(timer))
}
