import type { ScreenVec } from '../../../shared/geometry/spaces.ts'
import type { Editor } from '../../canvas/engine/editor.ts'
import { isBrush, type Modifiers } from '../../canvas/tools/tool.ts'
import type { PointerButton, ToolHost } from '../../canvas/tools/toolHost.ts'
import { isPressOfFocused, type CommandRecord } from '../../ui/commands.ts'
import { isKeyOf } from '../../ui/keyMap.ts'
import { canvasKeys, redoRecord, undoRecord } from './commands/canvasCommands.ts'
import { followFocus } from './focusOrigin.ts'
import { listenToTouch } from './touchInput.ts'

const doubleClickMs = 400
/** How far apart two clicks may be that are one double click: a pen's tip comes down less exactly than a mouse that was left where it is. */
const doubleClickPx = (pointerType: string): number => (pointerType === 'pen' ? 16 : 5)
/** Pixels that one line of a wheel that counts lines stands for. */
const linePx = 16

/** What a button of a mouse or pen stands for: the eraser at the end of a pen (5) is what the right button is. */
const buttonOf = (button: number): PointerButton | null =>
  button === 0 ? 'main' : button === 1 ? 'middle' : button === 2 || button === 5 ? 'right' : null
/** The bit of `PointerEvent.buttons` of each `PointerEvent.button`. */
const bitOf = (button: number): number => [1, 4, 2, 8, 16, 32][button] ?? 0
/** A press of the right button that moved less than this opens the menu. */
const menuPx = 3
/** A key that is let go sooner than this was tapped, not held. */
const tapMs = 250

const modifiersOf = (event: MouseEvent | KeyboardEvent): Modifiers => ({
  shift: event.shiftKey,
  alt: event.altKey,
  mod: event.ctrlKey || event.metaKey,
})

const handOf = (event: PointerEvent): Modifiers => ({
  ...modifiersOf(event),
  ...(event.pointerType === 'pen' ? { pressure: event.pressure } : {}),
})

/** Turns pointer, wheel and size events of an element into calls of the tools; answers with how to stop. */
export function listenToPointer(element: HTMLElement, editor: Editor, tools: ToolHost): () => void {
  let last = { x: 0, y: 0, timeMs: -Infinity, clicks: 0 }
  const listening = new AbortController()
  const { signal } = listening
  const at = (event: MouseEvent): ScreenVec => {
    const box = element.getBoundingClientRect()
    return { x: event.clientX - box.left, y: event.clientY - box.top }
  }
  // Pointer events carry no click count.
  const countClicks = (event: PointerEvent): number => {
    const near = Math.hypot(event.clientX - last.x, event.clientY - last.y) < doubleClickPx(event.pointerType)
    const again = near && event.timeStamp - last.timeMs < doubleClickMs
    last = { x: event.clientX, y: event.clientY, timeMs: event.timeStamp, clicks: again ? last.clicks + 1 : 1 }
    return last.clicks
  }

  let rightPress: PointerEvent | null = null
  /** The bit of the button that is down for the tools; 0: none. */
  let held = 0
  const release = (event: PointerEvent): void => {
    held = 0
    tools.up(at(event), handOf(event))
    if (rightPress) releaseRight(event)
  }
  const releaseRight = (event: PointerEvent): void => {
    const moved = rightPress ? Math.hypot(event.clientX - rightPress.clientX, event.clientY - rightPress.clientY) : Infinity
    rightPress = null
    if (moved >= menuPx || tools.right === 'all') return
    const { clientX, clientY } = event
    element.dispatchEvent(new MouseEvent('contextmenu', { bubbles: true, cancelable: true, button: 2, clientX, clientY }))
  }

  listenToTouch(element, editor, tools, at, signal)
  element.addEventListener(
    'pointerdown',
    (event) => {
      if (event.pointerType === 'touch') return
      // Holding a pen still is no long press.
      if (event.pointerType === 'pen') {
        event.preventDefault()
        element.focus({ preventScroll: true })
      }
      const button = buttonOf(event.button)
      if (!button || (button === 'right' && !tools.right)) return
      element.setPointerCapture(event.pointerId)
      held = bitOf(event.button)
      if (button === 'right') rightPress = event
      tools.down(at(event), button, event.button === 0 ? countClicks(event) : 1, handOf(event))
    },
    { signal },
  )
  // The middle button would start the browser's own scrolling.
  element.addEventListener('mousedown', (event) => event.button === 1 && event.preventDefault(), { signal })
  element.addEventListener(
    'pointermove',
    (event) => {
      if (event.pointerType === 'touch') return
      // While another button is down as well, the release of the first one is no pointerup.
      if (held !== 0 && (event.buttons & held) === 0) release(event)
      // A brush follows every sample of the hand, others only want to know where it is now.
      const samples = isBrush(tools.active) && tools.busy ? event.getCoalescedEvents() : []
      for (const sample of samples.length > 0 ? samples : [event]) tools.move(at(sample), handOf(sample))
    },
    { signal },
  )
  element.addEventListener(
    'pointerup',
    (event) => {
      if (event.pointerType !== 'touch' && held !== 0) release(event)
    },
    { signal },
  )
  // Platforms open the menu on press or on release; here it opens on the release of a click, when it is known to be none of the tool's drags.
  element.addEventListener(
    'contextmenu',
    (event) => {
      if (!event.isTrusted || event.button !== 2 || !tools.right) return
      event.preventDefault()
      event.stopImmediatePropagation()
    },
    { signal, capture: true },
  )
  element.addEventListener(
    'pointercancel',
    (event) => {
      if (event.pointerType === 'touch') return
      rightPress = null
      // What was drawn before the press stays.
      if (held !== 0) tools.takeBackPress()
      held = 0
    },
    { signal },
  )
  element.addEventListener('pointerleave', () => tools.leave(), { signal })
  element.addEventListener(
    'wheel',
    (event) => {
      event.preventDefault()
      const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? linePx : 1
      tools.wheel(at(event), event.deltaX * unit, event.deltaY * unit, modifiersOf(event))
    },
    { signal, passive: false },
  )

  const measure = (): void =>
    editor.resize({ width: element.clientWidth, height: element.clientHeight, pixelRatio: window.devicePixelRatio })
  const observer = new ResizeObserver(measure)
  observer.observe(element)
  // A window dragged to another screen changes the ratio without changing the size.
  window.addEventListener('resize', measure, { signal })
  measure()
  return () => {
    listening.abort()
    observer.disconnect()
    tools.setAside()
  }
}

const arrows: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
}

const isHoldPan = (event: KeyboardEvent): boolean =>
  isKeyOf(canvasKeys.holdPan, { key: event.key, code: event.code, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false })

/** Keys that choose among the answers of a model and say what becomes of one. */
const answerKeys: readonly (readonly [CommandRecord, Parameters<ToolHost['key']>[0]])[] = [
  [canvasKeys.nextCandidate, { type: 'candidate', by: 1 }],
  [canvasKeys.previousCandidate, { type: 'candidate', by: -1 }],
  [canvasKeys.acceptNew, { type: 'acceptAs', result: 'new' }],
  [canvasKeys.acceptAdd, { type: 'acceptAs', result: 'add' }],
  [canvasKeys.acceptSubtract, { type: 'acceptAs', result: 'subtract' }],
  [canvasKeys.acceptReplace, { type: 'acceptAs', result: 'replace' }],
]

/** Offers a key of the canvas to the tools; true when one had a use for it. */
function keyDown(event: KeyboardEvent, tools: ToolHost): boolean {
  const { shift, alt, mod } = modifiersOf(event)
  const arrow = arrows[event.key]
  if (arrow && !alt) {
    const step = shift ? 10 : 1
    return tools.key({ type: 'nudge', dx: arrow[0] * step, dy: arrow[1] * step, grow: mod })
  }
  if (workKeyDown(event, tools)) return true
  if (isKeyOf(canvasKeys.cancel, event)) {
    tools.choose('select')
    return true
  }
  if (mod || alt || !isHoldPan(event)) return false
  tools.holdSpace(true)
  return true
}

/** Offers a key of what is under way to its tool; true when it had a use for it. */
function workKeyDown(event: KeyboardEvent, tools: ToolHost): boolean {
  if (isKeyOf(undoRecord, event) && tools.undoStep()) return true
  if (isKeyOf(redoRecord, event) && tools.redoStep()) return true
  for (const [record, meaning] of answerKeys) if (isKeyOf(record, event) && tools.key(meaning)) return true
  if (isKeyOf(canvasKeys.finish, event) && tools.key({ type: 'finish' })) return true
  if (isKeyOf(canvasKeys.back, event) && tools.key({ type: 'back' })) return true
  if (isKeyOf(canvasKeys.otherWay, event) && tools.key({ type: 'otherWay' })) return true
  return isKeyOf(canvasKeys.cancel, event) && tools.key({ type: 'cancel' })
}

const takesText = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  target.matches('textarea, select, [contenteditable], input:not([type="range"], [type="checkbox"], [type="radio"], [type="button"])')

/** What takes all keys for as long as it is open. */
const overPage = '[role="dialog"],[role="menu"],[role="listbox"][data-state="open"]'

/** Keys that lead on from what was reached by keys, or press it; Enter presses no slider and no checkbox. */
const isOfReached = (event: KeyboardEvent): boolean =>
  event.key === 'Tab' || (isPressOfFocused(event) && !(event.key === 'Enter' && event.target instanceof HTMLInputElement))

/**
 * Keys that belong to the canvas while it, or nothing, has the focus. The key that pans (Space) is also its own once the pointer was moved over it after a button
 * elsewhere got the focus: who has just clicked a tab and is back over the picture wants to pan. What is under way has its keys wherever the focus is, except
 * where they are text, or press or lead on from what was reached by keys. Comes before the page's shortcuts.
 */
export function listenToKeys(element: HTMLElement, tools: ToolHost): () => void {
  const listening = new AbortController()
  const options = { signal: listening.signal, capture: true }
  const byPointer = followFocus(listening.signal)
  let pointed = false
  const ours = (event: KeyboardEvent): boolean =>
    event.target === document.body ||
    (event.target instanceof Node && element.contains(event.target)) ||
    (isHoldPan(event) && pointed && !takesText(event.target))
  const ofWork = (event: KeyboardEvent): boolean => tools.busy && !takesText(event.target) && (byPointer() || !isOfReached(event))
  element.addEventListener('pointermove', () => (pointed = true), options)
  element.addEventListener('pointerleave', () => (pointed = false), { signal: listening.signal })
  window.addEventListener('focusin', () => (pointed = false), options)
  /** The key that is held to pan: its release counts, whatever the key map says by then. */
  let held: string | null = null
  let heldSinceMs = 0
  const nameOf = (event: KeyboardEvent): string => event.code || event.key
  const letGo = (): void => {
    held = null
    tools.holdSpace(false)
    tools.key({ type: 'nudgeEnd' })
  }
  window.addEventListener(
    'keydown',
    (event) => {
      const own = ours(event)
      if (event.isComposing || !(own || ofWork(event)) || document.querySelector(overPage)) return
      if (!(own ? keyDown : workKeyDown)(event, tools)) return
      event.preventDefault()
      // What has the focus may mean something else by it.
      if (!own) event.stopPropagation()
      if (!own || !isHoldPan(event)) return
      if (!event.repeat) heldSinceMs = event.timeStamp
      held = nameOf(event)
    },
    options,
  )
  window.addEventListener(
    'keyup',
    (event) => {
      if (nameOf(event) === held) {
        held = null
        tools.holdSpace(false)
        if (event.timeStamp - heldSinceMs < tapMs) tools.tapSpace()
      }
      if (event.key in arrows) tools.key({ type: 'nudgeEnd' })
    },
    options,
  )
  const modifier = (event: KeyboardEvent): void => {
    if (['Shift', 'Alt', 'Control', 'Meta'].includes(event.key) && !event.repeat) tools.holdModifiers(modifiersOf(event))
  }
  window.addEventListener('keydown', modifier, options)
  window.addEventListener('keyup', modifier, options)
  window.addEventListener('blur', letGo, options)
  return () => {
    listening.abort()
    letGo()
  }
}
