import type { Id } from '../../../shared/model/ids.ts'
import type { Home } from '../../stores/home.ts'

/** What became of something that was said about a picture as a whole. */
export type Described = 'saved' | 'waiting' | 'refused'

/** Of somebody who says something about a picture. */
export interface Teller {
  /** The project it was said in, for words of a picture that may not be open any more; the open one where it is not told. */
  readonly home?: Home | null
  /** Whether the words still stand where they were written: refused, they are kept there and nowhere else. */
  readonly keeps?: () => boolean
}

/** Who waits to hear what became of what was said about a picture, by the entry: each hears one answer. */
export function createTellers() {
  const waiting = new Map<Id, { readonly resolve: (end: Described) => void; readonly keeps: () => boolean }>()
  function tell(entryId: Id, end: Described): void {
    waiting.get(entryId)?.resolve(end)
    waiting.delete(entryId)
  }
  return {
    tell,
    tellAll(end: Described): void {
      for (const entryId of [...waiting.keys()]) tell(entryId, end)
    },
    keeps: (entryId: Id): boolean => waiting.get(entryId)?.keeps() ?? false,
    wait(entryId: Id, keeps: () => boolean): Promise<Described> {
      const { promise, resolve } = Promise.withResolvers<Described>()
      waiting.set(entryId, { resolve, keeps })
      return promise
    },
  }
}
