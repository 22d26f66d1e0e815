import type { Id } from '../../../shared/model/ids.ts'
import { toWire } from '../../i18n/errorText.ts'
import type { AwayChanges, RefusedChange } from '../../stores/saveState.ts'
import type { Kept, Waiting } from './commitQueue.ts'

const commandsOf = (entries: readonly Waiting[]): readonly string[] => entries.map(({ command }) => command)

export const refusedChanges = (kept: readonly Kept[]): readonly RefusedChange[] =>
  kept.map(({ entries, error }) => ({
    id: entries[0].entryId,
    itemId: entries[0].itemId,
    projectId: entries[0].home?.id ?? null,
    commands: commandsOf(entries),
    error: toWire(error),
  }))

/** What waits for its project, project by project. */
export function awayChanges(entries: readonly Waiting[]): readonly AwayChanges[] {
  const names = new Map<Id | null, string>(entries.map(({ home }) => [home?.id ?? null, home?.name ?? '']))
  return [...names].map(([projectId, name]) => ({
    projectId,
    name,
    commands: commandsOf(entries.filter(({ home }) => (home?.id ?? null) === projectId)),
  }))
}
