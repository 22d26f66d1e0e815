import type { OperationOutput } from '../../db/store.ts'
import type { ProblemList } from '../../media/problemList.ts'

const counted = (count: number, one: string, many: string): string => (count === 1 ? `1 ${one}` : `${count} ${many}`)

/** Names what a picture has in the project and a VOC folder has no place for, whether its files are written anew or copied. */
export function reportUnheld(
  { relPath, tags, instructions, annotations }: OperationOutput<'items.page'>[number],
  losses: ProblemList,
): void {
  const groups = new Set(annotations.flatMap(({ groupId }) => groupId ?? [])).size
  const locked = annotations.filter((annotation) => annotation.locked).length
  const { length: texts } = instructions.texts
  const unheld = [
    ...(groups > 0 ? [counted(groups, 'group of objects', 'groups of objects')] : []),
    ...(locked > 0 ? [counted(locked, 'lock', 'locks')] : []),
    ...(tags.length > 0 ? [`${counted(tags.length, 'tag', 'tags')} (${tags.slice(0, 5).join(', ')}${tags.length > 5 ? '…' : ''})`] : []),
    ...(texts > 0 ? [counted(texts, 'text instruction', 'text instructions')] : []),
  ]
  if (unheld.length === 0) return
  const message = `this format has no place for ${unheld.join(', ')}; the project keeps them`
  losses.add({ file: relPath, code: 'annotation/invalid', message, severity: 'warning' })
}
