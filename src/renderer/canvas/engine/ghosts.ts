import type { Annotation } from '../../../shared/model/annotation.ts'
import type { Unit01 } from '../../../shared/geometry/spaces.ts'

/** A shape that is shown and is none of the image's annotations: another version of one, one of the past, a proposal. */
export interface Ghost {
  readonly record: Annotation
  readonly tone: 'version' | 'past' | 'proposal'
  readonly focused: boolean
  /** Of a proposal, how sure its source was. */
  readonly score: Unit01 | null
}

export interface Ghosts {
  readonly list: readonly Ghost[]
  /** The annotations step aside while these are looked at. */
  readonly alone: boolean
}

export const noGhosts: Ghosts = { list: [], alone: false }
