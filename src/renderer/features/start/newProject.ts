import type { MessageKey } from '../../i18n/i18n.ts'

/** What is wrong with the name of a new project's folder, as a key; null when it will do. */
export function projectNameProblem(name: string): MessageKey | null {
  const trimmed = name.trim()
  if (trimmed === '') return 'start.newProject.nameNeeded'
  if (/[/\\]/.test(trimmed) || trimmed.startsWith('.')) return 'start.newProject.badName'
  return null
}
