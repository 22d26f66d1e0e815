import type { Dataset, FileProblem } from '../../../shared/model/dataset.ts'
import type { OperationOutput } from '../../db/store.ts'
import { remarked, type ProblemList } from '../../media/problemList.ts'

const orNone = (count: number): number | null => (count > 0 ? count : null)

/** Names what a picture has in the project and a VOC folder has no place for, whether its files are written anew or copied. */
export function reportUnheld(
  { relPath, tags, instructions, comments, annotations }: OperationOutput<'items.page'>[number],
  losses: ProblemList,
): void {
  const groups = orNone(new Set(annotations.flatMap(({ groupId }) => groupId ?? [])).size)
  const locks = orNone(annotations.filter((annotation) => annotation.locked).length)
  const names = `${tags.slice(0, 5).join(', ')}${tags.length > 5 ? '…' : ''}`
  const facts = { groups, locks, tags: orNone(tags.length), names, texts: orNone(instructions.texts.length), comments: orNone(comments) }
  if (groups ?? locks ?? facts.tags ?? facts.texts ?? facts.comments)
    losses.add({ file: relPath, code: 'annotation/invalid', remark: 'unheld', facts, severity: 'warning' })
}

/** Names the states that somebody gave to pictures, counted over the dataset; that edits begin a picture is nobody's word. */
export function unheldStates({ name, statusCounts }: Pick<Dataset, 'name' | 'statusCounts'>): FileProblem[] {
  const [done, reviewed, rejected] = [orNone(statusCounts.done), orNone(statusCounts.reviewed), orNone(statusCounts.rejected)]
  if ((done ?? reviewed ?? rejected) === null) return []
  return [remarked({ file: name, code: 'annotation/invalid', remark: 'states', facts: { done, reviewed, rejected }, severity: 'warning' })]
}
