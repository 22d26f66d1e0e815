import { watch } from 'vue'
import type { Id } from '../../../../shared/model/ids.ts'
import type { ItemStatus } from '../../../../shared/model/item.ts'
import { nextRules, type NextRule } from '../../../../shared/model/nextRule.ts'
import { t } from '../../../i18n/i18n.ts'
import { useDatasets } from '../../../stores/datasets.ts'
import { pageClient } from '../../../stores/link.ts'
import { reportError } from '../../../stores/report.ts'
import { rememberedChoice } from '../../../ui/remember.ts'
import { toastInPlace } from '../../../ui/toasts.ts'
import { useLabel } from '../labelStore.ts'

const isRule = (stored: unknown): stored is NextRule => (nextRules as readonly unknown[]).includes(stored)

/** The rule this browser walks by. */
export const nextRule = rememberedChoice<NextRule>('label.rule', 'unfinished', isRule)

const told = toastInPlace()

/** Leads through the filtered list by the chosen rule; what it cannot find it says. */
export function useWalk(go: (itemId: Id) => boolean) {
  const label = useLabel()
  const datasets = useDatasets()
  /** Where random steps came from; a step that was refused leaves none. */
  const trail: Id[] = []
  /** The picture that is being left: a verdict given meanwhile would be meant for the next one, which is not on show yet. */
  let leaving: Id | null = null
  watch([() => label.item?.id, () => label.error, () => label.opening], () => (leaving = null))

  async function step(direction: 'next' | 'previous'): Promise<void> {
    const from = label.item?.id
    if (from === undefined) return
    const rule = nextRule.value.value
    const back = rule === 'random' && direction === 'previous' ? trail.at(-1) : undefined
    if (back !== undefined) return void (leave(from, back) && trail.pop())
    const answer = await pageClient().items.nextBy({ itemId: from, filter: { ...datasets.filter }, rule, direction })
    if (label.item?.id !== from) return
    if (answer.itemId === null) {
      told({ tone: 'info', text: t(answer.reason === 'noScores' ? 'review.none.noScores' : `review.none.${rule}`) })
      return
    }
    if (!leave(from, answer.itemId)) return
    if (rule === 'random') trail.push(from)
    if (answer.wrapped) label.say(t('review.rules.wrapped'))
  }

  /** False: the picture stays. */
  function leave(from: Id, to: Id): boolean {
    const left = go(to)
    if (left) leaving = from
    return left
  }

  /** Gives the open picture a state and leads on; where it was not saved yet, the picture stays. False: it was refused. */
  async function setAndGoOn(status: ItemStatus, note = '', keeps?: () => boolean): Promise<boolean> {
    const itemId = label.item?.id
    if (label.opening || itemId === leaving) return false
    const end = await label.setStatus(status, note, { keeps })
    if (end === 'saved' && label.item?.id === itemId) void step('next').catch(reportError)
    return end !== 'refused'
  }

  return { step, setAndGoOn }
}
