import type { TunePlan } from '../../../../shared/model/samTune.ts'
import { t } from '../../../i18n/i18n.ts'
import type { ShownFact } from '../../../ui/FactList.vue'
import { formatBytes, formatCount, formatDuration } from '../../../ui/format.ts'

const shareText = ({ pictures, objects }: TunePlan['train']): string =>
  t(
    'tuning.plan.share',
    { pictures: t('tuning.plan.pictures', { n: formatCount(pictures) }, pictures), objects: formatCount(objects) },
    objects,
  )

/** How long it takes; what is not known yet is not guessed. */
export function timeText({ trainingSeconds, embeddings }: Pick<TunePlan, 'trainingSeconds' | 'embeddings'>): string {
  const encoding = embeddings === null ? 0 : embeddings.seconds
  const encode = formatDuration(encoding ?? 0)
  if (trainingSeconds === null) return encoding ? t('tuning.plan.encodeFirst', { encode }) : t('tuning.plan.timeUnknown')
  if (encoding === null) return t('tuning.plan.aboutAfter', { time: formatDuration(trainingSeconds) })
  const time = formatDuration(trainingSeconds + encoding)
  return encoding === 0 ? t('tuning.plan.about', { time }) : t('tuning.plan.aboutBoth', { time, encode })
}

/** The facts of a plan, what matters most first. */
export function planFacts(plan: TunePlan): ShownFact[] {
  const { train, val, embeddings, memory, stepsPerEpoch, totalSteps } = plan
  return [
    { label: t('tuning.plan.train'), value: shareText(train) },
    { label: t('tuning.plan.val'), value: val.objects === 0 ? t('common.none') : shareText(val) },
    { label: t('tuning.plan.time'), value: timeText(plan) },
    { label: t('tuning.plan.steps'), value: t('tuning.plan.stepsOf', { all: formatCount(totalSteps), epoch: formatCount(stepsPerEpoch) }) },
    ...(embeddings
      ? [
          {
            label: t('tuning.plan.embeddings'),
            value: t('tuning.plan.embeddingsOf', {
              n: formatCount(embeddings.needed),
              cached: formatCount(embeddings.cached),
              size: formatBytes(embeddings.bytes),
            }),
          },
        ]
      : []),
    ...(memory
      ? [
          {
            label: t('experiments.launch.memory'),
            value: t('experiments.launch.memoryOf', {
              needed: formatBytes(memory.estimatedBytes),
              there: formatBytes(Math.min(memory.limitBytes, memory.freeBytes)),
            }),
          },
        ]
      : []),
  ]
}

/** Who is on which side, and why that is fair. */
export const splitText = ({ heldOutByHash, train, val }: Pick<TunePlan, 'heldOutByHash' | 'train' | 'val'>): string => {
  const sources = formatCount(train.sources + val.sources)
  return t(
    heldOutByHash ? 'tuning.plan.byHash' : 'tuning.plan.bySplit',
    { sources, held: formatCount(val.sources) },
    train.sources + val.sources,
  )
}
