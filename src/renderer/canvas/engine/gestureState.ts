import type { ImageVec } from '../../../shared/geometry/spaces.ts'
import type { Annotation } from '../../../shared/model/annotation.ts'
import type { Id } from '../../../shared/model/ids.ts'
import { noDraft, type Draft } from './draft.ts'
import { noHit, type Hit } from './hitTest.ts'
import type { Snap } from './snap.ts'

/** What is on the canvas for a moment: where the pointer is, what lies under it, what it is drawn to and what it draws. Nothing of it is stored. */
export class GestureState {
  readonly #emit: (aspect: 'draft' | 'hover' | 'selection') => void
  #draft: Draft = noDraft
  #hover: Hit = noHit
  #pointer: ImageVec | null = null
  #snap: Snap | null = null
  #coarse = false
  /** Records the draft began from, where the host changed them meanwhile: it must not pass for one that saw that. */
  readonly #begunFrom = new Map<Id, Annotation>()

  constructor(emit: (aspect: 'draft' | 'hover' | 'selection') => void) {
    this.#emit = emit
  }

  get draft(): Draft {
    return this.#draft
  }
  setDraft(draft: Draft): void {
    if (draft === this.#draft) return
    if (this.#draft.kind === 'none') this.#begunFrom.clear()
    this.#draft = draft
    this.#emit('draft')
  }

  get hover(): Hit {
    return this.#hover
  }
  setHover(hover: Hit): void {
    if (hover === this.#hover || JSON.stringify(hover) === JSON.stringify(this.#hover)) return
    this.#hover = hover
    this.#emit('hover')
  }

  /** Where the pointer (or the cursor moved by keys) is; null outside the canvas. */
  get pointer(): ImageVec | null {
    return this.#pointer
  }
  setPointer(pointer: ImageVec | null): void {
    this.#pointer = pointer
    this.#emit('hover')
  }

  /** What the pointer is drawn to while something is drawn or dragged. */
  get snap(): Snap | null {
    return this.#snap
  }
  setSnap(snap: Snap | null): void {
    if (snap === this.#snap) return
    this.#snap = snap
    this.#emit('hover')
  }

  /** The last pointer was a finger: handles are larger, and so is what they reach. */
  get coarse(): boolean {
    return this.#coarse
  }
  setCoarse(coarse: boolean): void {
    if (coarse === this.#coarse) return
    this.#coarse = coarse
    this.#emit('selection')
  }

  /** Another image, which its opener says: nothing is drawn, nothing lies under the pointer. */
  reset(): void {
    this.#draft = noDraft
    this.#hover = noHit
    this.#begunFrom.clear()
  }

  /** The records the draft stands for. */
  get under(): Iterable<Id> {
    return this.#draft.kind === 'reshape' ? this.#draft.shapes.keys() : []
  }
  /** The host changed a record under the draft; the first version is the one it began from. */
  overtaken(was: Annotation): void {
    if (!this.#begunFrom.has(was.id)) this.#begunFrom.set(was.id, was)
  }
  /** What the draft began from, where that is no longer what is known. */
  begunFrom(id: Id): Annotation | undefined {
    return this.#begunFrom.get(id)
  }
  /** What was drawn is in the records. */
  settled(): void {
    this.#begunFrom.clear()
  }
}
