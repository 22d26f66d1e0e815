const holds = (outer: EventTarget | null, inner: EventTarget | null): boolean =>
  outer instanceof Node && outer !== document.body && inner instanceof Node && outer.contains(inner)

/** Follows the focus for as long as the signal lets it; answers whether a press of the pointer brought it where it is. */
export function followFocus(signal: AbortSignal): () => boolean {
  const options = { signal, capture: true }
  let pressed: EventTarget | null = null
  let byPointer = false
  window.addEventListener(
    'pointerdown',
    ({ target }) => {
      pressed = target
      // What has the focus already is told of no other.
      if (holds(document.activeElement, target)) byPointer = true
    },
    options,
  )
  window.addEventListener('keydown', () => (pressed = null), options)
  // Nor is it the pointer's where a program put it, e.g. into a list that has just come up.
  window.addEventListener('focusin', ({ target }) => (byPointer = holds(target, pressed)), options)
  return () => byPointer
}
