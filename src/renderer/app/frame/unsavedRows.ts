import { computed } from 'vue'
import { useRoute } from 'vue-router'
import type { Id } from '../../../shared/model/ids.ts'
import { errorSentence } from '../../i18n/errorText.ts'
import { t } from '../../i18n/i18n.ts'
import { homeKey } from '../../stores/home.ts'
import { useSaveState } from '../../stores/saveState.ts'
import { useStudio } from '../../stores/studio.ts'
import { heldWords, isGone, type HeldWords } from '../../stores/unsavedWords.ts'
import { namedChanges } from './namedChanges.ts'

/** Something that is in this window only and does not go on by itself. */
export interface UnsavedRow {
  readonly id: string
  readonly text: string
  /** What the user wrote, to be read and copied. */
  readonly words: readonly string[]
  /** The picture that can be opened; null: it is gone, or in another project. */
  readonly itemId: Id | null
  /** The folder of the project it belongs to, which is not open. */
  readonly projectPath: string | null
  readonly again: (() => unknown) | null
  /** Saves it in the open folder of the same project. */
  readonly here: (() => unknown) | null
  readonly drop: () => unknown
  /** How many changes are given up. */
  readonly count: number
}

const nothingMore = { words: [], itemId: null, projectPath: null, again: null, here: null } as const

/** What of the user is not saved: `rows` needs a word of the user, `all` would be lost with the window. */
export function useUnsavedRows() {
  const saves = useSaveState()
  const studio = useStudio()
  const route = useRoute()
  const isHome = (key: string | null): boolean => key === homeKey(studio.project)

  const away = computed(() =>
    saves.away.map(({ projectKey, name, path, isCopyOpen, commands }): UnsavedRow => {
      const what = namedChanges(commands)
      return {
        ...nothingMore,
        id: `away ${projectKey}`,
        text:
          projectKey === null
            ? t('saving.nowhere', { what })
            : t(isCopyOpen ? 'saving.elsewhere' : 'saving.away', { what, project: name, path: path ?? '' }),
        projectPath: path,
        here: isCopyOpen && projectKey !== null ? () => saves.moveHere(projectKey) : null,
        drop: () => saves.drop({ project: projectKey }),
        count: commands.length,
      }
    }),
  )
  const questions = computed(() =>
    saves.askedAway.map(({ projectKey, name, path, pictures, count }): UnsavedRow => ({
      ...nothingMore,
      id: `asked ${projectKey}`,
      text: t('saving.asked', { n: count, project: name, pictures: pictures.join(', ') }, count),
      projectPath: path,
      drop: () => saves.drop({ questions: projectKey }),
      count,
    })),
  )
  const refused = computed(() =>
    saves.refused.map(({ id, itemId, itemName, projectKey, commands, words, error }): UnsavedRow => {
      const [what, why] = [namedChanges(commands), errorSentence(error.code, error.data)]
      return {
        ...nothingMore,
        id,
        text: itemName === null ? t('saving.refused', { what, why }) : t('saving.refusedIn', { what, why, picture: itemName }),
        words,
        itemId: isHome(projectKey) && !isGone(itemId) ? itemId : null,
        again: isHome(projectKey) ? () => saves.again(id) : null,
        drop: () => saves.drop({ change: id }),
        count: commands.length,
      }
    }),
  )
  function rowOf([field, held]: readonly [string, HeldWords]): UnsavedRow {
    const { kind, itemId, itemName: picture, home, words, again, drop } = held
    const text = isHome(homeKey(home))
      ? t(`saving.words.${kind}`, { picture })
      : t('saving.wordsAway', { picture, project: home?.name ?? '' })
    return {
      ...nothingMore,
      id: field,
      text,
      words,
      itemId: isHome(homeKey(home)) && !isGone(itemId) ? itemId : null,
      projectPath: isHome(homeKey(home)) ? null : (home?.path ?? null),
      again: isHome(homeKey(home)) ? again : null,
      drop,
      count: 1,
    }
  }
  /** Their field says so itself. */
  const isOnShow = ({ itemId, home }: HeldWords): boolean => isHome(homeKey(home)) && route.path === `/label/${itemId}` && !isGone(itemId)
  const needsUser = (held: HeldWords): boolean => held.refused || isGone(held.itemId) || !isHome(homeKey(held.home))
  const others = computed(() => [...away.value, ...questions.value, ...refused.value])
  return {
    rows: computed(() => [
      ...others.value,
      ...heldWords()
        .filter(([, held]) => needsUser(held) && !isOnShow(held))
        .map(rowOf),
    ]),
    all: computed(() => [...others.value, ...heldWords().map(rowOf)]),
  }
}
