import type { Id } from '../../shared/model/ids.ts'

/** The project that a change was made in: it goes nowhere else, not even into a copy of it (which has another key). */
export interface Home {
  readonly key: string
  readonly id: Id
  readonly name: string
  readonly path?: string
}
type Keyed = Pick<Home, 'key'> | null | undefined

/** Null: no project. */
export const homeKey = (home: Keyed): string | null => home?.key ?? null
export const sameHome = (a: Keyed, b: Keyed): boolean => homeKey(a) === homeKey(b)
