/** A folder the user chose: its opaque id, and name and path for display. */
export interface ChosenFolder {
  readonly id: string
  readonly name: string
  readonly path: string
}
