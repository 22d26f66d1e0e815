import type { PageClient } from '../../../shared/api/page/contract.ts'
import type { EditResult } from '../../../shared/model/annotation.ts'
import type { Id } from '../../../shared/model/ids.ts'
import type { PictureChange } from '../../../shared/model/pictureChange.ts'
import type { FieldsFor } from '../../canvas/engine/pen.ts'
import type { Home } from '../../stores/home.ts'
import type { AwayChanges, AwayQuestions, RefusedChange, SaveTrouble } from '../../stores/saveState.ts'

/** What editing needs of the page around it, and what it tells it. */
export interface EditingPorts {
  readonly client: () => PageClient
  /** Whose undo history it is (see system.hello). */
  readonly slot: () => string
  /** Whether the host knows that the slot is this page's: not between the loss of the link and the next greeting. */
  readonly known?: () => boolean
  /** The project that is open; entries of others wait for theirs. */
  readonly home?: () => Home | null
  /** What a picture is called, where that is known. */
  readonly nameOf?: (itemId: Id) => string | undefined
  /** What is defined for objects of a class. */
  readonly fieldsFor?: FieldsFor
  readonly saves: {
    begin(): void
    saved(atMs: number): void
    yielded(): void
    pending: number
    blocked: boolean
    asked: number
    askedAway: readonly AwayQuestions[]
    trouble: SaveTrouble | null
    refused: readonly RefusedChange[]
    away: readonly AwayChanges[]
  }
  /** An entry of this page was refused: it is no longer shown on the picture, and kept until the user tries it again or gives it up. */
  readonly refused: (error: unknown) => void
  /** An answer of the host said that a picture has this revision now: what was read of it before is old. */
  readonly revised: (itemId: Id, itemRev: number) => void
  /** Undo or redo changed another image than the open one. */
  readonly elsewhere: (result: EditResult) => void
  /** An entry of this page is on disk; `picture`: what it says about the picture as a whole. */
  readonly saved: (itemId: Id, picture?: PictureChange) => void
  /** A change was tried while nothing can be saved. */
  readonly denied: () => void
  /** A gesture would have changed locked objects. */
  readonly held: () => void
  /** A gesture would change nothing, or leave nothing. */
  readonly nothing?: (command: string) => void
  /** A mask was sized or turned. */
  readonly resampled?: () => void
  /** Locked void was painted over. */
  readonly voidKept?: () => void
  /** What an object under way was to change was deleted meanwhile. */
  readonly targetGone?: () => void
  /** Selected objects that are not on show were not deleted. */
  readonly unseenKept?: (count: number) => void
  /** What the user should hear. */
  readonly done: (result: EditResult, kind: 'undo' | 'redo') => void
}
