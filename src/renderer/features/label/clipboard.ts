import { copySelection, nothingPasted, pasteClip, type Clip } from '../../canvas/engine/copies.ts'
import type { Editor } from '../../canvas/engine/editor.ts'
import { pasteText } from './pasteText.ts'
import type { Id } from '../../../shared/model/ids.ts'

interface ClassName {
  readonly id: Id
  readonly name: string
}

/** What was copied last, for as long as the page lives; it may be pasted into pictures of other datasets. */
export function createClipboard(editor: Editor, classes: () => readonly ClassName[], tell: (text: string) => void) {
  let clip: (Clip & { readonly names: ReadonlyMap<Id, string> }) | null = null

  /** The class itself, or the one of that name in this dataset. */
  const classHere = (names: ReadonlyMap<Id, string>) => (classId: Id) =>
    (classes().find(({ id }) => id === classId) ?? classes().find(({ name }) => name === names.get(classId)))?.id ?? null
  const namesNow = (): ReadonlyMap<Id, string> => new Map(classes().map(({ id, name }) => [id, name]))

  return {
    get filled(): boolean {
      return clip !== null
    },
    /** How many objects were copied; with none selected, what was copied before stays. */
    copy(): number {
      const copied = copySelection(editor)
      if (copied) clip = { ...copied, names: namesNow() }
      return copied?.records.length ?? 0
    },
    /** How many objects were pasted; what is not as it was copied is told. */
    paste(): number {
      const done = clip ? pasteClip(editor, clip, 'paste', classHere(clip.names)) : nothingPasted
      const text = pasteText(done)
      if (text !== null) tell(text)
      return done.pasted
    },
    duplicate(): number {
      const copied = copySelection(editor)
      return copied ? pasteClip(editor, copied, 'duplicate', (classId) => classId).pasted : 0
    },
  }
}
