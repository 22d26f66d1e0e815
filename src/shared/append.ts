/** Adds to the end of an array however much there is; as arguments of `push` more than some ten thousand would overflow the stack. */
export function append<T>(to: T[], more: Iterable<T>): void {
  for (const each of more) to.push(each)
}
