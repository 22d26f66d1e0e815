import type { Flood } from './flood.ts'
import type { Segmenter } from './segmenter.ts'
import type { Wire } from './wire.ts'

/** What tools find in the pixels of the open picture; null where there is no picture to look at. */
export interface Finders {
  /** Edges to draw along. */
  wire: Wire | null
  /** Pixels of one colour. */
  flood: Flood | null
  /** The object that is meant by clicks; null also where no model is wanted. */
  segmenter: Segmenter | null
}
