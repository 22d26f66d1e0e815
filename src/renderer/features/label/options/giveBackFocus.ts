/**
 * After a choice by pointer in a bar the keys are the canvas's again, so that Enter keeps what is under way and Esc drops it. Who came by keys stays; a button
 * that opens a list or a panel keeps the focus until something is chosen there. Answers with how to stop.
 */
export function giveBackFocus(bar: HTMLElement, toCanvas: () => void): () => void {
  const listening = new AbortController()
  const { signal } = listening
  const everywhere = { signal, capture: true }
  let usesPointer = false
  let pressing = false
  let sliding = false
  /** What was pressed last, where that opens something. */
  let opener: Element | null = null
  const controlOf = ({ target }: Event): Element | null =>
    target instanceof Element ? target.closest('button, input[type="range"]') : null
  window.addEventListener('pointerdown', () => (usesPointer = pressing = true), everywhere)
  window.addEventListener('keydown', () => (usesPointer = false), everywhere)
  const letGo = (): void => {
    // A slider may be let go anywhere.
    if (sliding) toCanvas()
    pressing = sliding = false
  }
  window.addEventListener('pointerup', letGo, everywhere)
  window.addEventListener('pointercancel', letGo, everywhere)
  bar.addEventListener(
    'pointerdown',
    (event) => {
      const control = controlOf(event)
      opener = control?.hasAttribute('aria-expanded') ? control : null
      sliding = control?.matches('input') ?? false
    },
    { signal },
  )
  bar.addEventListener(
    'click',
    (event) => {
      const control = controlOf(event)
      // Presses by key count no clicks.
      if (event.detail > 0 && control?.matches('button:not([aria-expanded])')) toCanvas()
    },
    { signal },
  )
  bar.addEventListener(
    'focusin',
    ({ target }) => {
      if (target !== opener || !usesPointer || pressing) return
      opener = null
      toCanvas()
    },
    { signal },
  )
  return () => listening.abort()
}
