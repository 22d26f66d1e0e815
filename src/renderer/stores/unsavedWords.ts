/** Fields with words that are not on their way to the host yet. */
const held = new Set<string>()
const warn = (event: BeforeUnloadEvent): void => event.preventDefault()

/** Says whether a field holds words that closing the window would lose; while any does, closing asks first. */
export function holdWords(field: string, unsaved: boolean): void {
  if (unsaved) held.add(field)
  else held.delete(field)
  if (held.size > 0) window.addEventListener('beforeunload', warn)
  else window.removeEventListener('beforeunload', warn)
}
