import type { WireError } from '../../../shared/errors.ts'
import { isLive, type Run } from '../../../shared/model/run.ts'
import { errorSentence, whyText } from '../../i18n/errorText.ts'
import { t, translateOr } from '../../i18n/i18n.ts'
import { formatCount, formatDuration, formatFacts, formatFixed, formatNumber, formatPercent } from '../../ui/format.ts'
import { isAnswerIou, wantedIou } from './curveNames.ts'

/** Scores of 0..1 are shown in percent, as the field writes them; anything else as it is. */
export const isShare = (name: string): boolean => /^(mIoU|mAcc|aAcc|IoU(@\d+)?|Acc|mAP|gIoU|cIoU|\w+Share)$/.test(name) || isAnswerIou(name)
export function scoreText(name: string, value: number): string {
  if (isShare(name)) return formatPercent(value, 2)
  return wantedIou(name) === null ? formatNumber(value, 4) : formatFixed(value, 2)
}

/** As it stands alone, without a column or an axis that says percent. */
export const scoreWithUnit = (name: string, value: number): string =>
  isShare(name) ? t('common.percent', { n: scoreText(name, value) }) : scoreText(name, value)

/** Why a run ended; of one that its health watch paused, what the watch found. */
export function endText({ code, data }: WireError): string {
  const { finding, ...facts } = data
  const known = Object.fromEntries(
    Object.entries(facts).filter((each): each is [string, string | number] => typeof each[1] !== 'boolean' && each[1] !== null),
  )
  const why = code === 'run/unhealthy' ? translateOr(`experiments.health.findings.${String(finding)}`, '', formatFacts(known)) : ''
  return ofProcess(data, why === '' ? errorSentence(code, data) : t('experiments.health.paused', { why }))
}

/** Where several processes train together, what happened to one of them names it. */
function ofProcess({ rank, size }: WireError['data'], why: string): string {
  return typeof rank === 'number' ? t('experiments.interrupted.ofProcess', { rank, size: Number(size), why }) : why
}

function processEnded({ data, message }: WireError): string {
  const reason = whyText(data) || String(data['reason'] ?? message)
  const { rank, size } = data
  if (typeof rank !== 'number') return t('experiments.interrupted.process', { reason })
  return t('experiments.interrupted.oneProcess', { rank, size: Number(size), reason })
}

/** What the page of a run says above everything else: why it ended before its end, and how it goes on; null where there is nothing to say. `saved`: the step of its newest checkpoint. */
export function endNotice(run: Run, saved: number | null): string | null {
  if (run.status !== 'interrupted') return run.error && run.error.code !== 'cancelled' ? endText(run.error) : null
  const why = run.error ? processEnded(run.error) : t('experiments.interrupted.studio')
  const next = saved === null ? t('experiments.interrupted.again') : t('experiments.interrupted.goOn', { step: formatCount(saved) })
  return t('experiments.interrupted.both', { why, next })
}

/** What a run computes on, and on how many processes where it is not one. */
export function deviceText({ device }: Pick<Run, 'device'>, config: Readonly<Record<string, unknown>>): string {
  const name = device ?? '–'
  const asked = config['device']
  const processes: unknown = typeof asked === 'object' && asked !== null && 'processes' in asked ? asked.processes : 1
  return typeof processes === 'number' && processes > 1 ? t('experiments.facts.processes', { device: name, n: processes }) : name
}

/** Wall time from start to end, or until now while it runs; null before it starts. */
export function runSeconds(run: Run, nowMs: number): number | null {
  if (run.startedAt === null) return null
  const end = run.endedAt ?? (isLive(run) ? nowMs : null)
  return end === null ? null : Math.max(0, (end - run.startedAt) / 1000)
}
export function durationText(run: Run, nowMs: number): string {
  const seconds = runSeconds(run, nowMs)
  return seconds === null ? '–' : formatDuration(seconds)
}
/** The epoch in progress, counted from 1; the last one once it has ended. */
export const epochNow = (run: Pick<Run, 'epoch' | 'totalEpochs'>): number =>
  Math.min(Math.max(1, Math.ceil(run.totalEpochs)), Math.floor(run.epoch) + 1)
export const canResume = (run: Run): boolean => ['stopped', 'paused', 'interrupted', 'failed'].includes(run.status)
export const canStop = (run: Run): boolean => isLive(run) && run.status !== 'stopping'
