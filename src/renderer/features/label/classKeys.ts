import { isBackgroundName } from '../../../shared/formats/vocNames.ts'
import type { ClassRecord } from '../../../shared/model/dataset.ts'

type Ordered = Pick<ClassRecord, 'name' | 'order'>

/** The classes as they are listed: background, which hardly any object is, comes last. */
export const inKeyOrder = <T extends Ordered>(classes: readonly T[]): T[] =>
  [...classes].sort((a, b) => Number(isBackgroundName(a.name)) - Number(isBackgroundName(b.name)) || a.order - b.order)

/** Those that have a key, by the place the digit names. */
export const keyedClasses = <T extends Pick<ClassRecord, 'name'>>(listed: readonly T[]): T[] =>
  listed.filter(({ name }) => !isBackgroundName(name))

/** The command that gives the class at a place of the list; '': background has none. */
export const classCommandOf = ({ name }: Pick<ClassRecord, 'name'>, place: number): string =>
  isBackgroundName(name) ? '' : `label.class${place + 1}`
