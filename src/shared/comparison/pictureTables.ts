import type { ComparedPictures } from '../api/page/comparisons.ts'
import { uniteClasses } from './classMatch.ts'
import type { ClassTable } from '../model/run.ts'

/**
 * Scores and confusion of each run over the compared pictures, on one list of classes: for runs that kept no counts of their own, and on the same
 * truth for all. Null for a run that has not predicted every picture.
 */
export function pictureTables(compared: ComparedPictures): (ClassTable | null)[] {
  const { classes, index } = uniteClasses([compared.classes, ...compared.runs.map((run) => run.classes)])
  return compared.runs.map(({ counts, checkpoint }, r) => {
    if (counts.length === 0 || counts.some((each) => each === null)) return null
    const confusion = classes.map(() => classes.map(() => 0))
    for (const triples of counts)
      for (let i = 0; triples && i + 2 < triples.length; i += 3) {
        const [t, p] = [index[0]![triples[i]!], index[r + 1]![triples[i + 1]!]]
        if (t !== undefined && p !== undefined) confusion[t]![p]! += triples[i + 2]!
      }
    const rows = classes.map(({ id, name, color }, k) => {
      const hit = confusion[k]![k]!
      const truth = confusion[k]!.reduce((a, b) => a + b, 0)
      const answers = confusion.reduce((sum, row) => sum + row[k]!, 0)
      const union = truth + answers - hit
      return { classId: id, name, color, values: [union > 0 ? hit / union : null, truth > 0 ? hit / truth : null, truth] }
    })
    return { step: checkpoint?.step ?? 0, split: 'val', columns: ['IoU', 'Acc', 'pixels'], rows, confusion }
  })
}
