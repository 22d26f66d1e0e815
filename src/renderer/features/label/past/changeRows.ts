import { t } from '../../../i18n/i18n.ts'
import { shownOf, type ShapeChange } from './pastStore.ts'
import { classNameOf, extentOf } from './words.ts'

interface ChangeRow {
  readonly shape: ShapeChange
  /** What it is called; where the change gave it another class, what it was before as well. */
  readonly name: string
  readonly extent: string
}

/** The objects of a change, each by a name of its own: those of the same class are counted. */
export function changeRows(shapes: readonly ShapeChange[]): ChangeRow[] {
  const counts = new Map<string, number>()
  return shapes.map((shape) => {
    const name = classesOf(shape)
    const n = (counts.get(name) ?? 0) + 1
    counts.set(name, n)
    return { shape, name: t('safety.past.numbered', { name, n }), extent: extentOf(shownOf(shape)) }
  })
}

function classesOf(shape: ShapeChange): string {
  const after = classNameOf(shownOf(shape))
  const before = shape.before ? classNameOf(shape.before) : after
  return before === after ? after : t('safety.past.became', { before, after })
}
