import { watch } from 'vue'
import type { Id } from '../../../../shared/model/ids.ts'
import type { ItemStatus } from '../../../../shared/model/item.ts'
import { nextRules, type NextRule } from '../../../../shared/model/nextRule.ts'
import { t } from '../../../i18n/i18n.ts'
import { useDatasets } from '../../../stores/datasets.ts'
import { pageClient } from '../../../stores/link.ts'
import { rememberedChoice } from '../../../ui/remember.ts'
import { showToast } from '../../../ui/toasts.ts'
import { useLabel } from '../labelStore.ts'

const isRule = (stored: unknown): stored is NextRule => (nextRules as readonly unknown[]).includes(stored)

/** The rule this browser walks by. */
export const nextRule = rememberedChoice<NextRule>('label.rule', 'unfinished', isRule)

/** Leads through the filtered list by the chosen rule; what it cannot find it says. */
export function useWalk(go: (itemId: Id) => boolean) {
  const label = useLabel()
  const datasets = useDatasets()
  /** Where random steps came from. */
  const trail: Id[] = []
  /** The picture that is being left: a verdict given meanwhile would be meant for the next one, which is not on show yet. */
  let leaving: Id | null = null
  watch([() => label.item?.id, () => label.error], () => (leaving = null))

  async function step(direction: 'next' | 'previous'): Promise<void> {
    const from = label.item?.id
    if (from === undefined) return
    const rule = nextRule.value.value
    const back = rule === 'random' && direction === 'previous' ? trail.pop() : undefined
    if (back !== undefined) return leave(from, back)
    const answer = await pageClient().items.nextBy({ itemId: from, filter: { ...datasets.filter }, rule, direction })
    if (label.item?.id !== from) return
    if (answer.itemId === null) {
      showToast({ tone: 'info', text: t(answer.reason === 'noScores' ? 'review.none.noScores' : `review.none.${rule}`) })
      return
    }
    if (rule === 'random') trail.push(from)
    if (answer.wrapped) label.say(t('review.rules.wrapped'))
    leave(from, answer.itemId)
  }

  function leave(from: Id, to: Id): void {
    if (go(to)) leaving = from
  }

  /** Gives the open picture a state and leads on; where it was not saved, the picture stays. */
  async function setAndGoOn(status: ItemStatus, note = ''): Promise<void> {
    const itemId = label.item?.id
    if (label.opening || itemId === leaving) return
    if ((await label.setStatus(status, note)) && label.item?.id === itemId) await step('next')
  }

  return { step, setAndGoOn }
}
