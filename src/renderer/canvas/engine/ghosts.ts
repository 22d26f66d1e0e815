import type { Annotation } from '../../../shared/model/annotation.ts'
import type { Unit01 } from '../../../shared/geometry/spaces.ts'

/** A shape that is shown and is none of the image's annotations: another version of one, or a proposal. */
export interface Ghost {
  readonly record: Annotation
  readonly tone: 'version' | 'proposal'
  readonly focused: boolean
  /** Of a proposal, how sure its source was. */
  readonly score: Unit01 | null
}

export interface Ghosts {
  readonly list: readonly Ghost[]
  /** The image as it once was, shown instead of its annotations; nothing can be changed or hit meanwhile. */
  readonly past: readonly Annotation[] | null
}

export const noGhosts: Ghosts = { list: [], past: null }

/** Who shows ghosts: each has a place of its own, and takes nothing from the others. */
export type GhostWriter = 'conflicts' | 'past' | 'trash' | 'onion' | 'masks'

/** What is on show of all of them: an earlier state stands alone, with what its writer marks in it. */
export function composeGhosts(slots: ReadonlyMap<GhostWriter, Ghosts>): Ghosts {
  const all = [...slots.values()]
  return (
    all.find(({ past }) => past !== null) ?? (all.length > 1 ? { list: all.flatMap(({ list }) => list), past: null } : (all[0] ?? noGhosts))
  )
}
