/**
 * For an element whose transform changes in every frame while the camera moves: with an animation, which stands still and adds nothing, the browser passes
 * the new place on, where else it works out the layers of the whole page again.
 */
export function movedOften(element: HTMLElement): void {
  element.classList.add('origin-top-left', 'will-change-transform')
  // Where nothing is drawn, as in tests without a browser, nothing can be animated.
  if (!('animate' in element)) return
  const still = { transform: 'none' }
  element.animate([still, still], { duration: 1, fill: 'both', composite: 'add' }).pause()
}
