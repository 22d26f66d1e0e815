import type { PictureChange } from '../../../shared/model/pictureChange.ts'
import { toWire } from '../../i18n/errorText.ts'
import { homeKey, type Home } from '../../stores/home.ts'
import type { AwayChanges, AwayQuestions, RefusedChange } from '../../stores/saveState.ts'
import type { Kept, Waiting } from './commitQueue.ts'

const commandsOf = (entries: readonly Waiting[]): readonly string[] => entries.map(({ command }) => command)

/** What of a change the user wrote. */
export function wordsOf(change: PictureChange | undefined): readonly string[] {
  if (change?.kind === 'tags') return change.add
  if (change?.kind === 'instructions') return change.instructions.texts
  return change && change.note !== '' ? [change.note] : []
}

export const refusedChanges = (kept: readonly Kept[]): readonly RefusedChange[] =>
  kept.map(({ entries, error }) => ({
    id: entries[0].entryId,
    itemId: entries[0].itemId,
    itemName: entries[0].itemName ?? null,
    projectKey: homeKey(entries[0].home),
    commands: commandsOf(entries),
    words: entries.flatMap(({ picture }) => wordsOf(picture)),
    error: toWire(error),
  }))

type Homes = ReadonlyMap<string | null, Home | null>
const homesOf = (all: readonly { readonly home?: Home | null }[]): Homes => new Map(all.map(({ home = null }) => [homeKey(home), home]))
const isOf =
  (key: string | null) =>
  ({ home }: { readonly home?: Home | null }): boolean =>
    homeKey(home) === key

/** What waits for its project, project by project. */
export const awayChanges = (entries: readonly Waiting[], open: Home | null): readonly AwayChanges[] =>
  [...homesOf(entries)].map(([projectKey, home]) => ({
    projectKey,
    name: home?.name ?? '',
    path: home?.path ?? null,
    isCopyOpen: home !== null && home.id === open?.id,
    commands: commandsOf(entries.filter(isOf(projectKey))),
  }))

/** One question between two versions. */
interface Asked {
  readonly home: Home | null
  readonly itemName?: string | undefined
}

/** Questions of projects that are not open, project by project. */
export function awayQuestions(all: readonly Asked[], open: Home | null): readonly AwayQuestions[] {
  const away = all.filter((one) => !isOf(homeKey(open))(one))
  return [...homesOf(away)].map(([projectKey, home]) => {
    const own = away.filter(isOf(projectKey))
    const pictures = [...new Set(own.flatMap(({ itemName }) => itemName ?? []))]
    return { projectKey, name: home?.name ?? '', path: home?.path ?? null, pictures, count: own.length }
  })
}
