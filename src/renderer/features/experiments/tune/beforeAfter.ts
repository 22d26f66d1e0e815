import { computed } from 'vue'
import type { DrawnCurve } from '../../../../shared/model/curve.ts'
import { isLive, type Run } from '../../../../shared/model/run.ts'
import { t } from '../../../i18n/i18n.ts'
import { formatFixed, formatPercent } from '../../../ui/format.ts'
import { afterClicks, wantedIou } from '../curveNames.ts'
import { isShare } from '../runText.ts'
import type { SamScoreName } from '../../../../shared/model/samTune.ts'
import { afterStep, clickScores, verdictOf } from './clickScores.ts'

export const valueText = (name: SamScoreName, value: number | null): string =>
  value === null ? '–' : isShare(name) ? formatPercent(value) : formatFixed(value, 2)
export const gainSize = (name: SamScoreName, gain: number): string => valueText(name, Math.abs(gain))

/** 'Clicks to 85 % IoU (NoC@85)'. */
export function scoreLabel(name: SamScoreName): string {
  const wanted = wantedIou(name)
  return wanted === null ? t('tuning.result.iou', {}, afterClicks(name) ?? 1) : t('tuning.result.clicks', { n: wanted })
}

/** What a fine-tuning came to, in numbers and in one sentence. */
export function useBeforeAfter(run: () => Run, curves: () => ReadonlyMap<string, DrawnCurve>) {
  const step = computed(() => afterStep(curves(), run()))
  const scores = computed(() => clickScores(curves(), step.value))
  const verdict = computed(() => verdictOf(scores.value))
  const sentence = computed(() => {
    const of = (name: SamScoreName) => scores.value.find((score) => score.name === name)!
    const [iou, clicks] = [of('IoU@3'), of('NoC85')]
    if (verdict.value)
      return t(`tuning.result.verdict.${verdict.value}`, {
        iou: valueText('IoU@3', iou.after),
        iouBefore: valueText('IoU@3', iou.before),
        clicks: valueText('NoC85', clicks.after),
        clicksBefore: valueText('NoC85', clicks.before),
      })
    // What is held out is measured before the first step.
    if (iou.before === null && run().step > 0 && curves().size > 0) return t('tuning.result.nothingHeldOut')
    if (!isLive(run())) return t('tuning.result.ended')
    return t(iou.before === null ? 'tuning.result.waiting' : 'tuning.result.measuring')
  })
  return { scores, step, verdict, sentence, scoreLabel, valueText }
}
