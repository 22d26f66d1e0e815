import { classColor } from '../../../shared/formats/classColor.ts'
import { isBackgroundName, vocClassNames } from '../../../shared/formats/vocNames.ts'
import type { NamedClass } from '../../../shared/formats/vocText.ts'
import type { Dialect, ImportReport } from '../../../shared/model/dataset.ts'
import type { ImportedClass } from '../../db/records.ts'
import type { ClassRef } from '../../media/itemReader.ts'

export interface ClassBook {
  readonly namesFrom: Dialect['classNamesFrom']
  /** Index 0 of the masks means 'nothing here'. */
  readonly background: boolean
  /** The class a region is of; one that no list names is created, and `created` says so. */
  resolve(ref: ClassRef, onCreated: (made: ImportedClass) => void): string | null
  list(): ImportedClass[]
  report(): ImportReport['classes']
}

/**
 * The classes of an import, in order: the class file's, or VOC's own when there are masks and no file, then those that only the labels name.
 * Without file and masks the boxes alone say what there is.
 */
export function createClassBook(options: {
  named: readonly NamedClass[]
  from: Dialect['classNamesFrom']
  hasMasks: boolean
  newId: () => string
}): ClassBook {
  const { named, from, hasMasks, newId } = options
  const useVoc = from === 'voc' && hasMasks
  const start = useVoc ? vocClassNames.map((name, index) => ({ name, index, color: classColor(name, index) })) : named
  const classes: ImportedClass[] = start.map(({ name, index, color }, order) => ({ id: newId(), name, maskIndex: index, color, order }))
  const byName = new Map(classes.map((c) => [c.name, c]))
  const byIndex = new Map(classes.map((c) => [c.maskIndex, c]))
  const given = classes.length

  const create = (name: string, maskIndex: number | null): ImportedClass => {
    let free = name
    for (let n = 2; byName.has(free); n++) free = `${name} (${n})`
    const made = {
      id: newId(),
      name: free,
      maskIndex,
      color: classColor(name, maskIndex ?? classes.length),
      order: classes.length,
    }
    classes.push(made)
    byName.set(free, made)
    if (maskIndex !== null) byIndex.set(maskIndex, made)
    return made
  }

  return {
    namesFrom: from === 'voc' && !hasMasks ? 'found' : from,
    background: hasMasks && start.some((c) => c.index === 0 && isBackgroundName(c.name)),
    resolve(ref, onCreated) {
      if (ref === null) return null
      const known = 'name' in ref ? byName.get(ref.name) : byIndex.get(ref.index)
      if (known) return known.id
      const made = 'name' in ref ? create(ref.name, null) : create(`class ${ref.index}`, ref.index)
      onCreated(made)
      return made.id
    },
    list: () => classes,
    report: () => classes.map(({ name, maskIndex }, i) => ({ name, maskIndex, created: i >= given })),
  }
}
